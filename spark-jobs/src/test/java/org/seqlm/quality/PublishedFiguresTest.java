package org.seqlm.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/**
 * The figures of datatrove 0.10.0 for a text of 542 characters, with words between white space: its
 * {@code find_duplicates} of paragraphs and lines, {@code find_top_duplicate} and {@code
 * find_all_duplicate}, all of its module {@code gopher_repetition_filter}.
 */
class PublishedFiguresTest {
  private static final String TEXT =
      """
      the tide comes in and the boats come in with the tide and the old pilots wait at the pier
      the tide goes out and the boats go out with the tide and the young pilots wait at the pier
      at the pier the old pilots wait and the young pilots wait for the boats
      the tide comes in and the boats come in with the tide and the old pilots wait at the pier

      no boat goes out at night without two lamps
      the tide comes in and the boats come in with the lamps

      no boat goes out at night without two lamps
      the tide comes in and the boats come in with the lamps
      """;

  @Test
  void repetitionOfDatatrove() {
    Judged judged = Judged.of(TEXT.strip(), "gopher-repetition");
    same(judged, "duplicate-paragraphs", 1 / 3.0);
    same(judged, "duplicate-paragraph-characters", 98 / 542.0);
    same(judged, "duplicate-lines", 3 / 8.0);
    same(judged, "duplicate-line-characters", 186 / 542.0);
    int[] top = {63, 65, 68};
    for (int n = 2; n <= 4; n++) {
      same(judged, "top-" + n + "-gram", top[n - 2] / 542.0);
    }
    int[] duplicates = {214, 149, 125, 146, 160, 178};
    for (int n = 5; n <= 10; n++) {
      same(judged, "duplicate-" + n + "-grams", duplicates[n - 5] / 542.0);
    }
  }

  private static void same(Judged judged, String rule, double theirs) {
    assertThat(judged.value("gopher-repetition." + rule)).as(rule).isCloseTo(theirs, within(1e-12));
  }
}
