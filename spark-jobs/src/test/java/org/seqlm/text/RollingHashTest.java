package org.seqlm.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RollingHashTest {
  /** Of 1 2 3 4, in windows of two: 1 B + 2, 2 B + 3, 3 B + 4. */
  @Test
  void byHand() {
    RollingHash pairs = new RollingHash(2);
    long base = RollingHash.with(1, 0);
    assertThat(base).isEqualTo(RollingHash.BASE);
    long first = RollingHash.with(RollingHash.with(0, 1), 2);
    assertThat(first).isEqualTo(base + 2);
    long second = pairs.next(first, 1, 3);
    assertThat(second).isEqualTo(2 * base + 3);
    assertThat(pairs.next(second, 2, 4)).isEqualTo(3 * base + 4);
  }

  @Test
  void aWindowsHashDoesNotDependOnWhatStoodBefore() {
    Random random = new Random(5);
    for (int length : new int[] {1, 2, 13, 50}) {
      RollingHash rolling = new RollingHash(length);
      long[] values = random.longs(200).toArray();
      long hash = 0;
      for (int i = 0; i < values.length; i++) {
        hash =
            i < length
                ? RollingHash.with(hash, values[i])
                : rolling.next(hash, values[i - length], values[i]);
        long anew = 0;
        for (int k = Math.max(0, i - length + 1); k <= i; k++) {
          anew = RollingHash.with(anew, values[k]);
        }
        assertThat(hash).isEqualTo(anew);
      }
    }
  }
}
