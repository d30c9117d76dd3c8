package org.seqlm.text.chain.stages;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UCharacterEnums.ECharacterCategory;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.lang.UScript;

/** What code points are to the splitters and filters here. */
final class Letters {
  static final int ZWNJ = 0x200C;
  static final int ZWJ = 0x200D;
  static final int EMOJI_STYLE = 0xFE0F;

  private static final int MARKS =
      1 << ECharacterCategory.NON_SPACING_MARK
          | 1 << ECharacterCategory.COMBINING_SPACING_MARK
          | 1 << ECharacterCategory.ENCLOSING_MARK;
  private static final int LETTERS_AND_DIGITS =
      1 << ECharacterCategory.UPPERCASE_LETTER
          | 1 << ECharacterCategory.LOWERCASE_LETTER
          | 1 << ECharacterCategory.TITLECASE_LETTER
          | 1 << ECharacterCategory.MODIFIER_LETTER
          | 1 << ECharacterCategory.OTHER_LETTER
          | 1 << ECharacterCategory.LETTER_NUMBER
          | 1 << ECharacterCategory.OTHER_NUMBER
          | 1 << ECharacterCategory.DECIMAL_DIGIT_NUMBER;
  private static final int INVISIBLE =
      1 << ECharacterCategory.CONTROL
          | 1 << ECharacterCategory.FORMAT
          | 1 << ECharacterCategory.SURROGATE
          | 1 << ECharacterCategory.UNASSIGNED
          | 1 << ECharacterCategory.SPACE_SEPARATOR
          | 1 << ECharacterCategory.LINE_SEPARATOR
          | 1 << ECharacterCategory.PARAGRAPH_SEPARATOR
          | MARKS;
  private static final int SYMBOLS =
      1 << ECharacterCategory.CONNECTOR_PUNCTUATION
          | 1 << ECharacterCategory.DASH_PUNCTUATION
          | 1 << ECharacterCategory.START_PUNCTUATION
          | 1 << ECharacterCategory.END_PUNCTUATION
          | 1 << ECharacterCategory.INITIAL_PUNCTUATION
          | 1 << ECharacterCategory.FINAL_PUNCTUATION
          | 1 << ECharacterCategory.OTHER_PUNCTUATION
          | 1 << ECharacterCategory.MATH_SYMBOL
          | 1 << ECharacterCategory.CURRENCY_SYMBOL
          | 1 << ECharacterCategory.MODIFIER_SYMBOL
          | 1 << ECharacterCategory.OTHER_SYMBOL;

  private Letters() {}

  /** By the general category, of ICU's Unicode version and not the JDK's. */
  private static boolean is(int categories, int c) {
    return (categories >> UCharacter.getType(c) & 1) != 0;
  }

  static boolean isLetterOrDigit(int c) {
    if (c < 0x80) {
      int folded = c | 0x20;
      return (folded >= 'a' && folded <= 'z') || (c >= '0' && c <= '9');
    }
    return is(LETTERS_AND_DIGITS, c);
  }

  static boolean isLetter(int c) {
    return c < 0x80 ? (c | 0x20) >= 'a' && (c | 0x20) <= 'z' : UCharacter.isLetter(c);
  }

  static boolean isDigit(int c) {
    return c < 0x80 ? c >= '0' && c <= '9' : UCharacter.isDigit(c);
  }

  static boolean isMark(int c) {
    return c >= 0x300 && is(MARKS, c);
  }

  static boolean isJoiner(int c) {
    return c == ZWNJ || c == ZWJ;
  }

  static boolean isVisible(int c) {
    return !is(INVISIBLE, c);
  }

  /** Punctuation and symbols of all kinds. */
  static boolean isSymbol(int c) {
    return is(SYMBOLS, c);
  }

  /** Whether a code point alone is seen as an emoji by most people. */
  static boolean isEmoji(int c) {
    if (c < 0x203C) {
      return false;
    }
    return UCharacter.hasBinaryProperty(c, UProperty.EMOJI_PRESENTATION)
        || ((c >= 0x1F000 || (c >= 0x2600 && c <= 0x27BF))
            && UCharacter.hasBinaryProperty(c, UProperty.EXTENDED_PICTOGRAPHIC));
  }

  /** Whether a code point is an emoji if U+FE0F follows. */
  static boolean mayBeEmoji(int c) {
    return c >= 0xA9 && UCharacter.hasBinaryProperty(c, UProperty.EMOJI);
  }

  static boolean isRegional(int c) {
    return c >= 0x1F1E6 && c <= 0x1F1FF;
  }

  /** Whether words of this letter's script are written with spaces between them. */
  static boolean isSpaced(int c) {
    if (c < 0x0E00) {
      return true;
    }
    return switch (UScript.getScript(c)) {
      case UScript.HAN,
          UScript.HIRAGANA,
          UScript.KATAKANA,
          UScript.HANGUL,
          UScript.BOPOMOFO,
          UScript.THAI,
          UScript.LAO,
          UScript.KHMER,
          UScript.MYANMAR ->
          false;
      default -> true;
    };
  }
}
