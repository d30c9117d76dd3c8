package org.seqlm.job.corpus.tokenizer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.seqlm.analysis.AnalysisDetails;
import org.seqlm.analysis.AnalysisWriter;
import org.seqlm.analysis.ChartData;
import org.seqlm.analysis.Column;
import org.seqlm.analysis.TableSchema;
import org.seqlm.artifact.Json;
import org.seqlm.job.cli.JobContext;
import org.seqlm.spark.subword.StretchState;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;
import org.seqlm.text.Utf8;
import org.seqlm.text.subword.BpeMerges;
import org.seqlm.text.subword.TokenUse;

/** The folder of a tokenizer: tokenizer.json, a table of its tokens, and a section of a report. */
final class TokenizerArtifact {
  static final String FILE = "tokenizer.json";

  private static final TableSchema TOKENS =
      TableSchema.of(
          "tokens",
          "Tokens",
          Column.whole("id", "id"),
          Column.text("token", "token"),
          Column.text("text", "text"),
          Column.whole("bytes", "bytes"),
          Column.whole("count", "times used"));

  private TokenizerArtifact() {}

  /**
   * Writes it.
   *
   * @return where the tokenizer.json is
   */
  static String write(
      TokenizerConfig config,
      JobContext context,
      AnalysisWriter writer,
      TokenizerCommand.Learned learned)
      throws IOException {
    FileSystem fs = Paths.plain(writer.folder().getFileSystem(context.hadoop()));
    writer.add(HashedFile.write(fs, writer.folder(), FILE, 0, out -> out.write(learned.json())));
    if (config.keepCounts()) {
      byte[] state = Json.line(learned.trained().state()).getBytes(StandardCharsets.UTF_8);
      learned.trained().files().forEach(writer::add);
      writer.add(
          HashedFile.write(fs, writer.folder(), StretchState.FILE, 0, out -> out.write(state)));
    }
    BpeMerges merges = learned.trained().merges();
    writer.table(TOKENS, () -> rows(merges, learned.use()));
    Map<String, String> inputs = new LinkedHashMap<>();
    for (String text : learned.result().corpusFingerprints()) {
      inputs.put("corpus" + (inputs.isEmpty() ? "" : "-" + (inputs.size() + 1)), text);
    }
    writer.publish(details(merges, learned.result()), inputs, config, config.seed());
    return writer.folder() + "/" + FILE;
  }

  private static Iterator<Object[]> rows(BpeMerges learned, TokenUse use) {
    return new Iterator<>() {
      private int id;

      @Override
      public boolean hasNext() {
        return id < learned.size();
      }

      @Override
      public Object[] next() {
        byte[] bytes = bytes(learned, id);
        String text =
            Utf8.isValid(bytes, 0, bytes.length) ? new String(bytes, StandardCharsets.UTF_8) : null;
        Object[] row = {(long) id, learned.spelled(id), text, (long) bytes.length, use.count(id)};
        id++;
        return row;
      }
    };
  }

  private static byte[] bytes(BpeMerges learned, int id) {
    int special = learned.special().size();
    return id < special
        ? learned.special().get(id).getBytes(StandardCharsets.UTF_8)
        : learned.tokens().get(id - special);
  }

  private static AnalysisDetails details(BpeMerges learned, TokenizerResult result) {
    TreeMap<Integer, Integer> lengths = new TreeMap<>();
    for (int id = learned.special().size(); id < learned.size(); id++) {
      lengths.merge(bytes(learned, id).length, 1, Integer::sum);
    }
    List<List<Double>> points = new ArrayList<>();
    lengths.forEach((length, tokens) -> points.add(List.of((double) length, (double) tokens)));
    return new AnalysisDetails(
        "tokenizer",
        "Tokenizer",
        List.of(
            fact(
                "Vocabulary",
                "%,d tokens, %,d of them merges",
                result.vocabulary(),
                result.merges()),
            fact("Text", "%,d lines, %,d bytes", result.lines(), result.bytes()),
            fact("Bytes a token", "%.3f", result.bytesPerToken()),
            fact("Tokens a word", "%.3f", result.tokensPerWord()),
            fact(
                "Learned from",
                "%,d of %,d different stretches, %.3f %% of all",
                result.learnedFrom(),
                result.different(),
                100 * result.covered())),
        List.of(
            new ChartData(
                ChartData.Kind.LINES,
                "Tokens by length",
                new ChartData.Axis("bytes", ChartData.Scale.LINEAR, 0),
                new ChartData.Axis("tokens", ChartData.Scale.LINEAR, 0),
                List.of(new ChartData.Series("tokens", ChartData.Mark.LINE_AND_POINTS, points)),
                List.of())),
        List.of(),
        List.of(
            "Byte pair encoding over bytes: Sennrich et al. 2016, algorithm 1; Radford et al. 2019."
                + " Letters stand for bytes in tokens: \u0120 is a space.",
            "A word, for tokens a word, is a stretch of letters or of numbers."),
        List.of(
            "Each merge was seen at least min-frequency times. A token that is used rarely, or"
                + " never, is mostly a part of longer ones."));
  }

  private static AnalysisDetails.Fact fact(String name, String format, Object... values) {
    return new AnalysisDetails.Fact(name, String.format(Locale.ROOT, format, values));
  }
}
