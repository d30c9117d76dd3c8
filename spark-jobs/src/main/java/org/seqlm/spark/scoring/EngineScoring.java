package org.seqlm.spark.scoring;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.UserException;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.DatasetHandle;
import org.seqlm.dataset.Split;
import org.seqlm.kernels.Kernels;
import org.seqlm.lm.Score;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.StretchScorer;
import org.seqlm.neural.learner.StretchScorer.Stretch;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.neural.torch.device.LostGpu;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.GpuStages;
import org.seqlm.spark.task.Refusal;
import org.seqlm.spark.task.TaskGpu;
import org.seqlm.vocab.TokenBlock;
import org.seqlm.vocab.Vocabulary;
import scala.Tuple2;

/**
 * Scores a split with a network on an engine: the stretches of {@link ScoringStep} with their
 * warm-up, and so its figure up to float32's rounding. A task reads {@link #TOGETHER} consecutive
 * stretches side by side, on its GPU where it has one. Which stretches are together depends on the
 * split alone, and they are added up in their order, so the result does not depend on the cluster.
 */
public final class EngineScoring {
  /**
   * Stretches that a task reads side by side: a step of several costs hardly more than one of one,
   * and the fewer they are the more tasks there are.
   */
  static final int TOGETHER = 4;

  private EngineScoring() {}

  /**
   * Scores the first {@code maxTokens} tokens of a split.
   *
   * @param model of the dataset's vocabulary
   * @return the sum over all stretches
   * @throws UserException what a task met, of the first that did; Spark tries none of them again
   */
  public static Score score(
      JavaSparkContext spark,
      Dataset dataset,
      Split split,
      long maxTokens,
      RecurrentLanguageModel model,
      Engine<?> engine,
      Execution execution) {
    long total = Math.min(maxTokens, dataset.tokens(split));
    List<Long> starts = new ArrayList<>();
    for (long start = 0; start < total; start += (long) TOGETHER * ScoringStep.STRETCH) {
      starts.add(start);
    }
    Score sum = Score.NONE;
    if (starts.isEmpty()) {
      return sum;
    }
    Broadcast<float[]> parameters = spark.broadcast(model.parameters());
    Task task =
        new Task(
            dataset.handle(),
            new SharedSettings(spark.hadoopConfiguration()),
            split,
            total,
            model.spec(),
            model.firstInput(),
            model.vocabulary().sentenceStart(),
            parameters,
            engine,
            execution);
    try {
      for (Tuple2<double[][], byte[]> found :
          GpuStages.of(spark, execution)
              .compute(spark.parallelize(starts, starts.size()).map(task::run))
              .collect()) {
        if (found._2() != null) {
          throw Refusal.decode(found._2());
        }
        for (double[] stretch : found._1()) {
          sum = sum.plus(Score.unpack(stretch));
        }
      }
      return sum;
    } finally {
      parameters.destroy();
    }
  }

  /**
   * What a task does.
   *
   * @param total tokens to score
   * @param firstInput what the network reads before a text
   * @param unread the token that it neither reads nor is scored by; negative if there is none
   */
  private record Task(
      DatasetHandle dataset,
      SharedSettings conf,
      Split split,
      long total,
      LanguageNetwork spec,
      int firstInput,
      int unread,
      Broadcast<float[]> parameters,
      Engine<?> engine,
      Execution execution)
      implements Serializable {

    /** The scores, packed, of the stretches from {@code start} on; or a {@link Refusal}. */
    Tuple2<double[][], byte[]> run(long start) throws IOException {
      try {
        return new Tuple2<>(score(start), null);
      } catch (UserException e) {
        return new Tuple2<>(null, Refusal.encode(e));
      }
    }

    private double[][] score(long start) throws IOException {
      // The first that touches an engine in an executor.
      Kernels.pin(execution.kernels());
      List<Stretch> stretches = new ArrayList<>();
      for (int i = 0; i < TOGETHER && start + (long) i * ScoringStep.STRETCH < total; i++) {
        long from = start + (long) i * ScoringStep.STRETCH;
        long to = Math.min(from + ScoringStep.STRETCH, total);
        stretches.add(
            stretch(dataset.open(conf.value()).read(split, from, to, ScoringStep.WARM_UP)));
      }
      StretchScorer scorer = engine.scorer(spec, execution);
      double[][] nats;
      try (TaskGpu gpu = TaskGpu.lent()) {
        nats = scorer.nats(parameters.value(), stretches);
      } catch (LostGpu e) {
        throw TaskGpu.lost(e);
      }
      double[][] scores = new double[nats.length][];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = sum(stretches.get(i), nats[i]).packed();
      }
      return scores;
    }

    /** What the network reads of a block. */
    private Stretch stretch(TokenBlock block) {
      int[] read = new int[1 + block.before().length + block.tokens().length];
      read[0] = firstInput;
      int from = copy(block.before(), read, 1);
      int to = copy(block.tokens(), read, from);
      return new Stretch(java.util.Arrays.copyOf(read, to), from);
    }

    private int copy(int[] tokens, int[] into, int at) {
      for (int token : tokens) {
        if (token != unread) {
          into[at++] = token;
        }
      }
      return at;
    }

    private static Score sum(Stretch stretch, double[] nats) {
      long unknown = 0;
      long zero = 0;
      long unknownZero = 0;
      double all = 0;
      double unknownNats = 0;
      for (int i = 0; i < nats.length; i++) {
        boolean isUnknown = stretch.tokens()[stretch.from() + i] == Vocabulary.UNKNOWN;
        boolean isZero = nats[i] == Double.POSITIVE_INFINITY;
        unknown += isUnknown ? 1 : 0;
        zero += isZero ? 1 : 0;
        unknownZero += isUnknown && isZero ? 1 : 0;
        all += isZero ? 0 : nats[i];
        unknownNats += isUnknown && !isZero ? nats[i] : 0;
      }
      return new Score(nats.length, unknown, zero, all, unknownZero, unknownNats, List.of());
    }
  }
}
