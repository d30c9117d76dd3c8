package org.seqlm.spark.scoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.corpus.BadRecords;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.lm.LanguageModel;
import org.seqlm.lm.Score;
import org.seqlm.lm.files.ScoreFiles;
import org.seqlm.spark.corpus.PackedParts;
import org.seqlm.spark.corpus.RangesRdd;
import org.seqlm.spark.scoring.ScoredRange.DocumentScore;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;
import org.seqlm.text.TextRules;
import org.seqlm.text.Tokenizer;

/**
 * Scores text with a model, line by line, a task a range of the input. A task holds the model and
 * one record; ranges do not depend on the cluster, so neither does any result. A document that is
 * cut between two ranges is read anew where the second begins, which a model whose contexts end
 * with the line does not notice; its score is still one row.
 */
public final class TextScoring {
  private TextScoring() {}

  /**
   * Where the rows go.
   *
   * @param folder that is written to
   */
  public record Output(String folder, ScoreFiles.Unit unit, ScoreFiles.Format format)
      implements java.io.Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * What a text came to.
   *
   * @param score of all of its tokens
   * @param records read, bad ones among them
   * @param lines scored
   * @param documents scored
   * @param characters code points of the normalised text, line feeds among them
   * @param unknownBytes of the unknown words in UTF-8
   * @param bad what was left out, by kind
   * @param fingerprint of the text
   * @param files that were written
   */
  public record Result(
      Score score,
      long records,
      long lines,
      long documents,
      long characters,
      long unknownBytes,
      Map<String, Long> bad,
      String fingerprint,
      List<FileEntry> files) {}

