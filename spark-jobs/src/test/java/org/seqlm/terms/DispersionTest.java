package org.seqlm.terms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DispersionTest {
  private static final long[] SIZES = {9, 10, 10, 10, 11};

  /**
   * The corpus of Gries 2008, table 1, and its word "a": DP 0.18 and, with relative frequencies, D
   * 0.785; Lijffijt and Gries 2012 make 0.18 / (1 − 0.18) of it.
   */
  @Test
  void wordOfGries() {
    Dispersion a = Dispersion.of(new long[] {1, 2, 3, 4, 5}, SIZES);
    assertThat(a.dp()).isCloseTo(0.18, within(1e-12));
    assertThat(a.normalisedDp()).isCloseTo(0.18 / 0.82, within(1e-12));
    assertThat(a.juillandD()).isCloseTo(0.785, within(5e-4));
    assertThat(a.range()).isEqualTo(5);
  }

  @Test
  void extremes() {
    Dispersion alone = Dispersion.of(new long[] {4, 0, 0, 0, 0}, SIZES);
    assertThat(alone.normalisedDp()).isCloseTo(1, within(1e-12));
    assertThat(alone.juillandD()).isCloseTo(0, within(1e-9));
    assertThat(alone.range()).isEqualTo(1);
    Dispersion even = Dispersion.of(SIZES, SIZES);
    assertThat(even.dp()).isCloseTo(0, within(1e-12));
    assertThat(even.juillandD()).isCloseTo(1, within(1e-6));
    assertThatThrownBy(() -> new Dispersion(1, 1, 10, 10)).hasMessageContaining("parts 1");
    assertThatThrownBy(() -> new Dispersion(2, 2, 10, 5).dp()).hasMessageContaining("0 of 2");
  }

  /** Parts without the word need not come, and the bounds hold. */
  @Test
  void partsWithoutTheWord() {
    Random random = new Random(9);
    for (int round = 0; round < 2_000; round++) {
      int parts = 2 + random.nextInt(30);
      long[] counts = new long[parts];
      long[] sizes = new long[parts];
      long count = 0;
      long tokens = 0;
      long least = Long.MAX_VALUE;
      for (int i = 0; i < parts; i++) {
        sizes[i] = 1L + random.nextInt(100);
        counts[i] = i == 0 || random.nextInt(3) == 0 ? 1 + random.nextLong(sizes[i]) : 0;
        count += counts[i];
        tokens += sizes[i];
        least = Math.min(least, sizes[i]);
      }
      Dispersion some = new Dispersion(count, parts, tokens, least);
      for (int i = 0; i < parts; i++) {
        if (counts[i] > 0) {
          some.add(counts[i], sizes[i]);
        }
      }
      double dp = 0;
      for (int i = 0; i < parts; i++) {
        dp += Math.abs((double) counts[i] / count - (double) sizes[i] / tokens) / 2;
      }
      assertThat(some.dp()).isCloseTo(dp, within(1e-12));
      assertThat(some.normalisedDp()).isBetween(0.0, 1.0);
      assertThat(some.juillandD()).isBetween(-1e-9, 1.0);
    }
  }
}
