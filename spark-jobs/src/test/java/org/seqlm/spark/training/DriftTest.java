package org.seqlm.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.seqlm.neural.optimizer.AveragingMode;
import scala.Tuple2;

class DriftTest {
  /** What averaging tasks make of workers' parameters; of a null worker nothing came. */
  private static AveragingRound.Outcome averaged(
      float[][] workers, long[] weights, int stripeValues, int tasks, Drift.Measure measure) {
    int values = Arrays.stream(workers).filter(w -> w != null).findFirst().orElseThrow().length;
    int stripes = Stripes.count(values, stripeValues);
    RoundCollector collector = new RoundCollector(SharedModel.of(new float[values]), stripeValues);
    StripeMeans means = new StripeMeans(stripes, measure);
    for (int task = tasks - 1; task >= 0; task--) { // in any order
      List<Tuple2<Long, RoundPart>> parts = new ArrayList<>();
      for (int k = 0; task == 0 && k < workers.length; k++) {
        parts.add(keyed(RoundPart.report(k, report(k, workers[k], weights[k]).encode())));
      }
      for (int stripe = task; stripe < stripes; stripe += tasks) {
        int from = stripe * stripeValues;
        int to = Math.min(values, from + stripeValues);
        for (int k = 0; k < workers.length; k++) {
          if (workers[k] != null) {
            parts.add(keyed(RoundPart.stripe(stripe, k, weights[k], workers[k], from, to)));
          }
        }
      }
      List<RoundPart> out = new ArrayList<>();
      Iterator<RoundPart> each = means.of(parts.iterator());
      each.forEachRemaining(out::add);
      collector.receiver().apply(task, out.toArray());
    }
    return collector.outcome(new float[0]);
  }

  private static Tuple2<Long, RoundPart> keyed(RoundPart part) {
    return new Tuple2<>(part.key(), part);
  }

  private static WorkerReport report(int worker, float[] values, long weight) {
    boolean there = values != null;
    return new WorkerReport(
        worker,
        null,
        1,
        1,
        1,
        there ? weight : 0,
        there ? 0 : weight,
        1.0,
        there ? null : "broken",
        null,
        Map.of(),
        "here",
        null,
        null);
  }

  /** Weights 1 and 3, values 4 and 0: the mean is 1, the distances 3 and 1. */
  @Test
  void byHand() {
    float[][] workers = {{4}, {0}};
    AveragingRound.Outcome outcome =
        averaged(workers, new long[] {1, 3}, Drift.BLOCK, 1, Drift.Measure.EACH);
    assertThat(outcome.mean().parameters()).containsExactly(1);
    assertThat(outcome.drift().workers()).containsExactly(3, 1);
    assertThat(outcome.drift().rms()).isCloseTo(Math.sqrt(3), within(1e-15));
    Drift together =
        averaged(workers, new long[] {1, 3}, Drift.BLOCK, 1, Drift.Measure.TOGETHER).drift();
    assertThat(together.rms()).isCloseTo(Math.sqrt(3), within(1e-15));
    assertThat(together.workers()).containsExactly(Double.NaN, Double.NaN);
    // One worker is the mean.
    assertThat(
            averaged(new float[][] {{0.1f, 3}}, new long[] {7}, Drift.BLOCK, 1, Drift.Measure.EACH)
                .drift()
                .rms())
        .isZero();
  }

