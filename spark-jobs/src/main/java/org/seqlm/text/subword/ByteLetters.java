package org.seqlm.text.subword;

import java.nio.charset.StandardCharsets;

/**
 * The letters that stand for bytes in the tokens of byte-level BPE, as in GPT-2 (Radford et al.
 * 2019, {@code bytes_to_unicode}): the visible bytes of Latin-1 are their own code points, the
 * other 68 are U+0100 to U+0143 in their order. So each string of bytes is readable, valid Unicode
 * without spaces.
 */
public final class ByteLetters {
  /** Code points that are letters lie below this. */
  private static final int END = 0x144;

  private static final char[] LETTERS = new char[256]; // by byte
  private static final short[] BYTES = new short[END]; // by code point; -1 for none

  static {
    java.util.Arrays.fill(BYTES, (short) -1);
    int next = 0x100;
    for (int b = 0; b < 256; b++) {
      boolean visible = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
      LETTERS[b] = (char) (visible ? b : next++);
      BYTES[LETTERS[b]] = (short) b;
    }
  }

  private ByteLetters() {}

  /** The letter of a byte. */
  public static char letter(byte b) {
    return LETTERS[b & 0xFF];
  }

  /** The byte of a letter, 0 to 255; -1 if it stands for none. */
  public static int byteOf(int codePoint) {
    return codePoint >= 0 && codePoint < END ? BYTES[codePoint] : -1;
  }

  /** The letters of some bytes. */
  public static String letters(byte[] bytes, int from, int to) {
    char[] letters = new char[to - from];
    for (int i = from; i < to; i++) {
      letters[i - from] = LETTERS[bytes[i] & 0xFF];
    }
    return new String(letters);
  }

  /** The bytes of some letters; null if one of them stands for none. */
  public static byte[] bytes(String letters) {
    byte[] bytes = new byte[letters.length()];
    for (int i = 0; i < bytes.length; i++) {
      int b = byteOf(letters.charAt(i));
      if (b < 0) {
        return null;
      }
      bytes[i] = (byte) b;
    }
    return bytes;
  }

  /** The bytes of some letters; what is none of them stays, as UTF-8. */
  static byte[] lenientBytes(String letters) {
    byte[] bytes = bytes(letters);
    return bytes != null ? bytes : letters.getBytes(StandardCharsets.UTF_8);
  }

  /** All bytes, by rising letter: the order in which Hugging Face's trainer numbers them. */
  static byte[] inOrder() {
    byte[] ordered = new byte[256];
    int n = 0;
    for (int c = 0; c < END; c++) {
      if (BYTES[c] >= 0) {
        ordered[n++] = (byte) BYTES[c];
      }
    }
    return ordered;
  }
}
