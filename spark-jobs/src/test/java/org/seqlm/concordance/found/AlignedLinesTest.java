package org.seqlm.concordance.found;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.seqlm.concordance.ContextLine;

class AlignedLinesTest {
  private static ContextLine line(String left, String keyword, String right) {
    return new ContextLine(0, left, keyword, right, "p", 7, 1, List.of(), List.of(), List.of());
  }

  @Test
  void alignsByCells() {
    // Each side has (20 - 4) / 2 = 8 cells.
    assertThat(
            AlignedLines.of(
                List.of(
                    line("all the long ", "old", " man"),
                    line("我们都喜欢", "老人", "与海的故事吗"),
                    line(
                        "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301",
                        "x",
                        "")),
                20))
        .containsExactly(
            "he long old man       p:7",
            "们都喜欢老人与海的故  p:7",
            "e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301x             p:7");
  }

  @Test
  void rightToLeftIsIsolatedAndTurned() {
    String drawn = AlignedLines.of(List.of(line("پیش از ", "واژه", " پس از")), 20).get(0);
    assertThat(drawn).isEqualTo("  \u2068 پس از\u2069\u2068واژه\u2069\u2068پیش از \u2069   p:7");
    assertThat(AlignedLines.of(List.of(line("پ ", "word", "")), 20).get(0))
        .isEqualTo("      \u2068پ \u2069\u2068word\u2069\u2068\u2069          p:7");
  }

  @Test
  void whatIsCutKeepsNoMarkWithoutItsLetter() {
    assertThat(AlignedLines.ending("ae\u0301b", 1)).isEqualTo("b");
    assertThat(AlignedLines.ending("老\u0301b", 2)).isEqualTo("b");
    assertThat(AlignedLines.beginning("ae\u0301b", 2)).isEqualTo("ae\u0301");
    assertThat(AlignedLines.width("한글ｗ\u200D👍")).isEqualTo(8);
  }
}
