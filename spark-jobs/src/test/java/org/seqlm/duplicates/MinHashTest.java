package org.seqlm.duplicates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.seqlm.UserException;

class MinHashTest {
  private static int[] signature(int size, long seed, long[] set) {
    MinHash hash = new MinHash(size, seed);
    for (long member : set) {
      hash.add(member);
    }
    return hash.signature();
  }

  /** Two sets of {@code union} members, of which {@code common} are in both. */
  private static long[][] sets(Random random, int union, int common) {
    long[] all = random.longs(union).toArray();
    int rest = (union - common) / 2;
    long[] one = Arrays.copyOf(all, common + rest);
    long[] other = Arrays.copyOf(all, union - rest);
    System.arraycopy(all, common + rest, other, common, union - rest - common);
    return new long[][] {one, Arrays.copyOf(other, union - rest)};
  }

  /** The estimator's mean is the similarity, for small sets, too. */
  @Test
  void theMeanOfTheEstimateIsTheSimilarity() {
    Random random = new Random(3);
    for (int union : new int[] {5, 20, 200}) {
      for (int common : new int[] {union / 5, union * 4 / 5, union}) {
        double j = (double) common / union;
        int trials = 400;
        int k = 32;
        double sum = 0;
        for (int i = 0; i < trials; i++) {
          long[][] sets = sets(random, union, common);
          sum += MinHash.similarity(signature(k, i, sets[0]), signature(k, i, sets[1]));
        }
        double deviation = Math.sqrt(j * (1 - j) / (trials * k));
        assertThat(sum / trials).isCloseTo(j, within(4.5 * deviation + 1e-12));
      }
    }
  }

  @Test
  void membersComeInAnyOrderAndMoreThanOnce() {
    assertThat(signature(8, 1, new long[] {3, 5, 9}))
        .isEqualTo(signature(8, 1, new long[] {9, 3, 5, 3}))
        .isNotEqualTo(signature(8, 2, new long[] {3, 5, 9}));
  }

  /** 1 - (1 - 0.5^2)^2 = 1 - 0.75^2 = 0.4375. */
  @Test
  void theCurveByHand() {
    Bands bands = new Bands(2, 2);
    assertThat(bands.probability(0.5)).isEqualTo(0.4375);
    assertThat(bands.probability(0)).isZero();
    assertThat(bands.probability(1)).isEqualTo(1);
    // The mean over 0 to 1 of 2 j^2 - j^4 is 2/3 - 1/5.
    assertThat(bands.recall(0, 1)).isCloseTo(2.0 / 3 - 0.2, within(1e-9));
    assertThat(bands.recall(0.5, 0.5)).isEqualTo(0.4375);
  }

  /** How often sets are candidates is what the curve says. */
  @Test
  void candidatesFollowTheCurve() {
    Random random = new Random(11);
    Bands bands = new Bands(8, 4);
    int trials = 600;
    for (int common : new int[] {60, 100, 140, 180}) {
      int candidates = 0;
      for (int i = 0; i < trials; i++) {
        long[][] sets = sets(random, 200, common);
        long[] one = bands.keys(signature(bands.values(), i, sets[0]));
        long[] other = bands.keys(signature(bands.values(), i, sets[1]));
        boolean any = false;
        for (int b = 0; b < one.length; b++) {
          any |= one[b] == other[b];
        }
        candidates += any ? 1 : 0;
      }
      double p = bands.probability(common / 200.0);
      assertThat((double) candidates / trials)
          .isCloseTo(p, within(4.5 * Math.sqrt(p * (1 - p) / trials)));
    }
  }

  /** With 128 values, 6 rows: 16 bands reach 0.99 at 0.8, as 1 - (1 - 0.8^6)^16 = 0.9923. */
  @Test
  void bandsAreChosenForAThreshold() {
    assertThat(Bands.of(0.8, 0.99, 128)).isEqualTo(new Bands(16, 6));
    assertThat(new Bands(16, 6).probability(0.8)).isCloseTo(0.9923, within(5e-5));
    assertThat(new Bands(15, 6).probability(0.8)).isLessThan(0.99);
    assertThat(Bands.of(1, 0.99, 128)).isEqualTo(new Bands(1, 16));
    assertThatThrownBy(() -> Bands.of(0.01, 0.99, 128))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("near.recall 0.99 at a threshold of 0.01");
    assertThatThrownBy(() -> new Bands(0, 2000))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("near.bands must be 1 to 1024, but is 0")
        .hasMessageContaining("near.rows must be 1 to 1024, but is 2000");
  }
}
