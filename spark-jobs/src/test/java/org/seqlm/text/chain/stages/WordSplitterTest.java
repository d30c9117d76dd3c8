package org.seqlm.text.chain.stages;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The splitter against ICU itself, and against text that nobody means well with. */
class WordSplitterTest {
  private static final WordSplitter PLAIN = splitter(WordSplitter.Fate.WORDS);
  private static final WordSplitter ALL = splitter(WordSplitter.Fate.ONE);

  private static WordSplitter splitter(WordSplitter.Fate fate) {
    Map<SpecialWords.Kind, WordSplitter.Fate> fates = new EnumMap<>(SpecialWords.Kind.class);
    for (SpecialWords.Kind kind : SpecialWords.Kind.values()) {
      fates.put(kind, fate);
    }
    return new WordSplitter(fates, WordSplitter.Punctuation.KEEP);
  }

  private static List<String> cut(WordSplitter splitter, String text) {
    List<String> tokens = new ArrayList<>();
    splitter.split(text, 0, text.length(), (in, from, to) -> tokens.add(in.substring(from, to)));
    return tokens;
  }

  /** What ICU makes of a text as a whole, filtered as the splitter does. */
  private static List<String> byIcu(String text) {
    BreakIterator icu = BreakIterator.getWordInstance(ULocale.ROOT);
    icu.setText(text);
    List<String> tokens = new ArrayList<>();
    int start = 0;
    for (int end = icu.next(); end != BreakIterator.DONE; end = icu.next()) {
      String token = text.substring(start, end);
      while (!token.isEmpty()
          && "\u200C\u200D\u00AD".indexOf(token.charAt(token.length() - 1)) >= 0) {
        token = token.substring(0, token.length() - 1);
      }
      if (token.codePoints().anyMatch(Letters::isLetterOrDigit)
          || (!token.isEmpty() && Letters.isVisible(token.codePointAt(0)))) {
        tokens.add(token);
      }
      start = end;
    }
    return tokens;
  }

  @Test
  void theRulesAreThoseOfIcu() {
    String alphabet =
        "aéЖبن१م९57__'’.,:;·-/#\"\u05D0\u05D1״\u0301\u200C\u200D\u00AD\u093Eक가 \u00A0漢ใกé€٫";
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(1, 12); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThat(cut(PLAIN, text.toString()))
          .as("%s", text.codePoints().mapToObj(Integer::toHexString).toList())
          .isEqualTo(byIcu(text.toString()));
    }
  }

  /** Whatever comes: tokens in order, none empty, each part of the text, no half of a pair. */
  @Test
  void anyTextIsCut() {
    SplittableRandom random = new SplittableRandom(11);
    String seeds = "#@:/.w1a😀🇮\u200D\uFE0F\u20E3ม漢\u0301٪%-_";
    for (int i = 0; i < 3000; i++) {
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      StringBuilder text = new StringBuilder(new String(bytes, StandardCharsets.UTF_8));
      for (int n = random.nextInt(8); n > 0; n--) {
        int c =
            seeds.codePointAt(
                seeds.offsetByCodePoints(
                    0, random.nextInt(seeds.codePointCount(0, seeds.length()))));
        int at = random.nextInt(text.length() + 1);
        if (at > 0 && at < text.length() && Character.isLowSurrogate(text.charAt(at))) {
          at--;
        }
        text.insert(at, Character.toString(c));
      }
      int[] last = {0};
      String whole = text.toString();
      ALL.split(
          whole,
          0,
          whole.length(),
          (in, from, to) -> {
            assertThat(from).isGreaterThanOrEqualTo(last[0]);
            assertThat(to).isGreaterThan(from);
            assertThat(Character.isLowSurrogate(in.charAt(from))).isFalse();
            assertThat(Character.isHighSurrogate(in.charAt(to - 1))).isFalse();
            last[0] = to;
          });
    }
  }

  /** A MiB of each: a quadratic step would take minutes. */
  @Test
  void hostileTextTakesLinearTime() {
    int most = 1 << 20;
    for (String unit :
        List.of(
            "a",
            "漢",
            "ก",
            "ラ",
            "\u0301",
            "1",
            "1,",
            "1,1a",
            "#",
            "#1",
            "@",
            "a@",
            "a.",
            "www.",
            "http://",
            "h",
            "😀",
            "😀\u200D",
            "🇮",
            "\uFE0F",
            "\u200C",
            "(",
            "x)",
            "https://a(",
            "_",
            "'",
            "é'",
            "9\uFE0F",
            "-1/",
            "\uD840\uDC00",
            "က",
            "ກ",
            "ក")) {
      String text = unit.repeat(most / unit.length() / 8);
      long start = System.nanoTime();
      List<String> tokens = cut(ALL, text);
      assertThat((System.nanoTime() - start) / 1_000_000).as(unit).isLessThan(5_000);
      assertThat(tokens).allMatch(token -> token.length() <= WordSplitter.LONGEST_RUN);
      // Nothing but marks and joiners that no letter has is lost where punctuation is kept.
      long chars = tokens.stream().mapToLong(String::length).sum();
      if (!"\u0301\uFE0F\u200C😀\u200D".contains(unit)) {
        assertThat(chars).as(unit).isEqualTo(text.length());
      }
    }
  }

  @Test
  void longRunsAreCutBehindPunctuation() {
    String text = "漢".repeat(3000) + "。" + "字".repeat(3000);
    List<String> whole = cut(ALL, "漢".repeat(3000) + "。");
    whole.addAll(cut(ALL, "字".repeat(3000)));
    assertThat(cut(ALL, text)).isEqualTo(whole);
  }
}