  @Test
  void isExactAndTheSameForAnyStripesAndTasks() {
    int values = 5 * Drift.BLOCK + 4321;
    long[] weights = {10, 3, 8, 5};
    float[][] workers = new float[4][];
    Random random = new Random(11);
    float[] common = new float[values];
    for (int i = 0; i < values; i++) {
      common[i] = (float) random.nextGaussian();
    }
    for (int k : new int[] {0, 1, 3}) { // worker 2 was rejected
      workers[k] = common.clone();
      for (int i = 0; i < values; i++) {
        workers[k][i] += (float) (0.01 * (k + 1) * random.nextGaussian());
      }
    }
    AveragingRound.Outcome first = null;
    for (int blocks : new int[] {1, 2, 3, 6}) {
      for (int tasks : new int[] {1, 2}) {
        for (Drift.Measure measure : Drift.Measure.values()) {
          AveragingRound.Outcome outcome =
              averaged(workers, weights, blocks * Drift.BLOCK, tasks, measure);
          first = first == null ? outcome : first;
          assertThat(Arrays.equals(outcome.mean().parameters(), first.mean().parameters()))
              .isTrue();
          if (measure == Drift.Measure.EACH) {
            assertThat(outcome.drift().rms()).isEqualTo(first.drift().rms());
            assertThat(outcome.drift().workers()).containsExactly(first.drift().workers());
          } else if (measure == Drift.Measure.NONE) {
            // The mean is the same, and nothing is known.
            assertThat(outcome.drift().rms()).isNaN();
            assertThat(outcome.drift().workers()).containsOnly(Double.NaN);
          } else {
            assertThat(outcome.drift().rms())
                .isCloseTo(first.drift().rms(), within(1e-12 * first.drift().rms()));
          }
        }
      }
    }
    float[] mean = first.mean().parameters();
    double norm = Math.sqrt(square(mean, new float[values]));
    double weighted = 0;
    for (int k : new int[] {0, 1, 3}) {
      double square = square(workers[k], mean);
      assertThat(first.drift().workers()[k]).isCloseTo(Math.sqrt(square) / norm, within(1e-12));
      weighted += weights[k] * square / 18;
    }
    assertThat(first.drift().workers()[2]).isNaN();
    assertThat(first.drift().rms()).isCloseTo(Math.sqrt(weighted) / norm, within(1e-12));
  }

  private static double square(float[] x, float[] y) {
    return IntStream.range(0, x.length)
        .mapToDouble(i -> ((double) x[i] - y[i]) * ((double) x[i] - y[i]))
        .sum();
  }

  @Test
  void stripesOfManyWorkersAreShortEnoughToHold() {
    assertThat(Stripes.valuesOfEach(50_000_000, 2, 4)).isEqualTo(1 << 20);
    assertThat(Stripes.valuesOfEach(50_000_000, 2, 64)).isEqualTo(Drift.HELD / 64);
    assertThat(Stripes.valuesOfEach(50_000_000, 2, 512)).isEqualTo(Drift.BLOCK);
    // Of gradients nothing is held.
    Drift.Measure none = Drift.Measure.of(512, AveragingMode.GRADIENTS);
    assertThat(Stripes.valuesOfEach(50_000_000, 2, 512, none)).isEqualTo(1 << 20);
    assertThat(Drift.Measure.of(512)).isEqualTo(Drift.Measure.EACH);
    // Too many to be held: only their sum is known, and stripes may be long again.
    assertThat(Drift.Measure.of(513)).isEqualTo(Drift.Measure.TOGETHER);
    for (int workers : new int[] {1, 513}) {
      assertThat(Drift.Measure.of(workers, AveragingMode.GRADIENTS)).isEqualTo(Drift.Measure.NONE);
      assertThat(Drift.Measure.of(workers, AveragingMode.PARAMETERS))
          .isEqualTo(Drift.Measure.of(workers));
    }
    assertThat(Stripes.valuesOfEach(50_000_000, 2, 513)).isEqualTo(1 << 20);
    for (int workers : new int[] {1, 3, 100, 300, 511}) {
      for (long values : new long[] {1, 100_000, 3_000_001, 50_000_000}) {
        int each = Stripes.valuesOfEach(values, 6, workers);
        assertThat(each % Drift.BLOCK).isZero();
        assertThat((long) each * workers).isLessThanOrEqualTo(Drift.HELD);
      }
    }
    // A task's means are as many as with long stripes.
    assertThat(Stripes.tasks(3052, Drift.BLOCK, 2)).isEqualTo(3);
    assertThat(Stripes.tasks(48, 1 << 20, 2)).isEqualTo(3);
  }
}
