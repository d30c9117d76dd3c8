package org.seqlm.job.corpus.tokenizer;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.analysis.AnalysisWriter;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.corpus.BadRecords;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextOptions;
import org.seqlm.spark.subword.BpeTraining;
import org.seqlm.spark.subword.KeptStretches;
import org.seqlm.store.HashedFile;
import org.seqlm.store.Paths;
import org.seqlm.text.subword.BpeMerges;
import org.seqlm.text.subword.TokenUse;
import org.seqlm.text.subword.TokenizerJsonWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seqlm corpus tokenizer}. */
@Command(
    name = "tokenizer",
    sortOptions = false,
    description = {
      "Learns a vocabulary of subwords from a text, by byte-level BPE: any text, in any language,"
          + " is tokens of it, and comes back from them byte by byte. Writes a tokenizer.json that"
          + " Hugging Face's tokenizers read, and the stage bpe of --tokenizer chain:FILE.",
      "",
      "Example: seqlm corpus tokenizer --input text/ --vocabulary-size 16384 --output out/bpe",
      "Example: seqlm corpus tokenizer --input web.jsonl.zst --special '<|endoftext|>' --normalize"
          + " nfc --output tokenizer.json"
    })
public final class TokenizerCommand extends JobCommand<TokenizerConfig, TokenizerResult> {
  @Option(
      names = "--input",
      paramLabel = "PATH",
      arity = "1..*",
      description = "Files, folders and globs of text on any Hadoop path.")
  List<String> input;

  @Option(
      names = "--output",
      paramLabel = "FILE.json|DIR",
      description =
          "The tokenizer.json; or a folder that holds it, with a table of its tokens and what seqlm"
              + " report shows.")
  String output;

  @Option(
      names = "--vocabulary-size",
      paramLabel = "N",
      description = "Tokens: special ones, 256 bytes and merges (default: 32768).")
  Integer vocabularySize;

  @Option(
      names = "--min-frequency",
      paramLabel = "N",
      description = "Least times that two tokens stand together to be merged (default: 5).")
  Long minFrequency;

  @Option(
      names = "--special",
      paramLabel = "TOKEN",
      description = "A token that stands for itself, such as <|endoftext|>. May be repeated.")
  List<String> special;

  @Option(
      names = "--normalize",
      paramLabel = "CHANGE",
      split = ",",
      description = "nfc, nfd, nfkc, nfkd, lowercase, in their order (default: none of them).")
  List<String> normalize;

  @Option(
      names = "--stretches",
      paramLabel = "gpt2|whole",
      description =
          "What no token goes over: words, numbers and signs as in GPT-2, or lines (default:"
              + " gpt2).")
  String stretches;

  @Option(
      names = "--merge",
      paramLabel = "DIR",
      description = "Add the text to the counts of this tokenizer, and learn of all of it.")
  String merge;

  @Option(
      names = "--keep-counts",
      description = "Keep the counts of all stretches in the folder, so that text can be added.")
  boolean keepCounts;

  @Mixin private TextOptions text = new TextOptions();

