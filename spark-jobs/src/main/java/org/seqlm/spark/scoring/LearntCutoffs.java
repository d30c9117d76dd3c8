package org.seqlm.spark.scoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.plan.CorpusPlan;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.scores.TextSample;
import org.seqlm.lm.LanguageModel;
import org.seqlm.lm.files.ScoreFiles;
import org.seqlm.spark.corpus.PackedParts;
import org.seqlm.spark.corpus.RangesRdd;
import org.seqlm.spark.corpus.RecordPlaces;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.scoring.lines.LineRules;
import org.seqlm.spark.task.TaskProgress;

/** Reads a text once, and scores a sample of it, to learn where buckets of perplexity end. */
public final class LearntCutoffs {
  private LearntCutoffs() {}

  /**
   * The perplexities of the sample, in the order of the text.
   *
   * @param model whose perplexity counts
   * @param unit what has one
   * @throws UserException with exit code 3 if a model is gone, or all documents of the sample lie
   *     across ranges
   */
  public static double[] sample(
      JavaSparkContext spark,
      CorpusPlan listed,
      CorpusSource source,
      TextScoring.Scorer model,
      LineRules rules,
      ScoreFiles.Unit unit,
      TextSample sample,
      Progress progress)
      throws IOException {
    Broadcast<SharedSettings> conf =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    CorpusPlan plan = PackedParts.found(spark, listed, source, conf, progress);
    Broadcast<long[][]> before = spark.broadcast(RecordPlaces.before(spark.sc(), plan, conf));
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "sample", plan.bytes(), "bytes", "sampled")) {
      LongAccumulator cut = spark.sc().longAccumulator();
      Sampled sampled =
          new Sampled(
              spark.sc(), plan, conf, source, model, rules, unit, sample, before, stage, cut);
      double[] perplexities =
          sampled.toJavaRDD().collect().stream().flatMapToDouble(Arrays::stream).toArray();
      if (perplexities.length == 0 && cut.value() > 0) {
        throw UserException.data(
            "all documents in the sample that cutoffs are learnt from are cut between tasks, and"
                + " such are left out: give --unit line, or --cutoffs FILE");
      }
      return perplexities;
    } finally {
      before.destroy();
    }
  }

  private static final class Sampled extends RangesRdd<double[]> {
    private static final long serialVersionUID = 1L;

    private final CorpusSource source;
    private final TextScoring.Scorer model;
    private final LineRules rules;
    private final ScoreFiles.Unit unit;
    private final TextSample sample;
    private final Broadcast<long[][]> before;
    private final LongAccumulator bytes;
    private final LongAccumulator taken;
    private final LongAccumulator cut;

    Sampled(
        SparkContext spark,
        CorpusPlan plan,
        Broadcast<SharedSettings> conf,
        CorpusSource source,
        TextScoring.Scorer model,
        LineRules rules,
        ScoreFiles.Unit unit,
        TextSample sample,
        Broadcast<long[][]> before,
        TaskProgress stage,
        LongAccumulator cut) {
      super(spark, plan, conf);
      this.source = source;
      this.model = model;
      this.rules = rules;
      this.unit = unit;
      this.sample = sample;
      this.before = before;
      this.bytes = stage.done();
      this.taken = stage.more();
      this.cut = cut;
    }

    @Override
    public Iterator<double[]> compute(Configuration conf, CorpusRange range, TaskContext context) {
      try {
        LanguageModel.Memory memory = rules.memory(model.supplier().model());
        SampledLines lines =
            new SampledLines(
                new TextModels(List.of(model), rules, null), memory, unit, sample, context);
        RangeLines.read(
            conf, source, range, before.value()[range.index()], lines, n -> bytes.add(n));
        double[] perplexities = lines.perplexities();
        taken.add(perplexities.length);
        cut.add(lines.cut());
        return List.of(perplexities).iterator();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
