package org.seqlm.ngram.trie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.UserException;

final class GrowthTest {
  @Test
  void growsInProportion() {
    assertThat(Growth.of(100, 101, "words")).isEqualTo(200);
    assertThat(Growth.of(100, 1000, "words")).isEqualTo(1000);
    int length = 1 << 30;
    assertThat(Growth.of(length, length + 10L, "words")).isEqualTo(length + (length >> 1));
    assertThat(Growth.of(length + (length >> 1), length + (length >> 1) + 10L, "words"))
        .isEqualTo(Growth.MOST);
    assertThat(Growth.of(Growth.MOST - 1, Growth.MOST, "words")).isEqualTo(Growth.MOST);
  }

  /** What an array cannot hold is told, with what helps. */
  @Test
  void tellsWhatIsTooLarge() {
    assertThatThrownBy(() -> Growth.of(Growth.MOST, Growth.MOST + 10L, "the words of a slice"))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
        .hasMessage(
            "the words of a slice are 2147483649, more than the 2147483639 that one task can hold"
                + " together: limit the vocabulary, or raise slices");
  }
}
