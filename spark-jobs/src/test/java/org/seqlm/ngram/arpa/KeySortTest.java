package org.seqlm.ngram.arpa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class KeySortTest {
  @Test
  void keysSort() {
    Random random = new Random(3);
    for (int size : new int[] {0, 1, 2, 1000, 5000}) {
      long[] keys = random.longs(size, 0, size < 2000 ? 500 : Long.MAX_VALUE).toArray();
      long[] sorted = keys.clone();
      int[] places = KeySort.sort(sorted, size);
      long[] wanted = keys.clone();
      Arrays.sort(wanted);
      assertThat(sorted).isEqualTo(wanted);
      for (int i = 0; places != null && i < size; i++) {
        assertThat(keys[places[i]]).isEqualTo(sorted[i]);
      }
    }
    assertThat(KeySort.sort(new long[] {1, 1, 5}, 3)).isNull();
  }
}
