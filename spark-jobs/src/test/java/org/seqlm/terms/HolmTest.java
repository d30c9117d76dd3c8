package org.seqlm.terms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HolmTest {
  private static double[] adjusted(double... p) {
    return MultipleTests.holmOfUnsorted(p, p.length);
  }

  /** Four tests: at level 0.05 the procedure rejects 0.005 and 0.01, then stops at 0.03 > 0.025. */
  @Test
  void textbookExample() {
    assertThat(adjusted(0.01, 0.04, 0.03, 0.005))
        .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-15));
    assertThat(adjusted()).isEmpty();
    assertThat(adjusted(0.4, 0.9)).containsExactly(0.8, 0.9);
  }

  /** The steps of the procedure itself, at every level, against the adjusted values. */
  @Test
  void adjustedValuesRejectWhatTheProcedureRejects() {
    Random random = new Random(8);
    for (int round = 0; round < 200; round++) {
      double[] p = random.doubles(1 + random.nextInt(8)).map(x -> x * x * x).toArray();
      double[] adjusted = adjusted(p);
      double level = random.nextDouble();
      double[] sorted = p.clone();
      Arrays.sort(sorted);
      int rejected = 0;
      while (rejected < p.length && sorted[rejected] <= level / (p.length - rejected)) {
        rejected++;
      }
      assertThat(Arrays.stream(adjusted).filter(a -> a <= level).count()).isEqualTo(rejected);
    }
  }
}
