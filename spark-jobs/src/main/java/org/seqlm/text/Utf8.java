package org.seqlm.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** UTF-8 without strings: strict validation, counting and decoding of code points. */
public final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The upper bit of each of eight bytes: set in none of ASCII. */
  private static final long UPPER_BITS = 0x8080808080808080L;

  private Utf8() {}

  /** Where, from {@code i} on, the first eight bytes begin that are not all ASCII, or fewer. */
  private static int skipAscii(byte[] bytes, int i, int to) {
    int at = i;
    while (to - at >= 8 && ((long) LONGS.get(bytes, at) & UPPER_BITS) == 0) {
      at += 8;
    }
    return at;
  }

  /** Whether {@code [from, to)} holds ASCII only. */
  public static boolean isAscii(byte[] bytes, int from, int to) {
    for (int i = skipAscii(bytes, from, to); i < to; i++) {
      if (bytes[i] < 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether {@code [from, to)} is well-formed UTF-8: no overlong form, no surrogate, nothing above
   * U+10FFFF, nothing cut short (The Unicode Standard, table 3-7).
   */
  public static boolean isValid(byte[] bytes, int from, int to) {
    int i = skipAscii(bytes, from, to);
    while (i < to) {
      int b = bytes[i];
      if (b >= 0) {
        i++;
        continue;
      }
      b &= 0xFF;
      int more;
      int low = 0x80;
      int high = 0xBF;
      if (b >= 0xC2 && b <= 0xDF) {
        more = 1;
      } else if (b >= 0xE0 && b <= 0xEF) {
        more = 2;
        low = b == 0xE0 ? 0xA0 : 0x80;
        high = b == 0xED ? 0x9F : 0xBF;
      } else if (b >= 0xF0 && b <= 0xF4) {
        more = 3;
        low = b == 0xF0 ? 0x90 : 0x80;
        high = b == 0xF4 ? 0x8F : 0xBF;
      } else {
        return false;
      }
      if (to - i <= more) {
        return false;
      }
      int second = bytes[i + 1] & 0xFF;
      if (second < low || second > high) {
        return false;
      }
      for (int k = 2; k <= more; k++) {
        if ((bytes[i + k] & 0xC0) != 0x80) {
          return false;
        }
      }
      i += more + 1;
    }
    return true;
  }

  /** Where the line ends that begins at {@code from}: at its line feed, or else at {@code to}. */
  public static int lineEnd(byte[] bytes, int from, int to) {
    int end = from;
    while (end < to && bytes[end] != '\n') {
      end++;
    }
    return end;
  }

  /** The number of code points in valid UTF-8. */
  public static int codePoints(byte[] bytes, int from, int to) {
    int count = 0;
    for (int i = from; i < to; i++) {
      // Continuation bytes are 10xxxxxx, that is -128 to -65.
      if (bytes[i] > (byte) 0xBF) {
        count++;
      }
    }
    return count;
  }

  /** The length in bytes, 1 to 4, of the code point whose first byte this is. */
  public static int length(byte first) {
    if (first >= 0) {
      return 1;
    }
    int b = first & 0xFF;
    return b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
  }

  /** The code point that begins at {@code i} of valid UTF-8. */
  public static int codePoint(byte[] bytes, int i) {
    int b = bytes[i];
    if (b >= 0) {
      return b;
    }
    b &= 0xFF;
    if (b < 0xE0) {
      return ((b & 0x1F) << 6) | (bytes[i + 1] & 0x3F);
    }
    if (b < 0xF0) {
      return ((b & 0x0F) << 12) | ((bytes[i + 1] & 0x3F) << 6) | (bytes[i + 2] & 0x3F);
    }
    return ((b & 0x07) << 18)
        | ((bytes[i + 1] & 0x3F) << 12)
        | ((bytes[i + 2] & 0x3F) << 6)
        | (bytes[i + 3] & 0x3F);
  }

  /** Whether half of a pair stands alone in a string, which is then no Unicode text. */
  public static boolean hasLoneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (i + 1 == text.length()
            || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
          return true;
        }
        i++;
      }
    }
    return false;
  }
}
