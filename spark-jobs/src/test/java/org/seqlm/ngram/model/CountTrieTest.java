package org.seqlm.ngram.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.ngram.count.UnigramCounts;

final class CountTrieTest {
  /** What does not fit in one memory is refused: seven n-grams where there is room for six. */
  @Test
  void tellsWhatIsTooLargeForOneMemory() {
    CountTrie.Builder builder = new CountTrie.Builder(2, 10, new UnigramCounts(), 6);
    int[] words = {1, 2, 5};
    long[] counts = {3, 1, 1};
    builder.context(new int[] {0, 4}, 1, 3, words, counts);
    builder.context(new int[] {0, 7}, 1, 2, words, counts);
    assertThatThrownBy(() -> builder.context(new int[] {0, 8}, 1, 2, words, counts))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessage(
            "counts in memory are of at most 6 contexts and n-grams of one order, but order 2 has"
                + " more: take a lower order");
  }
}