  public TokenizerCommand() {
    super(TokenizerConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("input.paths", input)
        .put("output", output)
        .put("vocabulary-size", vocabularySize)
        .put("min-frequency", minFrequency)
        .put("special", special)
        .put("normalize", normalize)
        .put("stretches", stretches)
        .put("merge", merge)
        .put("keep-counts", keepCounts ? true : null);
    text.put(overrides);
  }

  private static void check(TokenizerConfig config, JobContext context) throws IOException {
    if (config.file()) {
      OutputCheck.file(context.hadoop(), "--output", config.output(), context.overwrite());
    } else {
      OutputCheck.folder(context.hadoop(), config.output(), context.overwrite());
    }
  }

  @Override
  public String plan(TokenizerConfig config, JobContext context) throws IOException {
    check(config, context);
    earlier(config, context);
    CorpusPlan plan = CorpusPlan.of(context.hadoop(), config.input());
    return plan.describe()
        + String.format(
            Locale.ROOT,
            "%nlearns up to %,d merges of at most %,d different stretches%nwrites %s",
            config.vocabularySize() - 256 - config.special().size(),
            config.maxWords(),
            config.output() + (config.file() ? "" : ", a folder with tokenizer.json"));
  }

  @Override
  public TokenizerResult run(TokenizerConfig config, JobContext context) throws IOException {
    long start = System.nanoTime();
    check(config, context);
    KeptStretches earlier = earlier(config, context);
    CorpusPlan plan = CorpusPlan.of(context.hadoop(), config.input());
    if (config.file()) {
      Learned learned = learn(config, context, plan, earlier, null, start);
      Path path = Paths.of(config.output());
      HashedFile.replacePlain(
          path.getFileSystem(context.hadoop()), path, out -> out.write(learned.json()));
      return learned.result();
    }
    try (AnalysisWriter writer =
            AnalysisWriter.create(
                context.hadoop(), config.output(), context.overwrite(), config.formats());
        JobContext.Awaited tasks = context.awaitTasks()) {
      String keep = config.keepCounts() ? writer.folder().toString() : null;
      Learned learned = learn(config, context, plan, earlier, keep, start);
      return learned.result().at(TokenizerArtifact.write(config, context, writer, learned));
    }
  }

  private static KeptStretches earlier(TokenizerConfig config, JobContext context)
      throws IOException {
    return config.merge() == null
        ? null
        : KeptStretches.open(context.hadoop(), config.merge(), config.shape());
  }

  /**
   * What was learned.
   *
   * @param json the tokenizer.json
   */
  record Learned(BpeTraining.Result trained, byte[] json, TokenUse use, TokenizerResult result) {}

  private static Learned learn(
      TokenizerConfig config,
      JobContext context,
      CorpusPlan plan,
      KeptStretches earlier,
      String keep,
      long start) {
    BpeTraining.Result trained =
        BpeTraining.of(
            context.sparkContext(),
            plan,
            config.input(),
            config.shape(),
            config.rules(),
            new BpeTraining.Limits(config.minCount(), config.maxWords(), config.partitions()),
            earlier,
            keep,
            context.progress());
    if (trained.stretches() == 0) {
      throw UserException.data(
          "the text "
              + String.join(" ", config.input().paths())
              + " has no words: give another --input");
    }
    BpeMerges learned = trained.merges();
    TokenUse use = TokenUse.of(learned, trained.words());
    byte[] json = TokenizerJsonWriter.write(learned, config.shape());
    long covered = Arrays.stream(trained.words().counts()).sum();
    TokenizerResult result =
        new TokenizerResult(
            config.output(),
            config.output(),
            sha256(json),
            trained.state().fingerprints(),
            trained.state().lines(),
            BadRecords.byKind(trained.total()),
            trained.bytes(),
            trained.stretches(),
            trained.types(),
            trained.words().size(),
            (double) covered / trained.stretches(),
            trained.cut(),
            learned.size(),
            learned.special().size(),
            learned.merges().size(),
            use.tokens(),
            use.bytesPerToken(),
            use.tokensPerWord(),
            use.unused() - learned.special().size(),
            (System.nanoTime() - start) / 1e9);
    return new Learned(trained, json, use, result);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String summary(TokenizerConfig config, TokenizerResult result) {
    StringBuilder out = new StringBuilder();
    line(
        out,
        "text",
        "%,d lines of %,d bytes: %,d stretches, %,d different",
        result.lines(),
        result.bytes(),
        result.stretches(),
        result.different());
    if (result.learnedFrom() < result.different()) {
      line(
          out,
          "learned from",
          "%,d of them, the most frequent, %.3f %% of the text's (max-words %,d, min-count %,d)",
          result.learnedFrom(),
          100 * result.covered(),
          config.maxWords(),
          config.minCount());
    }
    line(
        out,
        "vocabulary",
        "%,d tokens: %,d special, 256 bytes, %,d merges",
        result.vocabulary(),
        result.special(),
        result.merges());
    line(
        out,
        "cuts",
        "%.3f bytes a token, %.3f tokens a word; %,d tokens never stand alone",
        result.bytesPerToken(),
        result.tokensPerWord(),
        result.unused());
    line(out, "tokenizer", "%s", result.tokenizer());
    line(out, "took", "%.1f s", result.seconds());
    if (result.vocabulary() < config.vocabularySize()) {
      out.append(
          String.format(
              Locale.ROOT,
              "note: no more two tokens stand together %,d times, so there are fewer than"
                  + " vocabulary-size %,d%n",
              config.minFrequency(),
              config.vocabularySize()));
    }
    if (result.cut() > 0) {
      out.append(
          String.format(
              Locale.ROOT,
              "note: stretches without an end were cut %,d times while counting, after 1024 bytes"
                  + " each%n",
              result.cut()));
    }
    return out.toString();
  }

  private static void line(StringBuilder out, String name, String format, Object... values) {
    out.append(String.format(Locale.ROOT, "%-13s", name))
        .append(String.format(Locale.ROOT, format, values))
        .append('\n');
  }
}
