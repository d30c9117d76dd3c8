package org.seqlm.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** The fit by hand, on laws that are known, and on noise of a known size. */
class PowerLawTest {
  private static final double E = Math.E;

  @Test
  void aFitByHand() {
    // x = 0, 1, 2 and z = 0, 2, 1: b = 1/2, z̄ = 1, ln a = 1/2; off by −1/2, 1, −1/2.
    PowerLaw law = PowerLaw.fit(new double[] {1, E, E * E}, new double[] {1, E * E, E}, 0);
    assertThat(law.exponent()).isCloseTo(0.5, within(1e-12));
    assertThat(law.factor()).isCloseTo(Math.sqrt(E), within(1e-12));
    assertThat(law.deviation()).isCloseTo(Math.sqrt(1.5), within(1e-12));
    assertThat(law.at(E)).isCloseTo(E, within(1e-12));
    // t of one degree of freedom is tan(0.475 π) = 12.7062; 1 + 1/3 + (4 − 1)² / 2 under the root.
    assertThat(law.halfWidth(Math.exp(4)))
        .isCloseTo(12.7062047 * Math.sqrt(1.5) * Math.sqrt(1 + 1 / 3.0 + 4.5), within(1e-5));
    assertThat(law.off(E, E * E)).isCloseTo(1, within(1e-12));
  }

  @Test
  void aLawIsFoundAgain() {
    double[] n = {1e6, 3e6, 1e7, 1e8};
    double[] y = Arrays.stream(n).map(x -> 7 * Math.pow(x, 0.6)).toArray();
    PowerLaw law = PowerLaw.fit(n, y, 0);
    assertThat(law.factor()).isCloseTo(7, within(1e-9));
    assertThat(law.exponent()).isCloseTo(0.6, within(1e-12));
    assertThat(law.deviation()).isLessThan(1e-12);
    assertThat(law.at(1e12)).isCloseTo(7 * Math.pow(1e12, 0.6), Percentage.withPercentage(1e-6));
  }

  @Test
  void aConstantIsTakenWhereItFits() {
    double[] n = {1e6, 2e6, 4e6, 8e6};
    double[] y = Arrays.stream(n).map(x -> 5 + 2e-6 * x).toArray();
    PowerLaw law = PowerLaw.best(n, y, 5);
    assertThat(law.constant()).isEqualTo(5);
    assertThat(law.exponent()).isCloseTo(1, within(1e-9));
    assertThat(law.at(1e12)).isCloseTo(5 + 2e6, Percentage.withPercentage(1e-6));
    // One that the measurements do not exceed, and one that makes the fit worse, are not.
    assertThat(PowerLaw.best(n, y, 7).constant()).isZero();
    double[] pure = Arrays.stream(n).map(x -> 3 * Math.sqrt(x)).toArray();
    assertThat(PowerLaw.best(n, pure, 1000).constant()).isZero();
    assertThat(law.off(1e6, 4)).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  /** Noise of one part in ten: 95 of 100 new measurements lie within the interval. */
  @Test
  void theIntervalHoldsWhatItSays() {
    Random random = new Random(5);
    double[] n = {1e6, 2e6, 5e6, 1e7, 2e7};
    int within = 0;
    int trials = 4000;
    for (int trial = 0; trial < trials; trial++) {
      double[] y =
          Arrays.stream(n).map(x -> 4 * x * Math.exp(0.1 * random.nextGaussian())).toArray();
      PowerLaw law = PowerLaw.fit(n, y, 0);
      double measured = 4 * 1e9 * Math.exp(0.1 * random.nextGaussian());
      within += Math.abs(law.off(1e9, measured)) <= law.halfWidth(1e9) ? 1 : 0;
    }
    assertThat((double) within / trials).isCloseTo(0.95, within(0.015));
  }

  @Test
  void twoSizesMakeNoLaw() {
    assertThatThrownBy(() -> PowerLaw.fit(new double[] {1, 2}, new double[] {1, 2}, 0))
        .hasMessageContaining("2 sizes");
  }
}
