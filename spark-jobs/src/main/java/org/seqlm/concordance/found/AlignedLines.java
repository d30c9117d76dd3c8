package org.seqlm.concordance.found;

import java.util.ArrayList;
import java.util.List;
import org.seqlm.concordance.ContextLine;

/**
 * Lines for a terminal, aligned at what was found. Widths are cells, of which wide characters take
 * two (Unicode Standard Annex 11) and marks none. Where a line has letters that are written from
 * right to left its parts are isolated from each other (U+2068, U+2069), and if what was found is
 * such, the text before it stands to its right.
 */
public final class AlignedLines {
  private static final char ISOLATE = '\u2068';
  private static final char END = '\u2069';

  /** The most cells that what was found takes. */
  private static final int MOST_KEYWORD = 40;

  private AlignedLines() {}

  /**
   * Draws lines.
   *
   * @param width cells of a line, before where it comes from
   */
  public static List<String> of(List<ContextLine> lines, int width) {
    int keyword = 1;
    for (ContextLine line : lines) {
      keyword = Math.max(keyword, Math.min(MOST_KEYWORD, width(line.keyword())));
    }
    int side = Math.max(4, (width - keyword) / 2);
    List<String> drawn = new ArrayList<>();
    for (ContextLine line : lines) {
      drawn.add(line(line, side, keyword) + "  " + line.path() + ":" + line.record());
    }
    return drawn;
  }

  private static String line(ContextLine line, int side, int keyword) {
    String left = ending(line.left(), side);
    String found = beginning(line.keyword(), keyword);
    String right = beginning(line.right(), side + keyword - width(found));
    boolean isolated = hasRightToLeft(line.left() + line.keyword() + line.right());
    if (isRightToLeft(found)) {
      String before = ending(line.left(), side + keyword - width(found));
      String behind = beginning(line.right(), side);
      return " ".repeat(side - width(behind))
          + isolate(behind)
          + isolate(found)
          + isolate(before)
          + " ".repeat(side + keyword - width(found) - width(before));
    }
    return " ".repeat(side - width(left))
        + (isolated ? isolate(left) + isolate(found) + isolate(right) : left + found + right)
        + " ".repeat(side + keyword - width(found) - width(right));
  }

  private static String isolate(String part) {
    return ISOLATE + part + END;
  }

  /** The longest end of a text that takes no more cells. */
  static String ending(String text, int cells) {
    int at = text.length();
    int taken = 0;
    while (at > 0) {
      int c = text.codePointBefore(at);
      if (taken + cells(c) > cells) {
        break;
      }
      taken += cells(c);
      at -= Character.charCount(c);
    }
    if (at > 0) {
      // A mark whose letter does not fit goes with it.
      while (at < text.length() && cells(text.codePointAt(at)) == 0) {
        at += Character.charCount(text.codePointAt(at));
      }
    }
    return text.substring(at);
  }

  /** The longest beginning of a text that takes no more cells. */
  static String beginning(String text, int cells) {
    int at = 0;
    int taken = 0;
    while (at < text.length()) {
      int c = text.codePointAt(at);
      if (taken + cells(c) > cells) {
        break;
      }
      taken += cells(c);
      at += Character.charCount(c);
    }
    return text.substring(0, at);
  }

  /** The cells that a text takes. */
  static int width(String text) {
    return text.codePoints().map(AlignedLines::cells).sum();
  }

  private static int cells(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT
        || (c >= 0x1160 && c <= 0x11FF)) { // vowels and finals that join a Hangul syllable
      return 0;
    }
    return isWide(c) ? 2 : 1;
  }

  private static boolean isWide(int c) {
    return c >= 0x1100
        && (c <= 0x115F
            || (c >= 0x2E80 && c <= 0xA4CF && c != 0x303F)
            || (c >= 0xA960 && c <= 0xA97F)
            || (c >= 0xAC00 && c <= 0xD7A3)
            || (c >= 0xF900 && c <= 0xFAFF)
            || (c >= 0xFE30 && c <= 0xFE6F)
            || (c >= 0xFF01 && c <= 0xFF60)
            || (c >= 0xFFE0 && c <= 0xFFE6)
            || (c >= 0x1F300 && c <= 0x1F64F)
            || (c >= 0x1F680 && c <= 0x1F6FF)
            || (c >= 0x1F900 && c <= 0x1FAFF)
            || (c >= 0x20000 && c <= 0x3FFFD));
  }

  /** Whether the first letter that has a direction is written from right to left. */
  private static boolean isRightToLeft(String text) {
    return text.codePoints()
            .map(Character::getDirectionality)
            .filter(d -> d == Character.DIRECTIONALITY_LEFT_TO_RIGHT || rightToLeft(d))
            .findFirst()
            .orElse(Character.DIRECTIONALITY_LEFT_TO_RIGHT)
        != Character.DIRECTIONALITY_LEFT_TO_RIGHT;
  }

  private static boolean hasRightToLeft(String text) {
    return text.codePoints().map(Character::getDirectionality).anyMatch(AlignedLines::rightToLeft);
  }

  private static boolean rightToLeft(int direction) {
    return direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT
        || direction == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
  }
}
