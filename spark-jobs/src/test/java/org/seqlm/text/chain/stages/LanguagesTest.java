package org.seqlm.text.chain.stages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.seqlm.text.chain.Chain;
import org.seqlm.text.chain.StageSpec;

/** Sentences of several languages, cut as who reads them would. */
class LanguagesTest {
  static List<String> cut(String text, Object... stages) {
    List<StageSpec> specs = new ArrayList<>();
    for (Object stage : stages) {
      specs.add(StageSpec.of(stage));
    }
    Chain chain = Chain.of(specs);
    List<String> tokens = new ArrayList<>();
    chain.cut(chain.normalize(text), (in, from, to) -> tokens.add(in.substring(from, to)));
    return tokens;
  }

  private static List<String> words(String text) {
    return cut(text, "words");
  }

  private static List<String> split(String tokens) {
    return List.of(tokens.split("\\|"));
  }

  @Test
  void persian() {
    // Half-spaces (U+200C) inside words, letters of Arabic keyboards, digits, a percent sign.
    assertThat(words("می\u200Cروم به خانه\u200Cی کتاب\u200Cها، قیمت ۱۲٬۵۰۰ تومان و ۱۰٪ تخفیف."))
        .isEqualTo(split("می\u200Cروم|به|خانه\u200Cی|کتاب\u200Cها|قیمت|۱۲٬۵۰۰|تومان|و|۱۰٪|تخفیف"));
    assertThat(
            cut(
                "كتاب\u200C هاي عَلي ۱۲۳ مـــن",
                Map.of(
                    "arabic",
                    Map.of(
                        "letters",
                        "persian",
                        "diacritics",
                        "drop",
                        "digits",
                        "ascii",
                        "tatweel",
                        "drop")),
                "words"))
        .isEqualTo(split("کتاب|های|علی|123|من"));
    assertThat(words("#ایران_من و #جام\u200Cجهانی در @team_melli: عالی!"))
        .isEqualTo(split("#ایران_من|و|#جام\u200Cجهانی|در|@team_melli|عالی"));
  }

  /** Urdu's yeh barree (U+06D2) and Kurdish ae (U+06D5) are no other way to write yeh and heh. */
  @Test
  void vowelsOfUrduAndKurdishStay() {
    for (String letters : List.of("persian", "arabic")) {
      assertThat(cut("بڑ\u06D2 ه\u06D5ر", Map.of("arabic", Map.of("letters", letters)), "words"))
          .isEqualTo(split("بڑ\u06D2|ه\u06D5ر"));
    }
  }

  @Test
  void arabic() {
    assertThat(words("اللُّغَةُ العَرَبِيَّةُ جَمِيلَةٌ، أليسَ كذلك؟"))
        .isEqualTo(split("اللُّغَةُ|العَرَبِيَّةُ|جَمِيلَةٌ|أليسَ|كذلك"));
    assertThat(
            cut(
                "اللُّغَةُ العَرَبِيَّةُ ٣٫١٤",
                Map.of("arabic", Map.of("diacritics", "drop", "alef", "plain")),
                "words"))
        .isEqualTo(split("اللغة|العربية|٣٫١٤"));
  }

  @Test
  void chinese() {
    assertThat(words("我们今天去北京大学看电影，好吗？")).isEqualTo(split("我们|今天|去|北京|大学|看|电影|好|吗"));
    assertThat(words("请看https://example.com/a?b=1。谢谢！"))
        .isEqualTo(split("请看|https://example.com/a?b=1|谢谢"));
  }

  @Test
  void japanese() {
    assertThat(words("彼女は毎日東京の学校へ行きます。ラーメンを食べる。"))
        .isEqualTo(split("彼女|は|毎日|東京|の|学校|へ|行き|ます|ラーメン|を|食べる"));
    assertThat(words("日本語の文章を単語に分割する")).isEqualTo(split("日本語|の|文章|を|単語|に|分割|する"));
  }

  @Test
  void thai() {
    assertThat(words("ภาษาไทยเขียนโดยไม่เว้นวรรค"))
        .isEqualTo(split("ภาษา|ไทย|เขียน|โดย|ไม่|เว้น|วรรค"));
  }

  @Test
  void laoKhmerAndBurmese() {
    assertThat(words("ສະບາຍດີເຈົ້າ")).isEqualTo(split("ສະບາຍດີ|ເຈົ້າ"));
    assertThat(words("ខ្ញុំស្រលាញ់ភាសាខ្មែរ")).isEqualTo(split("ខ្ញុំ|ស្រលាញ់|ភាសាខ្មែរ"));
    assertThat(words("မြန်မာ စကားပြော")).isEqualTo(split("မြန်မာ|စကားပြော"));
  }