  /**
   * Scores all of a text.
   *
   * @param rules by which it is cut for the model
   * @param output null keeps nothing but the sums
   * @throws UserException with exit code 3 if more is bad than the limits allow, or there is no
   *     token
   */
  public static Result score(
      JavaSparkContext spark,
      CorpusPlan listed,
      CorpusSource source,
      TextRules rules,
      ModelSupplier supplier,
      Output output,
      Progress progress)
      throws IOException {
    Broadcast<SerializableConfiguration> conf =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    CorpusPlan plan = PackedParts.found(spark, listed, source, conf, progress);
    List<ScoredRange> ranges;
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "score", plan.bytes(), "bytes", "tokens")) {
      boolean rows = output != null;
      Broadcast<long[][]> before =
          spark.broadcast(rows ? recordsBefore(spark.sc(), plan, conf) : new long[0][]);
      try {
        ranges =
            new Scores(
                    spark.sc(),
                    plan,
                    conf,
                    source,
                    rules,
                    supplier,
                    output,
                    before,
                    stage.done(),
                    stage.more())
                .toJavaRDD()
                .collect();
      } finally {
        before.destroy();
      }
    }
    List<RangeSummary> summaries = ranges.stream().map(range -> range.summary).toList();
    RangeSummary total = RangeSummary.sum(summaries);
    BadRecords.check(source, summaries, total);
    BadRecords.tell(progress, total);
    Score score = Score.NONE;
    long characters = 0;
    long unknownBytes = 0;
    List<FileEntry> files = new ArrayList<>();
    for (ScoredRange range : ranges) {
      score = score.plus(Score.unpack(range.score));
      characters += range.characters;
      unknownBytes += range.unknownBytes;
      if (range.file != null) {
        files.add(range.file);
      }
    }
    if (score.tokens() == 0) {
      throw UserException.data(
          "the text " + String.join(" ", source.paths()) + " has no tokens: give another --input");
    }
    List<DocumentScore> cut = cutDocuments(ranges);
    if (!cut.isEmpty()) {
      files.add(
          ScoreFiles.write(
              Paths.plain(new Path(output.folder()), spark.hadoopConfiguration()),
              new Path(output.folder()),
              "scores/part-cut" + output.format().extension(),
              0,
              output.format(),
              output.unit(),
              sink -> {
                for (DocumentScore row : cut) {
                  row.writeTo(sink);
                }
              }));
    }
    return new Result(
        score,
        total.records(),
        total.lines(),
        total.documents(),
        characters,
        unknownBytes,
        BadRecords.byKind(total),
        total.fingerprint(),
        files);
  }

  /** The documents that no range holds whole, put together. */
  private static List<DocumentScore> cutDocuments(List<ScoredRange> ranges) {
    List<DocumentScore> cut = new ArrayList<>();
    DocumentScore open = null;
    for (ScoredRange range : ranges) {
      if (range.head != null) {
        if (open == null) {
          open = range.head; // its beginning was left out: a bad record
        } else {
          open.add(range.head);
        }
      }
      if (!range.headGoesOn) {
        if (open != null) {
          cut.add(open);
        }
        open = range.open;
      }
    }
    if (open != null) {
      cut.add(open);
    }
    return cut;
  }

  /** Of each piece of each range: the records of its file that begin before it. */
  private static long[][] recordsBefore(
      SparkContext spark, CorpusPlan plan, Broadcast<SerializableConfiguration> conf) {
    List<CorpusRange> ranges = plan.ranges();
    long[][] before = new long[ranges.size()][];
    boolean cut = false;
    for (CorpusRange range : ranges) {
      before[range.index()] = new long[range.pieces().size()];
      cut |=
          range.pieces().stream()
              .anyMatch(
                  piece -> piece.from() > 0 && piece.file().cuts() == CorpusFile.Cuts.ANYWHERE);
    }
    List<long[]> counted = cut ? new Records(spark, plan, conf).toJavaRDD().collect() : List.of();
    long sum = 0;
    for (int r = 0; r < before.length; r++) {
      for (int i = 0; i < before[r].length; i++) {
        CorpusRange.Piece piece = ranges.get(r).pieces().get(i);
        sum = piece.from() == 0 ? 0 : sum;
        before[r][i] = piece.text() == null ? sum : piece.text().recordsBefore();
        sum += cut ? counted.get(r)[i] : 0;
      }
    }
    return before;
  }

  /** Counts the records of the pieces after which their file goes on. */
  private static final class Records extends RangesRdd<long[]> {
    private static final long serialVersionUID = 1L;

    Records(SparkContext spark, CorpusPlan plan, Broadcast<SerializableConfiguration> conf) {
      super(spark, plan, conf);
    }

    @Override
    public Iterator<long[]> compute(Configuration conf, CorpusRange range, TaskContext context) {
      long[] records = new long[range.pieces().size()];
      try {
        for (int i = 0; i < records.length; i++) {
          CorpusRange.Piece piece = range.pieces().get(i);
          // No record begins after a file's last piece.
          if (piece.to() < piece.file().length()) {
            records[i] = RangeLines.records(conf, piece);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return List.of(records).iterator();
    }
  }

  private static final class Scores extends RangesRdd<ScoredRange> {
    private static final long serialVersionUID = 1L;

    private final CorpusSource source;
    private final TextRules rules;
    private final ModelSupplier supplier;
    private final Output output;
    private final Broadcast<long[][]> before;
    private final LongAccumulator bytes;
    private final LongAccumulator tokens;

    Scores(
        SparkContext spark,
        CorpusPlan plan,
        Broadcast<SerializableConfiguration> conf,
        CorpusSource source,
        TextRules rules,
        ModelSupplier supplier,
        Output output,
        Broadcast<long[][]> before,
        LongAccumulator bytes,
        LongAccumulator tokens) {
      super(spark, plan, conf);
      this.source = source;
      this.rules = rules;
      this.supplier = supplier;
      this.output = output;
      this.before = before;
      this.bytes = bytes;
      this.tokens = tokens;
    }

    @Override
    public Iterator<ScoredRange> compute(
        Configuration conf, CorpusRange range, TaskContext context) {
      ScoredRange scored = new ScoredRange();
      try {
        LanguageModel model = supplier.model();
        if (output == null) {
          read(conf, range, context, model, scored, (path, record, line, n, unknown, log10) -> {});
        } else {
          Path folder = new Path(output.folder());
          scored.file =
              ScoreFiles.write(
                  Paths.plain(folder, conf),
                  folder,
                  String.format(
                      Locale.ROOT,
                      "scores/part-%05d%s",
                      range.index(),
                      output.format().extension()),
                  context.taskAttemptId(),
                  output.format(),
                  output.unit(),
                  rows -> read(conf, range, context, model, scored, rows));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return List.of(scored).iterator();
    }

    private void read(
        Configuration conf,
        CorpusRange range,
        TaskContext context,
        LanguageModel model,
        ScoredRange scored,
        ScoreFiles.Rows rows)
        throws IOException {
      long[] recordsBefore =
          output == null ? new long[range.pieces().size()] : before.value()[range.index()];
      ScoreFiles.Unit unit = output == null ? null : output.unit();
      LineScorer lines = new LineScorer(model, Tokenizer.of(rules), scored, unit, rows, context);
      scored.summary =
          RangeLines.read(conf, source, range, recordsBefore, lines, n -> bytes.add(n));
      scored.score = lines.score().packed();
      tokens.add((long) scored.score[0]);
    }
  }
}
