package org.seqlm.profile.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.seqlm.profile.text.ReadingUnits.Counts;
import org.seqlm.profile.text.ReadingUnits.Spelling;

class ReadabilityTest {
  private static Counts units(String... lines) {
    ReadingUnits units = new ReadingUnits(Spelling.ENGLISH);
    for (String line : lines) {
      byte[] utf8 = line.getBytes(StandardCharsets.UTF_8);
      units.line(utf8, 0, utf8.length);
    }
    return units.take();
  }

  /**
   * Words that are right, of each rule some; those that go wrong, and why, are in the class
   * comment.
   */
  @Test
  void syllablesOfCommonWords() {
    Map<Integer, String> bySyllables = new TreeMap<>();
    bySyllables.put(
        1,
        "the a I cat made whole walked jumped time's like queen rhythm's eight through"
            + " moves boxed year you boy toyed strength");
    bySyllables.put(
        2,
        "water table little houses wanted nation special father people basic machine apple"
            + " believe's lovely useless movement before prism being yellow region");
    bySyllables.put(
        3,
        "beautiful family syllable important remember piano video radio another banana elephant"
            + " happily furniture");
    bySyllables.put(4, "information population television material necessary situation optimism");
    bySyllables.put(5, "university individual mathematician imagination");
    StringBuilder wrong = new StringBuilder();
    bySyllables.forEach(
        (n, words) -> {
          for (String word : words.split(" ")) {
            if (Syllables.of(word) != n) {
              wrong.append(word).append(' ').append(Syllables.of(word)).append("; ");
            }
          }
        });
    assertThat(wrong.toString()).isEqualTo("");
    for (String word : List.of("", "'", "42", "\u0645\u0646", "xyz", "e", "rrrrrr")) {
      assertThat(Syllables.of(word)).isEqualTo(1);
    }
    assertThat(Syllables.of("caf\u00E9")).isEqualTo(2);
  }

  /** Each is a sentence, and nothing else ends one. */
  @Test
  void sentencesOfMarksAndBlankLines() {
    assertThat(units("One two. Three four! Five?").sentences()).isEqualTo(3);
    assertThat(
            units("He paid 3.14 dollars to Mr. Smith of the U.S. army, e.g. for J. Doe.")
                .sentences())
        .isEqualTo(1);
    assertThat(units("It ends here", "not there, but here.", "And here").sentences()).isEqualTo(2);
    assertThat(units("A heading", "", "Some text").sentences()).isEqualTo(2);
    assertThat(units("", "...", "", "!").sentences()).isZero();
    assertThat(units("\"Go.\" \u201CStop!\u201D (Why?) I do. So do I. We do").sentences())
        .isEqualTo(6);
    // Persian with its question mark, Chinese, Hindi.
    assertThat(
            units("\u0686\u0631\u0627\u061F \u0646\u0645\u06CC\u200C\u062F\u0627\u0646\u0645.")
                .sentences())
        .isEqualTo(2);
    assertThat(units("\u4F60\u597D\u3002\u518D\u89C1\u3002").sentences()).isEqualTo(2);
    assertThat(
            units("\u0928\u092E\u0938\u094D\u0924\u0947\u0964 \u0939\u093E\u0901\u0964")
                .sentences())
        .isEqualTo(2);
  }

  /**
   * "The cat sat on the mat. It was remarkably comfortable." has 10 words; letters 3 3 3 2 3 3 2 3
   * 10 11 = 43; 2 sentences; long words 2; syllables 6 and 1 1 4 4 = 16, of which 2 words have
   * three or more.
   */
  @Test
  void unitsByHand() {
    Counts counts = units("The cat sat on the mat. It was", "remarkably comfortable.");
    assertThat(counts).isEqualTo(new Counts(2, 10, 43, 43, 2, 16, 2, true));
    assertThat(Readability.LIX.of(counts)).isCloseTo(5 + 20, within(1e-9));
    assertThat(Readability.ARI.of(counts)).isCloseTo(4.71 * 4.3 + 2.5 - 21.43, within(1e-9));
    // 430 letters and 20 sentences per 100 words.
    assertThat(Readability.COLEMAN_LIAU.of(counts))
        .isCloseTo(0.0588 * 430 - 0.296 * 20 - 15.8, within(1e-9));
    assertThat(Readability.FLESCH.of(counts))
        .isCloseTo(206.835 - 1.015 * 5 - 84.6 * 1.6, within(1e-9));
    assertThat(Readability.FLESCH_KINCAID.of(counts))
        .isCloseTo(0.39 * 5 + 11.8 * 1.6 - 15.59, within(1e-9));
    assertThat(Readability.FOG.of(counts)).isCloseTo(0.4 * (5 + 20), within(1e-9));
    assertThat(Readability.SMOG.of(counts)).isCloseTo(3.1291 + 1.043 * Math.sqrt(30), within(1e-9));
    assertThat(Readability.LIX.suits(counts)).isFalse();
    Counts enough = new Counts(29, 100, 400, 400, 9, 0, 0, false);
    assertThat(Readability.LIX.suits(enough)).isTrue();
    assertThat(Readability.FOG.suits(enough)).isFalse();
    assertThat(Readability.SMOG.suits(new Counts(29, 100, 400, 400, 9, 0, 0, true))).isFalse();
    assertThat(Readability.SMOG.suits(new Counts(30, 100, 400, 400, 9, 0, 0, true))).isTrue();
  }

