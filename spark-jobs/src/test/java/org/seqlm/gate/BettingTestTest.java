package org.seqlm.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BettingTestTest {
  /** The bound is always 1. */
  private static final Clip ONE = new Clip(10, 1, 1, 0);

  private static BettingTest test(double margin, Clip clip) {
    return new BettingTest(margin, clip, 0);
  }

  @Test
  void threeClustersWorkedByHand() {
    BettingTest test = test(0.1, ONE);

    // D = 0.002: never bet on. Then μ = 0.002 / 2, σ² = (0.1² + 0.001²) / 2.
    test.observe(0.102, 1, 1);
    assertThat(test.logCapital()).isZero();

    // λ = 0.001 / (σ² + μ²); D = 0.5. Then μ = 0.502 / 3, σ² = 0.04.
    test.observe(0.6, 1, 1);
    double second = 1 + 0.001 / (0.0050005 + 0.000001) * 0.5;
    assertThat(Math.exp(test.logCapital())).isCloseTo(second, within(1e-12));

    // λ would be 2.5, but is 0.75; D = −1.5 is cut to −1.
    test.observe(-1.4, 1, 1);
    assertThat(Math.exp(test.logCapital())).isCloseTo(second * 0.25, within(1e-12));
    assertThat(Math.exp(test.peakLogCapital())).isCloseTo(second, within(1e-12));
    assertThat(test.pValue()).isCloseTo(1 / second, within(1e-12));
    assertThat(test.lossesTaken()).isCloseTo(0.5 / 3, within(1e-12));
  }

  @Test
  void aClusterCountsByItsWeightBesideTheMeanWeightBeforeIt() {
    BettingTest test = test(0, ONE);
    test.observe(0.006, 3, 3); // D = 0.002
    test.observe(1.5, 5, 5); // D = 0.5, as a cluster had 3 before it

    assertThat(Math.exp(test.logCapital())).isCloseTo(1 + 0.001 / 0.0050015 * 0.5, within(1e-12));
    assertThat(test.documents()).isEqualTo(8);
    assertThat(test.clipped().mean()).isCloseTo(1.506 / 8, within(1e-12));
  }

  @Test
  void whatClippingTookIsTold() {
    BettingTest test = test(0, ONE);
    for (double gain : new double[] {0.5, 3, -4, -1.5}) {
      test.observe(gain, 1, 1);
    }

    assertThat(test.clipped()).isEqualTo(new Clipped(-0.5, -0.125, 1, 2, 0.5, 0.875));
  }

  @Test
  void theAllowanceIsOnTopOfTheMargin() {
    BettingTest with = test(0.1, new Clip(10, 1, 1, 0.02));
    BettingTest without = test(0.12, ONE);
    for (double gain : new double[] {0.2, 0.3, 0.1, 0.4}) {
      with.observe(gain, 1, 1);
      without.observe(gain, 1, 1);
    }

    assertThat(with.logCapital()).isPositive().isEqualTo(without.logCapital());
  }

  @Test
  void theBoundFollowsWhatWentBefore() {
    Clip clip = new Clip(2, 0.01, 1, 0);

    assertThat(clip.bound(0.04)).isEqualTo(0.4);
    assertThat(clip.bound(1e-8)).isEqualTo(0.01);
    assertThat(clip.bound(4)).isEqualTo(1);
  }

  /** All ways in which twelve fair coins can fall: the mean of the capital is 1, to the last. */
  @Test
  void capitalIsAMartingaleWhereTheMeanIsTheMargin() {
    int coins = 12;
    Clip clip = new Clip(3, 0.05, 1, 0);
    double sum = 0;
    for (int way = 0; way < 1 << coins; way++) {
      BettingTest test = test(0.1, clip);
      for (int i = 0; i < coins; i++) {
        // ±0.04, or where the third coin has shown heads, ±0.2: an observation may depend on those
        // before, as long as its mean does not. Both lie within every bound that there can be.
        double width = i > 2 && (way >> 2 & 1) == 1 ? 0.2 : 0.04;
        test.observe(0.1 + ((way >> i & 1) == 1 ? width : -width), 1, 1);
      }
      sum += Math.exp(test.logCapital());
    }

    assertThat(sum / (1 << coins)).isCloseTo(1, within(1e-9));
  }

  /** Heavy tails in clusters of several sizes, and looked at after each. */
  @Test
  void capitalRarelyGrowsWhereTheMeanIsTheMargin() {
    Random random = new Random(1);
    int nights = 3000;
    int reached = 0;
    double sum = 0;
    double squares = 0;
    for (int night = 0; night < nights; night++) {
      BettingTest test = test(0.02, new Clip(4, 0.01, 1, 0));
      for (int i = 0; i < 100; i++) {
        int size = 1 + random.nextInt(3);
        test.observe(size * (0.02 + 0.05 * student(random)), size, size);
      }
      double capital = Math.exp(test.logCapital());
      sum += capital;
      squares += capital * capital;
      reached += test.peakLogCapital() >= Math.log(10) ? 1 : 0;
    }
    double mean = sum / nights;
    double error = Math.sqrt((squares / nights - mean * mean) / nights);

    assertThat(mean).isBetween(0.5, 1 + 3 * error);
    assertThat(reached / (double) nights).isBetween(0.01, 0.1);
  }

  /** With 3 degrees of freedom; symmetric. */
  private static double student(Random random) {
    double squares = 0;
    for (int i = 0; i < 3; i++) {
      double z = random.nextGaussian();
      squares += z * z;
    }
    return random.nextGaussian() / Math.sqrt(squares / 3);
  }

  @Test
  void capitalIsCarriedOn() {
    BettingTest first = test(0, ONE);
    first.observe(0.002, 1, 1);
    first.observe(0.5, 1, 1);
    BettingTest second = new BettingTest(0, ONE, first.logCapital());
    second.observe(0.002, 1, 1);
    second.observe(0.5, 1, 1);

    assertThat(second.logCapital()).isCloseTo(2 * first.logCapital(), within(1e-12));
  }
}
