package org.seqlm.terms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DocumentBootstrapTest {
  /** P(0) = P(1) = 0.3679, P(2) = 0.1839, P(3) = 0.0613; mean and variance are 1. */
  @Test
  void weightsArePoisson() {
    int n = 400_000;
    int[] seen = new int[20];
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      int weight = DocumentBootstrap.weight(7, i % 1_000, i / 1_000);
      seen[weight]++;
      sum += weight;
      squares += (double) weight * weight;
    }
    assertThat((double) seen[0] / n).isCloseTo(0.36788, within(0.003));
    assertThat((double) seen[1] / n).isCloseTo(0.36788, within(0.003));
    assertThat((double) seen[2] / n).isCloseTo(0.18394, within(0.003));
    assertThat((double) seen[3] / n).isCloseTo(0.06131, within(0.002));
    assertThat(sum / n).isCloseTo(1, within(0.006));
    assertThat(squares / n - sum / n * sum / n).isCloseTo(1, within(0.012));
  }

  @Test
  void weightsAreFunctionsOfTheirKey() {
    assertThat(DocumentBootstrap.weight(1, 2, 3)).isEqualTo(DocumentBootstrap.weight(1, 2, 3));
    long[] same = new long[3];
    for (int i = 0; i < 1_000; i++) {
      int weight = DocumentBootstrap.weight(1, 2, i);
      same[0] += weight == DocumentBootstrap.weight(2, 2, i) ? 1 : 0;
      same[1] += weight == DocumentBootstrap.weight(1, 3, i) ? 1 : 0;
      same[2] += weight == DocumentBootstrap.weight(1, 2, i + 1_000) ? 1 : 0;
    }
    // Two independent weights are the same with Σ P(k)² = 0.309.
    for (long count : same) {
      assertThat(count).isBetween(250L, 370L);
    }
  }

  /** Of 0, 1, …, 100 the middle 90 % are 5 to 95. */
  @Test
  void intervalByHand() {
    double[] values = new double[103];
    Arrays.fill(values, Double.NaN);
    for (int i = 0; i <= 100; i++) {
      values[(i * 37) % 101] = i;
    }
    DocumentBootstrap.Interval interval = DocumentBootstrap.interval(values, 0.9);
    assertThat(interval.low()).isCloseTo(5, within(1e-9));
    assertThat(interval.high()).isCloseTo(95, within(1e-9));
    assertThat(DocumentBootstrap.interval(new double[] {Double.NaN}, 0.9)).isNull();
  }

  /**
   * Documents drawn from two corpora whose word is truly four times as frequent in the first, and
   * comes in bursts: about 95 of 100 intervals hold log2 4, where tokens alone would be far surer.
   */
  @Test
  void intervalsHoldTheTruth() {
    int held = 0;
    for (int trial = 0; trial < 100; trial++) {
      Random random = new Random(1_000 + trial);
      double[] ratios = ratios(random, trial);
      DocumentBootstrap.Interval interval = DocumentBootstrap.interval(ratios, 0.95);
      held += interval.low() <= 2 && 2 <= interval.high() ? 1 : 0;
    }
    assertThat(held).isBetween(85, 100);
  }

  private static double[] ratios(Random random, int trial) {
    int documents = 80;
    int replicates = 200;
    long[][] counts = new long[2][replicates];
    long[][] totals = new long[2][replicates];
    for (int side = 0; side < 2; side++) {
      for (int d = 0; d < documents; d++) {
        long count = 0;
        if (random.nextInt(4) == 0) { // a burst: none, or about 16 or 4
          for (int i = 0; i < 32; i++) {
            count += random.nextInt(side == 0 ? 2 : 8) == 0 ? 1 : 0;
          }
        }
        for (int r = 0; r < replicates; r++) {
          int weight = DocumentBootstrap.weight(trial, r, 2L * d + side);
          counts[side][r] += weight * count;
          totals[side][r] += weight * 1_000L;
        }
      }
    }
    return DocumentBootstrap.logRatios(counts[0], counts[1], totals[0], totals[1]);
  }
}
