package org.seqlm.ngram.compiled;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import org.junit.jupiter.api.Test;

class WordKeysTest {
  @Test
  void everyIdHasANumberOfItsOwnAndComesBack() {
    for (int size : new int[] {1, 2, 3, 100, 128, 129, 78_390}) {
      WordKeys keys = new WordKeys(size);
      BitSet taken = new BitSet();
      for (int id = 0; id < size; id++) {
        int key = keys.key(id);
        assertThat(key).isBetween(0, (1 << keys.bits()) - 1);
        assertThat(keys.id(key)).isEqualTo(id);
        assertThat(taken.get(key)).isFalse();
        taken.set(key);
      }
    }
    WordKeys most = new WordKeys(Integer.MAX_VALUE);
    assertThat(most.bits()).isEqualTo(31);
    assertThat(most.id(most.key(Integer.MAX_VALUE - 1))).isEqualTo(Integer.MAX_VALUE - 1);
  }

  /** The first ids, the frequent ones, are spread over all numbers. */
  @Test
  void frequentWordsAreSpreadEvenly() {
    WordKeys keys = new WordKeys(1 << 16);
    int[] parts = new int[16];
    for (int id = 0; id < 160; id++) {
      parts[keys.key(id) >>> 12]++;
    }
    for (int part : parts) {
      assertThat(part).isBetween(8, 12);
    }
  }
}
