package org.seqlm.text.subword;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UCharacterCategory;
import org.seqlm.text.TokenSink;

/**
 * Cuts as GPT-2's regular expression does (Radford et al. 2019), without one:
 *
 * <pre>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</pre>
 *
 * <p>A byte that is no part of valid UTF-8 counts as a character that is neither letter, number nor
 * space. Letters and numbers are those of ICU's Unicode, the same on every machine.
 */
public final class GptWords implements Splitter {
  /** That expression, in Java's own syntax with {@code UNICODE_CHARACTER_CLASS}. */
  public static final String PATTERN =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  private static final int OTHER = 0;
  private static final int LETTER = 1;
  private static final int NUMBER = 2;
  private static final int SPACE = 3;

  private static final int LETTERS =
      1 << UCharacterCategory.UPPERCASE_LETTER
          | 1 << UCharacterCategory.LOWERCASE_LETTER
          | 1 << UCharacterCategory.TITLECASE_LETTER
          | 1 << UCharacterCategory.MODIFIER_LETTER
          | 1 << UCharacterCategory.OTHER_LETTER;
  private static final int NUMBERS =
      1 << UCharacterCategory.DECIMAL_DIGIT_NUMBER
          | 1 << UCharacterCategory.LETTER_NUMBER
          | 1 << UCharacterCategory.OTHER_NUMBER;
  private static final int SPACES =
      1 << UCharacterCategory.SPACE_SEPARATOR
          | 1 << UCharacterCategory.LINE_SEPARATOR
          | 1 << UCharacterCategory.PARAGRAPH_SEPARATOR;

  /** Of the basic plane, by code point. */
  private static final byte[] KINDS = new byte[1 << 16];

  static {
    for (int c = 0; c < KINDS.length; c++) {
      KINDS[c] = (byte) kindOf(c);
    }
  }

  private static int kindOf(int c) {
    int type = UCharacter.getType(c);
    if ((LETTERS >> type & 1) != 0) {
      return LETTER;
    }
    if ((NUMBERS >> type & 1) != 0) {
      return NUMBER;
    }
    return (SPACES >> type & 1) != 0 || (c >= 9 && c <= 13) || c == 0x85 ? SPACE : OTHER;
  }

  @Override
  public void split(byte[] bytes, int from, int to, TokenSink sink) {
    int i = from;
    while (i < to) {
      int end = end(bytes, i, to);
      sink.token(bytes, i, end);
      i = end;
    }
  }

  /** Where the stretch that begins at {@code i} ends. */
  private static int end(byte[] bytes, int i, int to) {
    if (bytes[i] == '\'') {
      int end = contraction(bytes, i, to);
      if (end > 0) {
        return end;
      }
    }
    long here = character(bytes, i, to);
    if (kind(here) != SPACE) {
      return run(bytes, next(here), to, kind(here));
    }
    if (bytes[i] == ' ' && i + 1 < to) {
      long after = character(bytes, i + 1, to);
      if (kind(after) != SPACE) {
        return run(bytes, next(after), to, kind(after));
      }
    }
    // The last space of several belongs to what follows, or stands alone.
    int last = i;
    int end = next(here);
    while (end < to) {
      long character = character(bytes, end, to);
      if (kind(character) != SPACE) {
        return last > i ? last : end;
      }
      last = end;
      end = next(character);
    }
    return end;
  }

  private static int run(byte[] bytes, int from, int to, int kind) {
    int i = from;
    while (i < to) {
      long character = character(bytes, i, to);
      if (kind(character) != kind) {
        return i;
      }
      i = next(character);
    }
    return i;
  }

  /** Where a contraction ends that begins at {@code i}; 0 for none. */
  private static int contraction(byte[] bytes, int i, int to) {
    if (i + 1 >= to) {
      return 0;
    }
    byte first = bytes[i + 1];
    if (first == 's' || first == 't' || first == 'm' || first == 'd') {
      return i + 2;
    }
    if (i + 2 >= to) {
      return 0;
    }
    byte second = bytes[i + 2];
    boolean two =
        ((first == 'r' || first == 'v') && second == 'e') || (first == 'l' && second == 'l');
    return two ? i + 3 : 0;
  }

  /** Whether a stretch is letters or numbers, after a space or none. */
  static boolean isWord(byte[] bytes, int from, int to) {
    int first = from < to && bytes[from] == ' ' ? from + 1 : from;
    if (first == to) {
      return false;
    }
    int kind = kind(character(bytes, first, to));
    return kind == LETTER || kind == NUMBER;
  }

  /** Where the white space ends that begins at {@code from}. */
  static int spaceEnd(byte[] bytes, int from, int to) {
    return run(bytes, from, to, SPACE);
  }

  /** Where, from {@code from} on, the white space begins that ends at {@code to}. */
  static int spaceBegin(byte[] bytes, int from, int to) {
    int begin = to;
    while (begin > from) {
      int i = begin - 1;
      while (i > from && begin - i < 4 && (bytes[i] & 0xC0) == 0x80) {
        i--;
      }
      long character = character(bytes, i, to);
      if (kind(character) != SPACE || next(character) != begin) {
        break;
      }
      begin = i;
    }
    return begin;
  }

  /** Whether a character of the basic plane is white space, as Unicode has it. */
  static boolean isSpace(char c) {
    return KINDS[c] == SPACE;
  }

  private static int kind(long character) {
    return (int) (character >>> 32);
  }

  private static int next(long character) {
    return (int) character;
  }

  /** The kind of the character at {@code i}, above, and where the next one begins, below. */
  private static long character(byte[] bytes, int i, int to) {
    int b = bytes[i];
    if (b >= 0) {
      return (long) KINDS[b] << 32 | (i + 1);
    }
    return beyondAscii(bytes, i, to);
  }

  private static long beyondAscii(byte[] bytes, int i, int to) {
    int b = bytes[i] & 0xFF;
    int more = b >= 0xF0 ? 3 : b >= 0xE0 ? 2 : 1;
    if (b < 0xC2 || b > 0xF4 || to - i <= more) {
      return i + 1L;
    }
    int c = b & (0x3F >> more);
    for (int k = 1; k <= more; k++) {
      int next = bytes[i + k];
      if ((next & 0xC0) != 0x80) {
        return i + 1L;
      }
      c = c << 6 | (next & 0x3F);
    }
    boolean valid =
        more == 1
            || (more == 2 && c >= 0x800 && (c < 0xD800 || c > 0xDFFF))
            || (more == 3 && c >= 0x10000 && c <= 0x10FFFF);
    if (!valid) {
      return i + 1L;
    }
    long kind = c < KINDS.length ? KINDS[c] : kindOf(c);
    return kind << 32 | (i + 1L + more);
  }
}
