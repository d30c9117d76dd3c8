package org.seqlm.profile.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.seqlm.profile.text.ReadingUnits.Counts;
import org.seqlm.profile.text.ReadingUnits.Spelling;

/**
 * The figures of textstat 0.7.11 for five sentences six times over, with the syllables of the CMU
 * dictionary. Its fog is another: words of three syllables count there only if a list of easy words
 * lacks them. Its ARI has the 30 full stops among the characters, and its Coleman-Liau 0.058 for
 * the 0.0588 of the paper.
 */
class PublishedFiguresTest {
  private static final List<String> SENTENCES =
      List.of(
          "The harbour lies behind a narrow island.",
          "Every morning the pilots examine the water.",
          "They remember the dangerous rocks.",
          "A clever sailor follows the lamps.",
          "The company repaired the northern lighthouse.");

  @Test
  void readabilityOfTextstat() {
    ReadingUnits units = new ReadingUnits(Spelling.ENGLISH);
    byte[] utf8 = String.join(" ", SENTENCES).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 6; i++) {
      units.line(utf8, 0, utf8.length);
    }
    Counts counts = units.take();
    assertThat(counts.words()).isEqualTo(186);
    assertThat(counts.sentences()).isEqualTo(30);
    assertThat(counts.letters()).isEqualTo(990);
    assertThat(counts.longWords()).isEqualTo(60);
    assertThat(counts.syllables()).isEqualTo(324);
    assertThat(counts.polysyllables()).isEqualTo(30);
    same(Readability.LIX, counts, 38.458064516129035);
    same(Readability.ARI, counts, 7.499032258064517 - 4.71 * 30 / 186);
    same(Readability.COLEMAN_LIAU, counts, 10.296774193548387 + 0.08 * 990 / 186);
    same(Readability.FLESCH, counts, 53.17425806451615);
    same(Readability.FLESCH_KINCAID, counts, 7.382838709677419);
    same(Readability.SMOG, counts, 8.841846274778883);
  }

  private static void same(Readability formula, Counts counts, double theirs) {
    assertThat(formula.of(counts)).as(formula.title()).isCloseTo(theirs, within(1e-10));
  }
}
