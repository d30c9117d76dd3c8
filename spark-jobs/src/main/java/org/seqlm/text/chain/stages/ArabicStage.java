package org.seqlm.text.chain.stages;

import org.seqlm.Problems;
import org.seqlm.text.chain.Stage;
import org.seqlm.text.chain.StageParameter;
import org.seqlm.text.chain.StageValues;

/**
 * {@code arabic}: the letters that keyboards of Arabic and of Persian make differently, and what
 * may be written or left out.
 */
public final class ArabicStage extends PlainProvider {
  private static final String KEEP = "keep";
  private static final String DROP = "drop";

  public ArabicStage() {
    super(
        Kind.NORMALIZER,
        "arabic",
        "One spelling of Arabic and Persian letters, digits and marks; other scripts stay as they"
            + " are.",
        StageParameter.choice(
            "letters",
            "Yeh, kaf and heh: as they are; those of Persian (U+06CC, U+06A9, U+0647) for all; or"
                + " those of Arabic (U+064A, U+0643).",
            KEEP,
            "persian",
            "arabic"),
        StageParameter.choice(
            "alef", "Alef with hamza, madda or wasla: as it is, or the plain one.", KEEP, "plain"),
        StageParameter.choice(
            "diacritics", "Short vowels and other marks above and below letters.", KEEP, DROP),
        StageParameter.choice("tatweel", "The stroke that lengthens words (U+0640).", KEEP, DROP),
        StageParameter.choice(
            "digits",
            "As they are, or all those of ASCII, Persian (U+06F0) and Arabic (U+0660) as those of"
                + " one of them.",
            KEEP,
            "ascii",
            "persian",
            "arabic"),
        StageParameter.choice(
            "zwnj",
            "The zero-width non-joiner (U+200C): kept, a space, or dropped.",
            KEEP,
            "space",
            DROP));
  }

  @Override
  public void check(StageValues values, String key, Problems problems) {
    problems.require(
        parameters().stream().anyMatch(p -> !values.text(p.name()).equals(KEEP)),
        key
            + " changes nothing: give one of its parameters, for instance {arabic: {letters:"
            + " persian, digits: ascii}}");
  }

  @Override
  public Stage create(StageValues values) {
    String letters = values.text("letters");
    boolean plainAlef = values.text("alef").equals("plain");
    boolean dropMarks = values.text("diacritics").equals(DROP);
    boolean dropTatweel = values.text("tatweel").equals(DROP);
    int zero = zero(values.text("digits"));
    String zwnj = values.text("zwnj");
    int joiner = zwnj.equals("space") ? ' ' : zwnj.equals(DROP) ? CodePoints.NONE : Letters.ZWNJ;
    return new CodePoints(
        c -> {
          if (c < 0x80) {
            return zero > 0 && c >= '0' && c <= '9' ? zero + c - '0' : c;
          }
          if (c < 0x600 || c > 0x6FF) {
            return c == Letters.ZWNJ ? joiner : c;
          }
          if (c == 0x640) {
            return dropTatweel ? CodePoints.NONE : c;
          }
          if (isDiacritic(c)) {
            return dropMarks ? CodePoints.NONE : c;
          }
          if (zero > 0 && c >= 0x660 && c <= 0x669) {
            return zero + c - 0x660;
          }
          if (zero > 0 && c >= 0x6F0 && c <= 0x6F9) {
            return zero + c - 0x6F0;
          }
          if (plainAlef && (c == 0x622 || c == 0x623 || c == 0x625 || c == 0x671)) {
            return 0x627;
          }
          return switch (letters) {
            case "persian" -> persian(c);
            case "arabic" -> arabic(c);
            default -> c;
          };
        });
  }

  private static int zero(String digits) {
    return switch (digits) {
      case "ascii" -> '0';
      case "persian" -> 0x6F0;
      case "arabic" -> 0x660;
      default -> 0;
    };
  }

  // Urdu's U+06D2 and Kurdish U+06D5 are letters of their own, vowels, and stay.

  private static int persian(int c) {
    return switch (c) {
      case 0x64A, 0x649 -> 0x6CC;
      case 0x643, 0x6AA -> 0x6A9;
      case 0x6BE, 0x6C1 -> 0x647;
      default -> c;
    };
  }

  private static int arabic(int c) {
    return switch (c) {
      case 0x6CC -> 0x64A;
      case 0x6A9, 0x6AA -> 0x643;
      case 0x6BE, 0x6C1 -> 0x647;
      default -> c;
    };
  }

  /** Without madda and hamza (U+0653 to U+0655), which belong to letters. */
  private static boolean isDiacritic(int c) {
    return (c >= 0x610 && c <= 0x61A)
        || (c >= 0x64B && c <= 0x652)
        || (c >= 0x656 && c <= 0x65F)
        || c == 0x670
        || (c >= 0x6D6 && c <= 0x6DC)
        || (c >= 0x6DF && c <= 0x6E4)
        || c == 0x6E7
        || c == 0x6E8
        || (c >= 0x6EA && c <= 0x6ED);
  }
}
