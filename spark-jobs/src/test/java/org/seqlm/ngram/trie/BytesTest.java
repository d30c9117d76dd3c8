package org.seqlm.ngram.trie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.UserException;

final class BytesTest {
  @Test
  void growsInProportion() {
    assertThat(Bytes.grown(100, 101)).isEqualTo(200);
    assertThat(Bytes.grown(100, 1000)).isEqualTo(1000);
    int length = 1 << 30;
    assertThat(Bytes.grown(length, length + 10L)).isEqualTo(length + (length >> 1));
    assertThat(Bytes.grown(length + (length >> 1), length + (length >> 1) + 10L))
        .isEqualTo(Bytes.MOST);
    assertThat(Bytes.grown(Bytes.MOST - 1, Bytes.MOST)).isEqualTo(Bytes.MOST);
  }

  /** What an array cannot hold is told, with what helps. */
  @Test
  void tellsWhatIsTooLarge() {
    assertThatThrownBy(() -> Bytes.grown(Bytes.MOST, Bytes.MOST + 10L))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
        .hasMessageContaining("raise slices");
  }
}
