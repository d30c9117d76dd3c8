package org.seqlm.spark.scoring;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.UserException;
import org.seqlm.dataset.Examples;
import org.seqlm.dataset.ExamplesHandle;
import org.seqlm.dataset.FeatureStatistics;
import org.seqlm.dataset.Split;
import org.seqlm.kernels.Kernels;
import org.seqlm.metrics.task.TaskScorer;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.network.Decoding;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.torch.device.LostGpu;
import org.seqlm.spark.feed.ExampleBatches;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.GpuStages;
import org.seqlm.spark.task.Refusal;
import org.seqlm.spark.task.TaskGpu;
import scala.Tuple2;

/**
 * Scores a split of examples with a network on an engine. A task predicts for {@link #TOGETHER}
 * consecutive examples, a batch at a time; which are together depends on the split alone, and sums
 * are added in the order of the examples, so the result does not depend on the cluster. The scorer,
 * which may have a vocabulary in it, goes to each executor once, however often is scored.
 */
public final class ExampleScoring implements AutoCloseable {
  /** The most examples that a task predicts for. */
  static final int TOGETHER = 2048;

  /** The array of a batch with the place of each example in the split. */
  static final String NUMBERS = "numbers";

  private static final int BATCH = 128;

  /**
   * Bytes of sums that tasks send before the next begin: a sixteenth of what Spark takes of a job
   * by itself ({@code spark.driver.maxResultSize}), and 32 pieces with the most labels that are
   * counted by.
   */
  private static final long WAVE_BYTES = 64L << 20;

  private final JavaSparkContext spark;
  private final Examples examples;
  private final Split split;
  private final int size; // of the sums
  private final Broadcast<TaskScorer> scorer;

  /**
   * Of a split.
   *
   * @param scorer of the examples' task
   */
  public ExampleScoring(JavaSparkContext spark, Examples examples, Split split, TaskScorer scorer) {
    this.spark = spark;
    this.examples = examples;
    this.split = split;
    size = scorer.size();
    this.scorer = spark.broadcast(scorer);
  }

  /**
   * What predicts, and how.
   *
   * @param decoding of a network that writes targets; null for the likeliest tokens
   * @param features by which the values of series are standardised; null for the examples' own
   */
  public record Model(
      Network network,
      float[] parameters,
      Engine<?> engine,
      Decoding decoding,
      Execution execution,
      FeatureStatistics features) {

    /** One that was trained on the examples. */
    public Model(
        Network network,
        float[] parameters,
        Engine<?> engine,
        Decoding decoding,
        Execution execution) {
      this(network, parameters, engine, decoding, execution, null);
    }
  }

  /**
   * Scores the first examples of a split.
   *
   * @param most examples
   * @return the scorer's sums over them
   * @throws UserException what a task met, of the first that did; Spark tries none of them again
   */
  public double[] score(long most, Model model) {
    double[] sum = new double[size];
    each(
        most,
        model,
        found -> {
          for (int i = 0; i < sum.length; i++) {
            sum[i] += found[i];
          }
        });
    return sum;
  }

  /** The same of each piece by itself, in the order of the split. */
  void each(long most, Model model, Consumer<double[]> sums) {
    each(most, model, (int) Math.max(1, WAVE_BYTES / ((long) Double.BYTES * size)), sums);
  }

  /**
   * The same with a bound.
   *
   * @param together pieces whose sums the driver holds at once
   */
  void each(long most, Model model, int together, Consumer<double[]> sums) {
    List<int[]> pieces = pieces(examples, split, most);
    if (pieces.isEmpty()) {
      return;
    }
    GpuStages gpus = GpuStages.of(spark, model.execution());
    Broadcast<float[]> parameters = spark.broadcast(model.parameters());
    Task task =
        new Task(
            examples.handle(),
            new SharedSettings(spark.hadoopConfiguration()),
            split,
            model.network(),
            parameters,
            model.engine(),
            model.decoding(),
            model.execution(),
            model.features() == null
                ? ExampleBatches.features(examples.details())
                : model.features(),
            scorer);
    try {
      for (int from = 0; from < pieces.size(); from += together) {
        // A list of its own: Spark keeps what it is given until the tasks have it.
        List<int[]> wave =
            List.copyOf(pieces.subList(from, Math.min(pieces.size(), from + together)));
        for (Tuple2<double[], byte[]> found :
            gpus.compute(spark.parallelize(wave, wave.size()).map(task::run)).collect()) {
          if (found._2() != null) {
            throw Refusal.decode(found._2());
          }
          sums.accept(found._1());
        }
      }
    } finally {
      parameters.destroy();
    }
  }

  /** Takes the scorer from the executors. */
  @Override
  public void close() {
    scorer.destroy();
  }

  /**
   * Of each task the block, the first example, one past the last, and examples of blocks before.
   */
  private static List<int[]> pieces(Examples examples, Split split, long most) {
    List<int[]> pieces = new ArrayList<>();
    long left = most;
    long before = 0;
    for (int block = 0; block < examples.blocks(split) && left > 0; block++) {
      int size = (int) Math.min(left, examples.examples(split, block));
      for (int from = 0; from < size; from += TOGETHER) {
        pieces.add(new int[] {block, from, Math.min(size, from + TOGETHER), (int) before});
      }
      left -= size;
      before += size;
    }
    return pieces;
  }

  /** What a task does. */
  private record Task(
      ExamplesHandle examples,
      SharedSettings conf,
      Split split,
      Network network,
      Broadcast<float[]> parameters,
      Engine<?> engine,
      Decoding decoding,
      Execution execution,
      FeatureStatistics features,
      Broadcast<TaskScorer> shared)
      implements Serializable {

    /** The sums of a piece; or a {@link Refusal}. */
    Tuple2<double[], byte[]> run(int[] piece) throws IOException {
      try {
        return new Tuple2<>(score(piece), null);
      } catch (UserException e) {
        return new Tuple2<>(null, Refusal.encode(e));
      }
    }

    private double[] score(int[] piece) throws IOException {
      try (TaskGpu gpu = TaskGpu.lent()) {
        // The first that touches an engine in an executor.
        Kernels.pin(execution.kernels());
        TaskScorer scorer = shared.value();
        double[] sums = new double[scorer.size(piece[2] - piece[1])];
        engine
            .predictor(network, decoding, execution)
            .predict(
                parameters.value(),
                batches(piece),
                (batch, predicted) -> scorer.add(sums, batch, predicted));
        return sums;
      } catch (LostGpu e) {
        throw TaskGpu.lost(e);
      }
    }

    /** With the place of each example in the split, by which one that draws does. */
    private static Batch numbered(Batch batch, int first) {
      return batch.put(
          NUMBERS,
          new Batch.Ints(IntStream.range(first, first + batch.size()).toArray(), batch.size()));
    }

    private Iterator<Batch> batches(int[] piece) throws IOException {
      ExampleBatches batches = new ExampleBatches(examples.open(conf.value()), split, features);
      return new Iterator<>() {
        private final int together = Math.min(BATCH, shared.value().together());
        private int next = piece[1];

        @Override
        public boolean hasNext() {
          return next < piece[2];
        }

        @Override
        public Batch next() {
          if (!hasNext()) {
            throw new java.util.NoSuchElementException();
          }
          int from = next;
          next = Math.min(piece[2], from + together);
          try {
            return numbered(batches.consecutive(piece[0], from, next), piece[3] + from);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };
    }
  }
}
