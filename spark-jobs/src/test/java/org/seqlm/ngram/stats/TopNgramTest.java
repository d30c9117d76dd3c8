package org.seqlm.ngram.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TopNgramTest {
  @Test
  void aRowStaysARow() {
    assertThat(new TopNgram(2, 1, List.of("of", "the"), 309).row()).isEqualTo("2\t1\tof the\t309");
    assertThat(new TopNgram(4, 2, List.of("\n", "\t", "\\", "a"), 7).row())
        .isEqualTo("4\t2\t\\n \\t \\\\ a\t7");
    assertThat(TopNgram.escape("a\rb")).isEqualTo("a\\rb");
    String plain = "سلام";
    assertThat(TopNgram.escape(plain)).isSameAs(plain);
  }
}
