package org.seqlm.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** The figures of datatrove 0.10.0 for texts of our own. */
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

  private static final String PAGE =
      """
      Home | Tides | Contact
      The harbour of the island is open all year.[1] Pilots wait at the pier!
      Boats come in.
      Turn on Javascript to see the tables of the tides on this page.
      The lamps are lit at dusk, and the boats come in with the tide.%s
      By entering you accept the terms of use of the harbour and its pilots.
      The lamps are lit at dusk, and the boats come in with the tide.
      Read more about the pilots of the island...
      "When does the tide turn?" asked the youngest of the pilots.
      Prices from 20 to 30, berths included
      The pilots said that the tide turns at noon and again at midnight.
      """;

  /**
   * Of 542 characters, with words between white space: {@code find_duplicates} of paragraphs and
   * lines, {@code find_top_duplicate} and {@code find_all_duplicate}, all of the module {@code
   * gopher_repetition_filter}.
   */
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

  /** {@code C4QualityFilter(min_words_per_line=5)}: what it leaves, and how many lines it drops. */
  @Test
  void linesOfDatatrovesC4() {
    Judged judged = Judged.of(PAGE.formatted("[edit]").strip(), "c4");
    assertThat(judged.removedBy()).isNull();
    assertThat(judged.text())
        .isEqualTo(
            """
            The harbour of the island is open all year. Pilots wait at the pier!
            The lamps are lit at dusk, and the boats come in with the tide.
            The lamps are lit at dusk, and the boats come in with the tide.
            "When does the tide turn?" asked the youngest of the pilots.
            The pilots said that the tide turns at noon and again at midnight.\
            """);
    assertThat(judged.dropped().values()).containsExactlyInAnyOrder(3L, 1L, 1L, 1L);
  }

  /** {@code FineWebQualityFilter}: of 11 lines 9 and 2; of 572 characters 63. */
  @Test
  void linesOfDatatrovesFineWeb() {
    Judged judged = Judged.of(PAGE.formatted("").strip(), "fineweb");
    assertThat(judged.value("fineweb.line-ends")).isCloseTo(9 / 11.0, within(1e-12));
    assertThat(judged.value("fineweb.short-lines")).isCloseTo(2 / 11.0, within(1e-12));
    assertThat(judged.value("fineweb.duplicate-line-characters"))
        .isCloseTo(63 / 572.0, within(1e-12));
  }

  private static void same(Judged judged, String rule, double theirs) {
    assertThat(judged.value("gopher-repetition." + rule)).as(rule).isCloseTo(theirs, within(1e-12));
  }
}
