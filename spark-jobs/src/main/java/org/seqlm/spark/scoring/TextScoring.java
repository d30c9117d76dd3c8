package org.seqlm.spark.scoring;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.corpus.BadRecords;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.scores.Buckets;
import org.seqlm.corpus.scores.RowFields;
import org.seqlm.corpus.scores.ScoreForm;
import org.seqlm.corpus.scores.ScoreWriter;
import org.seqlm.lm.LanguageModel;
import org.seqlm.lm.Score;
import org.seqlm.lm.files.ScoreFiles;
import org.seqlm.spark.answers.SliceModel;
import org.seqlm.spark.corpus.PackedParts;
import org.seqlm.spark.corpus.RecordPlaces;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.models.ModelSupplier;
import org.seqlm.spark.scoring.ScoredRange.DocumentScore;
import org.seqlm.spark.scoring.lines.LineRules;
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

  /** Whether every token gets a row, too. */
  public enum Tokens {
    NONE,
    WRITTEN
  }

  /**
   * Where the rows go.
   *
   * @param folder that is written to
   * @param unit what a row is for
   * @param format of all files
   * @param tokens whether every token gets a row, too
   * @param kept what a row holds beside the scores; records that are kept are documents
   * @param buckets by which rows are parted
   */
  public record Output(
      String folder,
      ScoreFiles.Unit unit,
      ScoreFiles.Format format,
      Tokens tokens,
      RowFields kept,
      Buckets buckets)
      implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    public Output(String folder, ScoreFiles.Unit unit, ScoreFiles.Format format) {
      this(folder, unit, format, Tokens.NONE, RowFields.PLACE, Buckets.NONE);
    }

    /** How the rows are written. */
    ScoreForm form(int models) {
      return new ScoreForm(unit, format, models, kept, buckets);
    }
  }

  /**
   * A model that scores.
   *
   * @param rules by which text is cut for it
   * @param supplier gives it; or, of one whose slices answer, what tells how it reads
   * @param slices that answer; null of a model that each process holds
   */
  public record Scorer(TextRules rules, ModelSupplier supplier, SliceModel slices)
      implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    /** A model that each process holds. */
    public Scorer(TextRules rules, ModelSupplier supplier) {
      this(rules, supplier, null);
    }

    /** A model that stays where it lies. */
    public static Scorer of(TextRules rules, SliceModel slices) {
      return new Scorer(rules, slices::unread, slices);
    }
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
   * @param rows written of each bucket, of all where there are none; null where none are
   */
  public record Result(
      List<OfModel> models,
      long records,
      long lines,
      long documents,
      Map<String, Long> bad,
      String fingerprint,
      List<FileEntry> files,
      long[] rows) {}

  /**
   * Scores all of a text, which is read once.
   *
   * @param models one or more; one alone where it stays in its slices
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
    return score(spark, listed, source, models, LineRules.DEFAULT, output, progress);
  }

  /**
   * The same, reading lines by other rules.
   *
   * @throws UserException as the above does
   */
  public static Result score(
      JavaSparkContext spark,
      CorpusPlan listed,
      CorpusSource source,
      List<Scorer> models,
      LineRules rules,
      Output output,
      Progress progress)
      throws IOException {
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    CorpusPlan plan = PackedParts.found(spark, listed, source, conf, progress);
    boolean rows = output != null;
    long[][] recordsBefore = rows ? RecordPlaces.before(spark.sc(), plan, conf) : new long[0][];
    LineScorer.CutParts cutParts = cutParts(output, models, rules);
    List<ScoredRange> ranges;
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "score", plan.bytes(), "bytes", "tokens")) {
      Broadcast<long[][]> before = spark.broadcast(recordsBefore);
      try {
        ranges =
            ScoresRdd.of(
                    spark.sc(),
                    plan,
                    conf,
                    new RangeScoring(
                        source, rules, output, cutParts, before, stage.done(), stage.more()),
                    List.copyOf(models))
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
    ranges.forEach(range -> files.addAll(List.of(range.files)));
    List<CutDocuments.Cut> cut = CutDocuments.of(ranges);
    List<DocumentScore> cutRows = cut.stream().map(CutDocuments.Cut::score).toList();
    List<ScoredRange> all = new ArrayList<>(ranges);
    if (cutParts == LineScorer.CutParts.LEFT && !cut.isEmpty()) {
      List<ScoredRange> whole =
          CutDocuments.score(spark, plan, source, cut, recordsBefore, models, rules, output, conf);
      all.addAll(whole);
      whole.forEach(document -> files.addAll(List.of(document.files)));
      cutRows = whole.stream().map(document -> document.head).toList();
    }
    long[] rowsOfBuckets = rows ? rows(ranges) : null;
    List<OfModel> sums = sums(all, models.size());
    if (sums.stream().allMatch(model -> model.score().tokens() == 0)) {
      throw UserException.data(
          "the text " + String.join(" ", source.paths()) + " has no tokens: give another --input");
    }
    if (!cutRows.isEmpty()) {
      Path folder = new Path(output.folder());
      try (ScoreWriter written =
          new ScoreWriter(
              Paths.plain(folder, spark.hadoopConfiguration()),
              folder,
              "part-cut",
              0,
              output.form(models.size()))) {
        for (DocumentScore row : cutRows) {
          row.writeTo(written);
        }
        files.addAll(written.keep());
        rowsOfBuckets = plus(rowsOfBuckets, written.rows());
      }
    }
    return new Result(
        sums,
        total.records(),
        total.lines(),
        total.documents(),
        BadRecords.byKind(total),
        total.fingerprint(),
        files,
        rowsOfBuckets);
  }

  private static long[] rows(List<ScoredRange> ranges) {
    return ranges.stream().map(range -> range.rows).reduce(new long[0], TextScoring::plus);
  }

  private static long[] plus(long[] some, long[] others) {
    long[] sum = Arrays.copyOf(others, Math.max(some.length, others.length));
    for (int i = 0; i < some.length; i++) {
      sum[i] += some[i];
    }
    return sum;
  }

  private static LineScorer.CutParts cutParts(Output output, List<Scorer> models, LineRules rules)
      throws IOException {
    if (output == null || output.unit() != ScoreFiles.Unit.DOCUMENT) {
      return LineScorer.CutParts.SCORED;
    }
    for (Scorer scorer : models) {
      if (rules.memory(scorer.supplier().model()) == LanguageModel.Memory.TEXT) {
        if (scorer.slices() != null) {
          throw UserException.configuration(
              "the model reads a document past its lines, and one that is cut between tasks cannot"
                  + " be asked of slices: give --unit line, or another --access");
        }
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
}