  @Test
  void hindiAndKorean() {
    assertThat(words("मैं हिन्दी में क्षमा नहीं लिखता।"))
        .isEqualTo(split("मैं|हिन्दी|में|क्षमा|नहीं|लिखता"));
    assertThat(words("저는 서울에서 1,000원짜리 김밥을 먹었어요.")).isEqualTo(split("저는|서울에서|1,000|원짜리|김밥을|먹었어요"));
  }

  @Test
  void european() {
    assertThat(words("L’été, c'est n’importe quoi: 3,5 kg d’où?"))
        .isEqualTo(split("L’été|c'est|n’importe|quoi|3,5|kg|d’où"));
    assertThat(words("Ich weiß: die Größe e\u0301tude über-groß ŝanĝis"))
        .isEqualTo(split("Ich|weiß|die|Größe|e\u0301tude|über|groß|ŝanĝis"));
    assertThat(cut("İSTANBUL ışık", Map.of("lowercase", Map.of("language", "tr")), "words"))
        .isEqualTo(split("istanbul|ışık"));
    assertThat(cut("Straße ΣΊΣΥΦΟΣ", "casefold", "words")).isEqualTo(split("strasse|σίσυφοσ"));
    assertThat(cut("Ångström café Ἀθῆναι йод за\u0301мок हिन्दी", "strip-accents", "words"))
        .isEqualTo(split("Angstrom|cafe|Αθηναι|йод|замок|हिन्दी"));
  }

  @Test
  void hebrew() {
    assertThat(words("צה\"ל וצה״ל ג'ירפה שלום")).isEqualTo(split("צה\"ל|וצה״ל|ג'ירפה|שלום"));
  }

  @Test
  void theWebsEnglish() {
    assertThat(
            words(
                "RT @Some_One: don't miss https://example.org/a_(b)?q=1#x, (see www.Example.com)."
                    + " Mail first.last+x@mail.example.co.uk! #NLProc #2026 C++ v2.0 3/4 of"
                    + " 1,234.50 USD; 10% 24-7 2nd 3D"))
        .isEqualTo(
            split(
                "RT|@Some_One|don't|miss|https://example.org/a_(b)?q=1#x|see|www.Example.com|Mail"
                    + "|first.last+x@mail.example.co.uk|#NLProc|2026|C|v2.0|3/4|of|1,234.50|USD|10%"
                    + "|24|7|2nd|3D"));
    assertThat(words("123@example.org 1.2x+3@a-b.de, 5@home 7@x"))
        .isEqualTo(split("123@example.org|1.2x+3@a-b.de|5|home|7|x"));
    Map<String, Object> plain =
        Map.of(
            "words",
            Map.of(
                "urls",
                "drop",
                "emails",
                "words",
                "mentions",
                "words",
                "hashtags",
                "words",
                "numbers",
                "words",
                "punctuation",
                "keep"));
    assertThat(cut("See http://a.b/c: #x 3/4!", plain)).isEqualTo(split("See|:|#|x|3|/|4|!"));
  }

  @Test
  void emoji() {
    assertThat(words("ok👍🏽 👨‍👩‍👧‍👦🇮🇷🇫🇷 ❤️🔥 1️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🤷‍♀️ © 2026"))
        .isEqualTo(split("ok|👍🏽|👨‍👩‍👧‍👦|🇮🇷|🇫🇷|❤️|🔥|1️⃣|🏴󠁧󠁢󠁥󠁮󠁧󠁿|🤷‍♀️|2026"));
    assertThat(cut("a😀b", Map.of("words", Map.of("emoji", "drop")))).isEqualTo(split("a|b"));
  }

  @Test
  void charactersKeepTheirMarks() {
    assertThat(cut("né e\u0301👨‍👩‍👧 हि\r\n", "characters"))
        .isEqualTo(List.of("n", "é", " ", "e\u0301", "👨‍👩‍👧", " ", "हि", "\r\n"));
    assertThat(cut("ab c", Map.of("characters", Map.of("spaces", "drop"))))
        .isEqualTo(split("a|b|c"));
    assertThat(cut("Москваcity123 день", "words", "scripts"))
        .isEqualTo(split("Москва|city123|день"));
  }

  @Test
  void spellings() {
    assertThat(cut("  a \u3000\u00A0 b\t", "spaces", Map.of("characters", Map.of())))
        .isEqualTo(List.of("a", " ", "b"));
    assertThat(cut("Ｆｕｌｌ　ｶﾞﾗｽ", "width", "words")).isEqualTo(split("Full|ガラス"));
    assertThat(cut("“a” ‘b’ «c»", "quotes", "whitespace")).isEqualTo(split("\"a\"|'b'|\"c\""));
    assertThat(cut("۱۲ ٣ ५", "digits", "whitespace")).isEqualTo(split("12|3|5"));
    assertThat(cut("1989 x", Map.of("digits", Map.of("as", "zero")), "whitespace"))
        .isEqualTo(split("0000|x"));
  }
}
