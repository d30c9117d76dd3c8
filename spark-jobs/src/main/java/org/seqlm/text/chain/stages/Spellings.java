package org.seqlm.text.chain.stages;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UScript;
import com.ibm.icu.text.Normalizer2;
import org.seqlm.text.chain.Stage;
import org.seqlm.text.chain.StageParameter;
import org.seqlm.text.chain.StageValues;

/** One spelling where writers have several: accents, white space, digits, quotes, width. */
final class Spellings {
  private Spellings() {}

  /** {@code strip-accents}. */
  public static final class StripAccents extends PlainProvider {
    public StripAccents() {
      super(
          Kind.NORMALIZER,
          "strip-accents",
          "Latin and Greek letters without their marks, Cyrillic ones without those of stress; the"
              + " rest in form C.");
    }

    @Override
    public Stage create(StageValues values) {
      Normalizer2 apart = Normalizer2.getNFDInstance();
      Normalizer2 together = Normalizer2.getNFCInstance();
      return (Stage.Normalizer)
          text -> {
            String letters = apart.normalize(text);
            StringBuilder kept = new StringBuilder(letters.length());
            int script = UScript.COMMON;
            for (int i = 0; i < letters.length(); ) {
              int c = letters.codePointAt(i);
              boolean mark = Letters.isMark(c);
              if (!mark) {
                script = c < 0x80 ? UScript.LATIN : UScript.getScript(c);
              }
              boolean accent =
                  mark
                      && (script == UScript.LATIN
                          || script == UScript.GREEK
                          || (script == UScript.CYRILLIC && (c == 0x300 || c == 0x301)));
              if (!accent) {
                kept.appendCodePoint(c);
              }
              i += Character.charCount(c);
            }
            return together.normalize(kept);
          };
    }
  }

  /** {@code spaces}. */
  public static final class Spaces extends PlainProvider {
    public Spaces() {
      super(
          Kind.NORMALIZER,
          "spaces",
          "White space of any kind becomes one space, and none at the ends.");
    }

    @Override
    public Stage create(StageValues values) {
      return (Stage.Normalizer) Spaces::collapse;
    }

    private static String collapse(String text) {
      StringBuilder kept = new StringBuilder(text.length());
      boolean gap = false;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (WhitespaceSplitter.isSpace(c)) {
          gap = !kept.isEmpty();
        } else {
          if (gap) {
            kept.append(' ');
            gap = false;
          }
          kept.append(c);
        }
      }
      return kept.toString();
    }
  }

  /** {@code digits}. */
  public static final class Digits extends PlainProvider {
    private static final String AS = "as";

    public Digits() {
      super(
          Kind.NORMALIZER,
          "digits",
          "The decimal digits of every script as those of one.",
          StageParameter.choice(
              AS,
              "0 to 9; those of Persian; those of Arabic; or 0 for every digit.",
              "ascii",
              "persian",
              "arabic",
              "zero"));
    }

    @Override
    public Stage create(StageValues values) {
      String as = values.text(AS);
      int zero = as.equals("persian") ? 0x6F0 : as.equals("arabic") ? 0x660 : '0';
      boolean same = as.equals("zero");
      return new CodePoints(
          c -> Letters.isDigit(c) ? zero + (same ? 0 : UCharacter.digit(c, 10)) : c);
    }
  }

  /** {@code quotes}. */
  public static final class Quotes extends PlainProvider {
    public Quotes() {
      super(
          Kind.NORMALIZER, "quotes", "Quotation marks and apostrophes of all shapes as \" and '.");
    }

    @Override
    public Stage create(StageValues values) {
      return new CodePoints(Quotes::plain);
    }

    private static int plain(int c) {
      if (c < 0x80) {
        return c;
      }
      return switch (c) {
        case 0x2018, 0x2019, 0x201A, 0x201B, 0x2039, 0x203A, 0x02BC, 0x2032, 0xFF07, 0xB4 -> '\'';
        case 0xAB,
            0xBB,
            0x201C,
            0x201D,
            0x201E,
            0x201F,
            0x2033,
            0x300C,
            0x300D,
            0x300E,
            0x300F,
            0xFF02 ->
            '"';
        default -> c;
      };
    }
  }

  /** {@code width}. */
  public static final class Width extends PlainProvider {
    public Width() {
      super(
          Kind.NORMALIZER,
          "width",
          "Full-width Latin and half-width Japanese and Korean letters as the usual ones.");
    }

    @Override
    public Stage create(StageValues values) {
      Normalizer2 forms = Normalizer2.getNFKCInstance();
      return (Stage.Normalizer)
          text -> {
            StringBuilder kept = null;
            for (int i = 0; i < text.length(); ) {
              int end = i;
              while (end < text.length() && isForm(text.charAt(end))) {
                end++;
              }
              if (end > i) {
                kept = kept == null ? new StringBuilder().append(text, 0, i) : kept;
                kept.append(forms.normalize(text.substring(i, end)));
                i = end;
              } else {
                if (kept != null) {
                  kept.append(text.charAt(i));
                }
                i++;
              }
            }
            return kept == null ? text : kept.toString();
          };
    }

    private static boolean isForm(char c) {
      return (c >= 0xFF01 && c <= 0xFFEE) || c == 0x3000;
    }
  }
}
