package org.seqlm.profile.text;

import java.lang.Character.UnicodeScript;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import org.seqlm.text.Utf8;

/**
 * The characters of lines, by Unicode's scripts and general categories, and the lines that are not
 * in its normal form C. Line feeds are not counted. Not thread-safe.
 */
final class CharacterCounts {
  private static final UnicodeScript[] SCRIPTS = UnicodeScript.values();

  /** Below this, all text is in normal form C. */
  private static final int FIRST_COMBINING = 0x300;

  private static final String[] CATEGORIES = new String[31];

  static {
    CATEGORIES[Character.UNASSIGNED] = "Cn unassigned";
    CATEGORIES[Character.UPPERCASE_LETTER] = "Lu uppercase letter";
    CATEGORIES[Character.LOWERCASE_LETTER] = "Ll lowercase letter";
    CATEGORIES[Character.TITLECASE_LETTER] = "Lt titlecase letter";
    CATEGORIES[Character.MODIFIER_LETTER] = "Lm modifier letter";
    CATEGORIES[Character.OTHER_LETTER] = "Lo other letter";
    CATEGORIES[Character.NON_SPACING_MARK] = "Mn nonspacing mark";
    CATEGORIES[Character.ENCLOSING_MARK] = "Me enclosing mark";
    CATEGORIES[Character.COMBINING_SPACING_MARK] = "Mc spacing mark";
    CATEGORIES[Character.DECIMAL_DIGIT_NUMBER] = "Nd decimal number";
    CATEGORIES[Character.LETTER_NUMBER] = "Nl letter number";
    CATEGORIES[Character.OTHER_NUMBER] = "No other number";
    CATEGORIES[Character.SPACE_SEPARATOR] = "Zs space separator";
    CATEGORIES[Character.LINE_SEPARATOR] = "Zl line separator";
    CATEGORIES[Character.PARAGRAPH_SEPARATOR] = "Zp paragraph separator";
    CATEGORIES[Character.CONTROL] = "Cc control";
    CATEGORIES[Character.FORMAT] = "Cf format";
    CATEGORIES[Character.PRIVATE_USE] = "Co private use";
    CATEGORIES[Character.SURROGATE] = "Cs surrogate";
    CATEGORIES[Character.DASH_PUNCTUATION] = "Pd dash punctuation";
    CATEGORIES[Character.START_PUNCTUATION] = "Ps open punctuation";
    CATEGORIES[Character.END_PUNCTUATION] = "Pe close punctuation";
    CATEGORIES[Character.CONNECTOR_PUNCTUATION] = "Pc connector punctuation";
    CATEGORIES[Character.OTHER_PUNCTUATION] = "Po other punctuation";
    CATEGORIES[Character.MATH_SYMBOL] = "Sm math symbol";
    CATEGORIES[Character.CURRENCY_SYMBOL] = "Sc currency symbol";
    CATEGORIES[Character.MODIFIER_SYMBOL] = "Sk modifier symbol";
    CATEGORIES[Character.OTHER_SYMBOL] = "So other symbol";
    CATEGORIES[Character.INITIAL_QUOTE_PUNCTUATION] = "Pi initial punctuation";
    CATEGORIES[Character.FINAL_QUOTE_PUNCTUATION] = "Pf final punctuation";
  }

  /** Scripts of the plane where nearly all text lies, as asking for one takes a search. */
  private static final class Basic {
    private static final byte[] SCRIPT = new byte[1 << 16];

    static {
      for (int c = 0; c < SCRIPT.length; c++) {
        SCRIPT[c] = (byte) UnicodeScript.of(c).ordinal();
      }
    }
  }

  private final long[] scripts = new long[SCRIPTS.length];
  private final long[] categories = new long[CATEGORIES.length];
  private long lines;
  private long unnormalized;

  /** A line; returns its characters. */
  int line(byte[] utf8, int from, int to) {
    int most = 0;
    int count = 0;
    for (int i = from; i < to; i += Utf8.length(utf8[i])) {
      int c = Utf8.codePoint(utf8, i);
      most = Math.max(most, c);
      scripts[c < Basic.SCRIPT.length ? Basic.SCRIPT[c] & 0xFF : UnicodeScript.of(c).ordinal()]++;
      categories[Character.getType(c)]++;
      count++;
    }
    lines++;
    if (most >= FIRST_COMBINING
        && !Normalizer.isNormalized(
            new String(utf8, from, to - from, StandardCharsets.UTF_8), Normalizer.Form.NFC)) {
      unnormalized++;
    }
    return count;
  }

  /** Adds what was counted. */
  void addTo(Tallies tallies) {
    for (int i = 0; i < scripts.length; i++) {
      tallies.add(Measures.SCRIPTS + name(SCRIPTS[i]), scripts[i]);
    }
    for (int i = 0; i < categories.length; i++) {
      tallies.add(Measures.CATEGORIES + CATEGORIES[i], categories[i]);
    }
    tallies.add(Measures.LINES, lines);
    tallies.add(Measures.LINES_NOT_NFC, unnormalized);
  }

  /** As Unicode writes it: Old_Persian. */
  private static String name(UnicodeScript script) {
    StringBuilder name = new StringBuilder();
    for (String part : script.name().toLowerCase(Locale.ROOT).split("_")) {
      name.append(name.isEmpty() ? "" : "_")
          .append(Character.toUpperCase(part.charAt(0)))
          .append(part.substring(1));
    }
    return name.toString();
  }
}