  @Test
  void documentsAreMeasuredApart() {
    Tallies tallies = new Tallies();
    DocumentMeasures measures = new DocumentMeasures(tallies, Spelling.OTHER);
    byte[] line = "W x y z. ".repeat(30).getBytes(StandardCharsets.UTF_8);
    for (int document = 0; document < 2; document++) {
      measures.line(line, 0, line.length);
      for (int i = 0; i < 120; i++) {
        measures.word(document == 0 ? i % 4 : i);
      }
      measures.end();
    }
    measures.end(); // an empty one
    // 30 sentences of four words, none of them long: 4.0.
    assertThat(tallies.histogram(Measures.of(Readability.LIX)).quantile(0.5)).isEqualTo(40);
    assertThat(tallies.histogram(Measures.of(Readability.LIX)).count()).isEqualTo(2);
    assertThat(tallies.histogram(Measures.of(Readability.FLESCH)).count()).isZero();
    assertThat(tallies.histogram(Measures.MATTR).quantile(0)).isEqualTo(40);
    assertThat(tallies.histogram(Measures.MATTR).quantile(1)).isEqualTo(1000);
    assertThat(tallies.count(Measures.MTLD_INFINITE)).isEqualTo(1);
    assertThat(tallies.count(Measures.UNITS + "sentences")).isEqualTo(60);
  }

  /** A document of millions of words is measured by its first ones. */
  @Test
  void longDocumentsAreMeasuredByTheirBeginning() {
    Tallies tallies = new Tallies();
    DocumentMeasures measures = new DocumentMeasures(tallies, Spelling.OTHER);
    for (int i = 0; i < 3 * DocumentMeasures.MOST_WORDS; i++) {
      measures.word(i < DocumentMeasures.MOST_WORDS ? i % 50 : 0);
    }
    assertThat(measures.isFull()).isTrue();
    measures.end();
    assertThat(tallies.histogram(Measures.MATTR).quantile(0.5)).isEqualTo(500);
  }

  /** A line of 30,000 words ends at the 20,000th, and further lines are not counted. */
  @Test
  void wordsBehindTheFirstAreNotCounted() {
    String line = "Ab ab ab ab. ".repeat(7500);
    assertThat(units(line, "More. ")).isEqualTo(units("Ab ab ab ab. ".repeat(5000)));
    assertThat(units(line).words()).isEqualTo(DocumentMeasures.MOST_WORDS);
    assertThat(units(line).sentences()).isEqualTo(5000);
    // The next document begins anew; words of the corpus, characters say, have their own number.
    Tallies tallies = new Tallies();
    DocumentMeasures measures = new DocumentMeasures(tallies, Spelling.OTHER);
    byte[] short1 = "Ab ab ab ab. ".repeat(2500).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 3; i++) {
      measures.line(short1, 0, short1.length);
      for (int c = 0; c < DocumentMeasures.MOST_WORDS; c++) {
        measures.word(c % 50);
      }
    }
    measures.end();
    assertThat(tallies.count(Measures.UNITS + "words")).isEqualTo(DocumentMeasures.MOST_WORDS);
    measures.line(short1, 0, short1.length);
    measures.end();
    assertThat(tallies.count(Measures.UNITS + "words")).isEqualTo(30_000);
  }

  /** "é" in one and in two characters, Persian with a joiner, a face outside the basic plane. */
  @Test
  void charactersByScriptAndCategory() {
    Tallies tallies = new Tallies();
    LineMeasures lines = new LineMeasures(tallies);
    for (String line :
        List.of(
            "\u00E9 1", "e\u0301", "\u0645\u06CC\u200C\u0634\u0648\u062F", "\uD83D\uDE00", "")) {
      byte[] utf8 = line.getBytes(StandardCharsets.UTF_8);
      lines.line(utf8, 0, utf8.length);
    }
    lines.end();
    assertThat(tallies.counts(Measures.SCRIPTS))
        .isEqualTo(Map.of("Latin", 2L, "Common", 3L, "Inherited", 2L, "Arabic", 5L));
    assertThat(tallies.counts(Measures.CATEGORIES))
        .isEqualTo(
            Map.of(
                "Ll lowercase letter", 2L,
                "Nd decimal number", 1L,
                "Zs space separator", 1L,
                "Mn nonspacing mark", 1L,
                "Lo other letter", 5L,
                "Cf format", 1L,
                "So other symbol", 1L));
    assertThat(tallies.count(Measures.LINES)).isEqualTo(5);
    assertThat(tallies.count(Measures.LINES_NOT_NFC)).isEqualTo(1);
    assertThat(tallies.histogram(Measures.LINE_CHARACTERS).sum()).isEqualTo(3 + 2 + 6 + 1);
  }
}
