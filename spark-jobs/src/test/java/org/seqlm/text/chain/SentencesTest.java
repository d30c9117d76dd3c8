package org.seqlm.text.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SentencesTest {
  private static List<String> split(String language, String text) {
    List<String> sentences = new ArrayList<>();
    Sentences.of(language).split(text, (in, from, to) -> sentences.add(in.substring(from, to)));
    return sentences;
  }

  @Test
  void sentencesOfSeveralLanguages() {
    assertThat(split("root", "One two. \"Three.\" he said. 3.14 is a number!  End"))
        .containsExactly("One two.", "\"Three.\" he said.", "3.14 is a number!", "End");
    assertThat(split("fa", "سلام! حال شما چطور است؟ خوبم. برویم"))
        .containsExactly("سلام!", "حال شما چطور است؟", "خوبم.", "برویم");
    assertThat(split("zh", "今天好。你呢？我也好！")).containsExactly("今天好。", "你呢？", "我也好！");
    assertThat(split("hi", "यह अच्छा है। चलो।")).containsExactly("यह अच्छा है।", "चलो।");
  }

  @Test
  void abbreviationsOfALanguageEndNone() {
    String text = "Mr. Smith met Dr. Jones. They left.";
    assertThat(split("en", text)).containsExactly("Mr. Smith met Dr. Jones.", "They left.");
    assertThat(split("root", text)).hasSize(4);
    assertThat(split("de", "Das ist z.B. Herr Meier. Gut.")).hasSize(2);
    assertThat(split("de", "Er sah Meier. Das Haus. Nr. 3 war es."))
        .containsExactly("Er sah Meier.", "Das Haus.", "Nr. 3 war es.");
    for (String language : Sentences.WITH_ABBREVIATIONS) {
      assertThat(split(language, "A b c. D e f.")).as(language).hasSize(2);
    }
  }

  @Test
  void ofAnyLanguageEndsWhereEachOfThemDoes() {
    Sentences any = Sentences.ofAnyLanguage();
    assertThat(any.lastEnd("Mr. Smith left. Dr. Jones, z.B. Obst, etc. stayed")).isEqualTo(16);
    assertThat(any.lastEnd("今天好。明天好。后")).isEqualTo(8);
    assertThat(any.lastEnd("Mr. Smith")).isZero();
  }

  @Test
  void aLanguageIsACode() {
    assertThatThrownBy(() -> Sentences.of("english"))
        .hasMessageContaining("must be root or a code of two letters")
        .hasMessageContaining("english");
  }

  /** Whatever the text and however long: what is no white space stays, in its order. */
  @Test
  void nothingIsLostInTextOfAnyLength() {
    SplittableRandom random = new SplittableRandom(3);
    String alphabet = "aB. ?!\"漢。😀\u0301م؟1,\u00A0";
    for (int length : new int[] {0, 1, 10, 1000, 150_000}) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < length; i++) {
        int at = random.nextInt(alphabet.codePointCount(0, alphabet.length()));
        text.appendCodePoint(alphabet.codePointAt(alphabet.offsetByCodePoints(0, at)));
      }
      for (String language : List.of("root", "en")) {
        List<String> sentences = split(language, text.toString());
        assertThat(String.join("", sentences).replaceAll("[\\s\u00A0]", ""))
            .isEqualTo(text.toString().replaceAll("[\\s\u00A0]", ""));
        assertThat(sentences).allMatch(one -> one.length() <= Sentences.LONGEST);
      }
    }
  }

  /** The windows in which a text is looked at do not show. */
  @Test
  void longTextIsSplitAsShortText() {
    String sentence = "This is a sentence of some length, no. 7, isn't it? ";
    assertThat(split("en", sentence.repeat(4000)))
        .hasSize(4000)
        .allMatch(one -> one.equals(sentence.strip()));
  }

  @Test
  void hostileTextTakesLinearTime() {
    for (String unit : List.of("a", ".", "a.", ". ", "漢", "a. ,", "\"", "Mr. ", "\u0301", "1.")) {
      long start = System.nanoTime();
      split("en", unit.repeat((1 << 18) / unit.length()));
      assertThat((System.nanoTime() - start) / 1_000_000).as(unit).isLessThan(10_000);
    }
  }

  @Test
  void theLastEndIsOneThatIsCertain() {
    Sentences sentences = Sentences.of("root");
    assertThat(sentences.lastEnd("One two. Three")).isEqualTo(9);
    assertThat(sentences.lastEnd("One two.")).isZero();
    assertThat(sentences.lastEnd("")).isZero();
    String before = "x. ".repeat(50_000);
    assertThat(sentences.lastEnd(before + "End")).isEqualTo(0 + before.lastIndexOf("x. ") + 3);
  }
}
