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
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.scoring.ScoredRange.DocumentScore;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;
import org.seqlm.text.TextRules;

/**
 * Scores text with models, line by line, a task a range of the input. A task holds the models and
 * one record; ranges do not depend on the cluster, so neither does any result.
 *
 * <p>Where rows are for documents, each is a text of its own: a model reads it from its beginning,
 * knowing nothing of others, and all of its lines in order. One that is cut between two ranges is
 * one row, too: where a model's contexts reach past lines ({@link LanguageModel.Memory}), it is
 * read once more by one task. Elsewhere a model reads on over the documents of a range as its
 * boundary says, and begins anew with each range.
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
   * A model that scores.
   *
   * @param rules by which text is cut for it
   */
  public record Scorer(TextRules rules, ModelSupplier supplier) implements java.io.Serializable {
    private static final long serialVersionUID = 1L;
  }

  /**
   * What a model makes of a text.
   *
   * @param score of all of its tokens
   * @param characters code points of the normalised text, line feeds among them
   * @param unknownBytes of the unknown words in UTF-8
   */
  public record OfModel(Score score, long characters, long unknownBytes) {}

  /**
   * What a text came to.
   *
   * @param models what each makes of it
   * @param records read, bad ones among them
   * @param lines scored
   * @param documents scored
   * @param bad what was left out, by kind
   * @param fingerprint of the text
   * @param files that were written
   */
  public record Result(
      List<OfModel> models,
      long records,
      long lines,
      long documents,
      Map<String, Long> bad,
      String fingerprint,
      List<FileEntry> files) {}

  /**
   * Scores all of a text, which is read once.
   *
   * @param models one or more
   * @param output null keeps nothing but the sums
   * @throws UserException with exit code 3 if more is bad than the limits allow, or there is no
   *     token
   */
  public static Result score(
      JavaSparkContext spark,
      CorpusPlan listed,
      CorpusSource source,
      List<Scorer> models,
      Output output,
      Progress progress)
      throws IOException {
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    CorpusPlan plan = PackedParts.found(spark, listed, source, conf, progress);
    boolean rows = output != null;
    long[][] recordsBefore = rows ? recordsBefore(spark.sc(), plan, conf) : new long[0][];
    LineScorer.CutParts cutParts = cutParts(output, models);
    List<ScoredRange> ranges;
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "score", plan.bytes(), "bytes", "tokens")) {
      Broadcast<long[][]> before = spark.broadcast(recordsBefore);
      try {
        ranges =
            new Scores(
                    spark.sc(),
                    plan,
                    conf,
                    source,
                    List.copyOf(models),
                    output,
                    cutParts,
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
    List<FileEntry> files = new ArrayList<>();
    ranges.stream().filter(range -> range.file != null).forEach(range -> files.add(range.file));
    List<CutDocuments.Cut> cut = CutDocuments.of(ranges);
    List<DocumentScore> cutRows = cut.stream().map(CutDocuments.Cut::score).toList();
    List<ScoredRange> all = new ArrayList<>(ranges);
    if (cutParts == LineScorer.CutParts.LEFT && !cut.isEmpty()) {
      List<ScoredRange> whole =
          CutDocuments.score(spark, plan, source, cut, recordsBefore, models, conf);
      all.addAll(whole);
      cutRows = whole.stream().map(document -> document.head).toList();
    }
    List<OfModel> sums = sums(all, models.size());
    if (sums.stream().allMatch(model -> model.score().tokens() == 0)) {
      throw UserException.data(
          "the text " + String.join(" ", source.paths()) + " has no tokens: give another --input");
    }
    if (!cutRows.isEmpty()) {
      List<DocumentScore> written = cutRows;
      files.add(
          ScoreFiles.write(
              Paths.plain(new Path(output.folder()), spark.hadoopConfiguration()),
              new Path(output.folder()),
              "scores/part-cut" + output.format().extension(),
              0,
              output.format(),
              output.unit(),
              models.size(),
              sink -> {
                for (DocumentScore row : written) {
                  row.writeTo(sink);
                }
              }));
    }
    return new Result(
        sums,
        total.records(),
        total.lines(),
        total.documents(),
        BadRecords.byKind(total),
        total.fingerprint(),
        files);
  }

  private static LineScorer.CutParts cutParts(Output output, List<Scorer> models)
      throws IOException {
    if (output == null || output.unit() != ScoreFiles.Unit.DOCUMENT) {
      return LineScorer.CutParts.SCORED;
    }
    for (Scorer scorer : models) {
      if (scorer.supplier().model().memory() == LanguageModel.Memory.TEXT) {
        return LineScorer.CutParts.LEFT;
      }
    }
    return LineScorer.CutParts.SCORED;
  }

  /** The sums of each model, in the order of the ranges. */
  private static List<OfModel> sums(List<ScoredRange> ranges, int models) {
    List<OfModel> sums = new ArrayList<>();
    for (int m = 0; m < models; m++) {
      Score score = Score.NONE;
      long characters = 0;
      long unknownBytes = 0;
      for (ScoredRange range : ranges) {
        score = score.plus(Score.unpack(range.sums[m].score));
        characters += range.sums[m].characters;
        unknownBytes += range.sums[m].unknownBytes;
      }
      sums.add(new OfModel(score, characters, unknownBytes));
    }
    return sums;
  }

  /** Of each piece of each range: the records of its file that begin before it. */
  private static long[][] recordsBefore(
      SparkContext spark, CorpusPlan plan, Broadcast<SharedSettings> conf) {
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

    Records(SparkContext spark, CorpusPlan plan, Broadcast<SharedSettings> conf) {
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
    private final List<Scorer> models;
    private final Output output;
    private final LineScorer.CutParts cutParts;
    private final Broadcast<long[][]> before;
    private final LongAccumulator bytes;
    private final LongAccumulator tokens;

    Scores(
        SparkContext spark,
        CorpusPlan plan,
        Broadcast<SharedSettings> conf,
        CorpusSource source,
        List<Scorer> models,
        Output output,
        LineScorer.CutParts cutParts,
        Broadcast<long[][]> before,
        LongAccumulator bytes,
        LongAccumulator tokens) {
      super(spark, plan, conf);
      this.source = source;
      this.models = models;
      this.output = output;
      this.cutParts = cutParts;
      this.before = before;
      this.bytes = bytes;
      this.tokens = tokens;
    }

    @Override
    public Iterator<ScoredRange> compute(
        Configuration conf, CorpusRange range, TaskContext context) {
      ScoredRange scored = new ScoredRange();
      try {
        List<ModelLines> lines = new ArrayList<>();
        for (Scorer scorer : models) {
          lines.add(new ModelLines(scorer.supplier().model(), scorer.rules()));
        }
        if (output == null) {
          read(conf, range, context, lines, scored, (path, record, line, scores) -> {});
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
                  models.size(),
                  rows -> read(conf, range, context, lines, scored, rows));
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
        List<ModelLines> models,
        ScoredRange scored,
        ScoreFiles.Rows rows)
        throws IOException {
      long[] recordsBefore =
          output == null ? new long[range.pieces().size()] : before.value()[range.index()];
      ScoreFiles.Unit unit = output == null ? null : output.unit();
      LineScorer lines = new LineScorer(models, scored, unit, rows, cutParts, range, context);
      scored.summary =
          RangeLines.read(conf, source, range, recordsBefore, lines, n -> bytes.add(n));
      lines.finish();
      tokens.add((long) scored.sums[0].score[0]);
    }
  }
}
