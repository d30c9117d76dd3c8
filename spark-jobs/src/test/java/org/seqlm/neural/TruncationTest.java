package org.seqlm.neural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TruncationTest {
  @Test
  void factorsHaveTheMeanOneAndAreAFunctionOfTheirStep() {
    Truncation truncation = new Truncation(Truncation.Kind.RANDOMISED, 0.8);
    double[] factors = truncation.factors(3, 1, 7, 20_000);
    assertThat(Arrays.stream(factors).boxed()).containsOnly(0.0, 1.25);
    assertThat(Arrays.stream(factors).average().orElseThrow()).isCloseTo(1, within(0.02));
    assertThat(truncation.factors(3, 1, 7, 20_000)).isEqualTo(factors);
    // A shorter window has the same ones.
    assertThat(truncation.factors(3, 1, 7, 50)).isEqualTo(Arrays.copyOf(factors, 50));
    for (double[] other :
        new double[][] {
          truncation.factors(4, 1, 7, 50),
          truncation.factors(3, 2, 7, 50),
          truncation.factors(3, 1, 8, 50)
        }) {
      assertThat(other).isNotEqualTo(Arrays.copyOf(factors, 50));
    }
    assertThat(Truncation.WINDOW.factors(3, 1, 7, 50)).isNull();
  }

  @Test
  void keepIsAProbabilityAboveZero() {
    for (double keep : new double[] {0, -1, 1.5, Double.NaN}) {
      assertThatThrownBy(() -> new Truncation(Truncation.Kind.RANDOMISED, keep))
          .hasMessageContaining("training.truncation.keep must be above 0 and at most 1");
    }
  }
}
