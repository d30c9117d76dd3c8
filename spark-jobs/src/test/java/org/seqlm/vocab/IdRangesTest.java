package org.seqlm.vocab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class IdRangesTest {
  @Test
  void byHand() {
    IdRanges ranges = IdRanges.of(10, 30, 120); // four ids at most, in three ranges
    assertThat(ranges.count()).isEqualTo(3);
    assertThat(new int[] {ranges.from(0), ranges.from(1), ranges.from(2), ranges.to(2)})
        .containsExactly(0, 4, 8, 10);
    assertThat(IdRanges.of(10, 30, 300).count()).isEqualTo(1);
    assertThat(IdRanges.of(10, 30, 1).count()).isEqualTo(10);
    assertThat(IdRanges.of(0, 30, 300).count()).isEqualTo(1);
    assertThat(IdRanges.of(0, 30, 300).to(0)).isZero();
  }

  /** They follow each other from the first id to the last, none is empty or too large. */
  @Test
  void holdEveryIdOnce() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 1000; i++) {
      int size = 1 + random.nextInt(i % 10 == 0 ? Integer.MAX_VALUE - 1 : 100);
      int idBytes = 1 + random.nextInt(40);
      long limit = idBytes + random.nextLong(i % 10 == 0 ? 1L << 40 : 2000);
      IdRanges ranges = IdRanges.of(size, idBytes, Math.max(limit, size / 1000L * idBytes));
      int next = 0;
      for (int range = 0; range < ranges.count(); range++) {
        assertThat(ranges.from(range)).isEqualTo(next);
        next = ranges.to(range);
        assertThat(next).isGreaterThan(ranges.from(range));
        assertThat((long) idBytes * (next - ranges.from(range)))
            .isLessThanOrEqualTo(Math.max(limit, size / 1000L * idBytes));
      }
      assertThat(next).isEqualTo(size);
    }
  }
}
