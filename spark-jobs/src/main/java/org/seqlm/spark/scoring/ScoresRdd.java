package org.seqlm.spark.scoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.spark.answers.SliceAnswers;
import org.seqlm.spark.answers.SliceModel;
import org.seqlm.spark.corpus.RangesRdd;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.text.TextRules;

/** Scores the ranges of a text, a task each, with models that each process holds. */
final class ScoresRdd extends RangesRdd<ScoredRange> {
  private static final long serialVersionUID = 1L;

  private final RangeScoring scoring;
  private final List<TextScoring.Scorer> models;

  private ScoresRdd(
      SparkContext spark,
      CorpusPlan plan,
      Broadcast<SharedSettings> conf,
      RangeScoring scoring,
      List<TextScoring.Scorer> models) {
    super(spark, plan, conf);
    this.scoring = scoring;
    this.models = models;
  }

  /**
   * Scores all ranges.
   *
   * @param models that processes hold, or one whose slices answer
   */
  static JavaRDD<ScoredRange> of(
      SparkContext spark,
      CorpusPlan plan,
      Broadcast<SharedSettings> conf,
      RangeScoring scoring,
      List<TextScoring.Scorer> models) {
    SliceModel slices = models.get(0).slices();
    if (slices == null) {
      return new ScoresRdd(spark, plan, conf, scoring, models).toJavaRDD();
    }
    TextRules cut = models.get(0).rules();
    return SliceAnswers.read(
        new Ranges(spark, plan, conf).toJavaRDD(),
        slices,
        (range, task, asking) ->
            scoring.read(
                conf.value().value(), range, task, new TextScoring.Scorer(cut, () -> asking)),
        (range, task, answering) ->
            scoring.score(
                conf.value().value(),
                range,
                task,
                List.of(new TextScoring.Scorer(cut, () -> answering))));
  }

  @Override
  public Iterator<ScoredRange> compute(Configuration conf, CorpusRange range, TaskContext context) {
    try {
      return List.of(scoring.score(conf, range, context, models)).iterator();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The ranges themselves. */
  private static final class Ranges extends RangesRdd<CorpusRange> {
    private static final long serialVersionUID = 1L;

    Ranges(SparkContext spark, CorpusPlan plan, Broadcast<SharedSettings> conf) {
      super(spark, plan, conf);
    }

    @Override
    public Iterator<CorpusRange> compute(
        Configuration conf, CorpusRange range, TaskContext context) {
      return List.of(range).iterator();
    }
  }
}
