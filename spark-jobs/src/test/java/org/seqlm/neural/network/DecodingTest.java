package org.seqlm.neural.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.seqlm.lm.SamplingRules;

class DecodingTest {
  /** A target of one token and its end with α 2: (7 / 6)². */
  @Test
  void penaltyByHand() {
    assertThat(Decoding.beam(2, 2, 9).penalty(2)).isCloseTo(49.0 / 36, within(1e-12));
    assertThat(Decoding.beam(2, 2, 9).penalty(1)).isEqualTo(1);
    assertThat(Decoding.greedy(9).penalty(20)).isEqualTo(1);
  }

  @Test
  void allProblemsAreSaid() {
    assertThatThrownBy(() -> new Decoding(0, -1, SamplingRules.PLAIN, 0, 0, null))
        .hasMessageContaining("beam must be")
        .hasMessageContaining("length-penalty must be")
        .hasMessageContaining("longest must be")
        .hasMessageContaining("set beam to 1");
  }
}
