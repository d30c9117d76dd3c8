package org.seqlm.text.subword;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random text of many scripts, and its pieces. */
final class SampleText {
  private static final String[] SNIPPETS = {
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\u00A0",
    "\u3000",
    "\u2003",
    "\u0085",
    "\u2028",
    "\u200C",
    "\u200D",
    "'s",
    "'re",
    "'ll",
    "'",
    "''s",
    "'S",
    "it's",
    "We've",
    "don't",
    "I'm",
    "the",
    " the",
    "The",
    "and",
    "hello",
    "12",
    "3",
    "²",
    "Ⅷ",
    "½",
    "١٢٣",
    "۴۵",
    "!",
    "...",
    "?!",
    "@",
    "#tag",
    "https://a.b/c?d=1",
    "می‌روم",
    "كتاب",
    "العربية",
    "سلام",
    "中文",
    "日本語",
    "カタカナ",
    "ไทย",
    "हिन्दी",
    "한국어",
    "Ελλάς",
    "ΣΑΣ",
    "русский",
    "ß",
    "İ",
    "ı",
    "é",
    "e\u0301",
    "Å",
    "ﬁ",
    "Ǆ",
    "😀",
    "👩‍👩‍👧",
    "🇫🇷",
    "𝔘",
    "\uFFFD",
    "\u0000",
    "\u0007",
    "_",
    "-",
    "aaaa",
    "zzzz",
    "▁",
    "Ġ",
    "<s>",
    "<|end|>",
    "<unk>",
    "xyz"
  };

  private SampleText() {}

  static String draw(Random random, int pieces) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < pieces; i++) {
      text.append(SNIPPETS[random.nextInt(SNIPPETS.length)]);
      if (random.nextInt(3) == 0) {
        text.append(' ');
      }
      if (random.nextInt(20) == 0) {
        int c = random.nextInt(0x3000); // the scripts of alphabets
        if (Character.isDefined(c)) {
          text.appendCodePoint(c);
        }
      }
    }
    return text.toString();
  }

  /** The stretches of a text, as strings. */
  static List<String> stretches(Splitter splitter, byte[] bytes) {
    List<String> cut = new ArrayList<>();
    int[] next = {0};
    splitter.split(
        bytes,
        0,
        bytes.length,
        (all, from, to) -> {
          if (all != bytes || from != next[0] || to <= from) {
            throw new AssertionError("a gap before " + from);
          }
          next[0] = to;
          cut.add(new String(all, from, to - from, java.nio.charset.StandardCharsets.UTF_8));
        });
    if (next[0] != bytes.length) {
      throw new AssertionError("ends at " + next[0]);
    }
    return cut;
  }
}
