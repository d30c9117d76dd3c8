package org.seqlm.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TokenizersTest {
  private static List<String> cut(TextRules rules, String record) {
    List<String> tokens = new ArrayList<>();
    // Bytes around the record must not be looked at.
    byte[] utf8 = ("\u00E9" + record + "x").getBytes(StandardCharsets.UTF_8);
    int codePoints =
        Tokenizer.of(rules)
            .tokenize(
                utf8,
                2,
                utf8.length - 1,
                (bytes, from, to) ->
                    tokens.add(new String(bytes, from, to - from, StandardCharsets.UTF_8)));
    tokens.add("#" + codePoints);
    return tokens;
  }

  private static TextRules word(Punctuation punctuation) {
    return new TextRules(
        TokenizerKind.WORD,
        UnicodeForm.NFC,
        LetterCase.KEEP,
        Alphabet.ALL,
        ArabicLetters.KEEP,
        punctuation);
  }

  private static final TextRules CHAR = TextRules.of(TokenizerKind.CHAR);
  private static final TextRules WHITESPACE = TextRules.of(TokenizerKind.WHITESPACE);
  private static final TextRules A1 =
      new TextRules(
          TokenizerKind.WHITESPACE,
          UnicodeForm.NONE,
          LetterCase.LOWER,
          Alphabet.LETTERS_ONLY,
          ArabicLetters.KEEP,
          Punctuation.DROP);

  @Test
  void characters() {
    assertThat(cut(CHAR, "hé\r")).containsExactly("h", "é", "\r", "#3");
    assertThat(cut(CHAR, "a😀\u200Cb")).containsExactly("a", "😀", "\u200C", "b", "#4");
    assertThat(cut(CHAR, "")).containsExactly("#0");
  }

  @Test
  void whitespaceSeparatesAtKenlmsFiveBytesOnly() {
    assertThat(cut(WHITESPACE, " a\tb\u0000c\rd  e\u00A0f\u000Bg "))
        .containsExactly("a", "b", "c", "d", "e\u00A0f\u000Bg", "#16");
    assertThat(cut(WHITESPACE, "")).containsExactly("#0");
    assertThat(cut(WHITESPACE, " \t ")).containsExactly("#3");
    assertThat(cut(WHITESPACE, "</s> <s>")).containsExactly("</s>", "<s>", "#8");
  }

  @Test
  void lettersOnlyAsCaseA1WantsIt() {
    assertThat(cut(A1, "  'Can't,' he SAID--2 naïve men_x. "))
        .containsExactly("can", "t", "he", "said", "na", "ve", "men", "x", "#25");
    assertThat(cut(A1, "...1895")).containsExactly("#0");
    assertThat(cut(A1, "@[`{AZaz")).containsExactly("azaz", "#4");
  }

  @Test
  void words() {
    assertThat(cut(word(Punctuation.DROP), "Don't stop--'tis rock 'n' roll, cats' 3.14!"))
        .containsExactly("Don't", "stop", "tis", "rock", "n", "roll", "cats", "3", "14", "#43");
    assertThat(cut(word(Punctuation.DROP), "l’été naïve e\u0301tude"))
        .containsExactly("l’été", "naïve", "étude", "#17");
    assertThat(cut(word(Punctuation.KEEP), "He said: “no” 😀 ❤\uFE0F…"))
        .containsExactly("He", "said", ":", "“", "no", "”", "😀", "❤\uFE0F", "…", "#19");
    assertThat(cut(word(Punctuation.DROP), "a''b x' 'y 漢字 हिन्दी"))
        .containsExactly("a", "b", "x", "y", "漢字", "हिन्दी", "#20");
  }

  @Test
  void persianAndArabic() {
    // ZWNJ stays inside a word and falls away at its end.
    assertThat(cut(word(Punctuation.DROP), "می\u200Cخواهم\u200C کتاب\u200C، ۱۲۳"))
        .containsExactly("می\u200Cخواهم", "کتاب", "۱۲۳", "#20");
    TextRules persian =
        new TextRules(
            TokenizerKind.WORD,
            UnicodeForm.NFKC,
            LetterCase.KEEP,
            Alphabet.ALL,
            ArabicLetters.PERSIAN,
            Punctuation.KEEP);
    assertThat(cut(persian, "\u0643\u062A\u0627\u0628\u064A \u0639\u0644\u0649\u061F"))
        .containsExactly("\u06A9\u062A\u0627\u0628\u06CC", "\u0639\u0644\u06CC", "\u061F", "#10");
    // A presentation form, as NFKC has it.
    assertThat(cut(persian, "\uFEFB")).containsExactly("\u0644\u0627", "#2");
  }

  @Test
  void lowerCaseDoesNotDependOnTheMachine() {
    TextRules rules =
        new TextRules(
            TokenizerKind.WHITESPACE,
            UnicodeForm.NONE,
            LetterCase.LOWER,
            Alphabet.ALL,
            ArabicLetters.KEEP,
            Punctuation.DROP);
    java.util.Locale before = java.util.Locale.getDefault();
    try {
      java.util.Locale.setDefault(java.util.Locale.forLanguageTag("tr"));
      assertThat(cut(rules, "TITLE ÉTÉ ΣΟΦΟΣ")).containsExactly("title", "été", "σοφος", "#15");
    } finally {
      java.util.Locale.setDefault(before);
    }
  }

  @Test
  void detokenize() {
    assertThat(Tokenizer.of(CHAR).detokenize(List.of("a", " ", "😀", "\n"))).isEqualTo("a 😀\n");
    assertThat(
            Tokenizer.of(WHITESPACE)
                .detokenize(List.of("<s>", "a", "b", ",", "</s>", "c", "</s>", "</s>")))
        .isEqualTo("a b ,\nc\n\n");
    assertThat(
            Tokenizer.of(word(Punctuation.KEEP))
                .detokenize(
                    List.of(
                        "The", "cat", ",", "\"", "Tom", "\"", "(", "fat", ")", ",", "sat", ".",
                        "</s>", "So", "?")))
        .isEqualTo("The cat, \"Tom\" (fat), sat.\nSo?");
  }

  @Test
  void randomTextAgainstRegularExpressions() {
    // The same definitions, written a second time as expressions.
    Pattern wordPattern =
        Pattern.compile(
            "[\\p{L}\\p{Nd}](?:[\\p{L}\\p{M}\\p{Nd}]|(?:['’]|[\u200C\u200D]+)(?=[\\p{L}\\p{Nd}]))*");
    Pattern whitespacePattern = Pattern.compile("[^\\x00\\t\\n\\r ]+");
    int[] alphabet =
        "aZ9'’\u200C\u200D\u0301\u064Eیé漢😀👍🏽.,«»- \t\r\u0000\u00A0".codePoints().toArray();
    Random random = new Random(7);
    TextRules plainWord = TextRules.of(TokenizerKind.WORD);
    for (int trial = 0; trial < 3000; trial++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(30);
      for (int i = 0; i < length; i++) {
        text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
      }
      String record = text.toString();
      List<String> characters = cut(CHAR, record);
      assertThat(String.join("", characters.subList(0, length))).isEqualTo(record);
      assertThat(characters.get(length)).isEqualTo("#" + length);
      assertThat(cut(plainWord, record)).isEqualTo(find(wordPattern, record, length));
      assertThat(cut(WHITESPACE, record)).isEqualTo(find(whitespacePattern, record, length));
    }
  }

  private static List<String> find(Pattern pattern, String text, int codePoints) {
    List<String> tokens = new ArrayList<>();
    for (Matcher matcher = pattern.matcher(text); matcher.find(); ) {
      tokens.add(matcher.group());
    }
    tokens.add("#" + codePoints);
    return tokens;
  }

  @Test
  void strictUtf8EqualsTheStrictDecoder() {
    Random random = new Random(3);
    int valid = 0;
    for (int trial = 0; trial < 20000; trial++) {
      byte[] bytes = new byte[random.nextInt(5)];
      for (int i = 0; i < bytes.length; i++) {
        // Mostly lead and continuation bytes near the borders of table 3-7.
        int[] interesting = {
          0x41, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5,
          0xFF
        };
        bytes[i] = (byte) interesting[random.nextInt(interesting.length)];
      }
      boolean expected;
      int codePoints = 0;
      try {
        String text =
            StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes)).toString();
        codePoints = text.codePointCount(0, text.length());
        expected = true;
      } catch (java.nio.charset.CharacterCodingException e) {
        expected = false;
      }
      assertThat(Utf8.isValid(bytes, 0, bytes.length))
          .as(Arrays.toString(bytes))
          .isEqualTo(expected);
      if (expected) {
        valid++;
        assertThat(Utf8.codePoints(bytes, 0, bytes.length)).isEqualTo(codePoints);
      }
    }
    assertThat(valid).isGreaterThan(500);
  }

  @Test
  void hashIsMurmur3() {
    // Published test vectors of MurmurHash3_x64_128 with seed 0.
    Hash128 hash = new Hash128();
    byte[] text = "The quick brown fox jumps over the lazy dog".getBytes(StandardCharsets.UTF_8);
    hash.hash(text, 0, text.length, 0, 0);
    assertThat(Long.toHexString(hash.low())).isEqualTo("e34bbc7bbc071b6c");
    assertThat(Long.toHexString(hash.high())).isEqualTo("7a433ca9c49a9347");
  }
}
