package org.seqlm.ngram.heldout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.BitSet;
import org.junit.jupiter.api.Test;

final class HeldOutUnigramsTest {
  @Test
  void onlyWordsOfTheTextAreKeptAndAllAreSummed() {
    BitSet ids = new BitSet();
    ids.set(0);
    ids.set(7);
    ids.set(900);
    HeldOutUnigrams unigrams = new HeldOutUnigrams(ids);
    unigrams.count(3, 10, false);
    unigrams.count(7, 4, true);
    unigrams.count(8, 2, true);
    unigrams.logProbability(3, -1);
    unigrams.logProbability(7, -2.5f);
    assertThat(unigrams.tokens()).isEqualTo(16);
    assertThat(unigrams.prunedTokens()).isEqualTo(6);
    assertThat(unigrams.count(7)).isEqualTo(4);
    assertThat(unigrams.count(900)).isZero();
    assertThat(unigrams.logProbability(7)).isEqualTo(-2.5f);
    assertThat(unigrams.logProbability(0)).isNaN();
    assertThatThrownBy(() -> unigrams.count(3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the held-out text has no word of id 3");
  }
}
