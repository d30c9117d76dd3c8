package org.seqlm.profile.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HistogramTest {
  /**
   * Of 2, 2, 5, 5000 and -3: sum 5006, mean 1001.2, off which they are 999.2 twice, 996.2, 3998.8
   * and 1004.2.
   */
  @Test
  void fewValues() {
    Histogram histogram = new Histogram();
    for (long value : new long[] {5, 2, 5000, -3, 2}) {
      histogram.add(value);
    }
    assertThat(histogram.count()).isEqualTo(5);
    assertThat(histogram.sum()).isEqualTo(5006);
    double squares = 2 * 999.2 * 999.2 + 996.2 * 996.2 + 3998.8 * 3998.8 + 1004.2 * 1004.2;
    assertThat(histogram.deviation()).isCloseTo(Math.sqrt(squares / 4), within(1e-9));
    // In order -3, 2, 2, 5, 5000: shares up to 0.2 are the first, up to 0.6 the third.
    assertThat(histogram.quantile(0)).isEqualTo(-3);
    assertThat(histogram.quantile(0.2)).isEqualTo(-3);
    assertThat(histogram.quantile(0.21)).isEqualTo(2);
    assertThat(histogram.quantile(0.6)).isEqualTo(2);
    assertThat(histogram.quantile(0.7)).isEqualTo(5);
    assertThat(histogram.quantile(1)).isEqualTo(5000);
  }

  @Test
  void quantilesAreThoseOfTheSortedValuesHoweverPartsAreAdded() {
    Random random = new Random(1);
    long[] values = random.longs(999, -50, 4000).toArray();
    Histogram sum = new Histogram();
    for (int part = 2; part >= 0; part--) {
      Histogram some = new Histogram();
      for (int i = part; i < values.length; i += 3) {
        some.add(values[i]);
      }
      sum.add(some);
    }
    Arrays.sort(values);
    for (double share : new double[] {0.01, 0.05, 0.5, 0.95, 0.999}) {
      assertThat(sum.quantile(share)).isEqualTo(values[(int) Math.ceil(share * 999) - 1]);
    }
    assertThat(sum.sum()).isEqualTo(Arrays.stream(values).sum());
  }

  @Test
  void talliesAddUpByName() {
    Tallies one = new Tallies();
    one.add("script/Latin", 3);
    one.histogram("h").add(1);
    Tallies other = new Tallies();
    other.add("script/Latin", 4);
    other.add("script/Arab", 0);
    other.add("scripts", 9);
    other.histogram("h").add(2);
    one.add(other);
    assertThat(one.counts("script/")).hasSize(1).containsEntry("Latin", 7L);
    assertThat(one.histogram("h").sum()).isEqualTo(3);
    assertThat(one.count("none")).isZero();
  }
}
