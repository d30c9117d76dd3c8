package org.seqlm.text;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Applies {@link TextRules} to a record before it is cut: Unicode form, letter case, Arabic
 * letters, alphabet, in this order. ASCII never leaves its bytes. One instance a thread.
 */
final class Normalizer {
  private final UnicodeForm unicode;
  private final boolean lower;
  private final boolean persian;
  private final boolean lettersOnly;

  private byte[] buffer = new byte[256];
  private byte[] bytes;
  private int from;
  private int to;

  Normalizer(TextRules rules) {
    unicode = rules.unicode();
    lower = rules.letterCase() == LetterCase.LOWER;
    persian = rules.arabicLetters() == ArabicLetters.PERSIAN;
    lettersOnly = rules.alphabet() == Alphabet.LETTERS_ONLY;
  }

  /** Normalises {@code [start, end)} of {@code utf8}; the result is in the accessors below. */
  void normalize(byte[] utf8, int start, int end) {
    bytes = utf8;
    from = start;
    to = end;
    if (Utf8.isAscii(utf8, start, end)) {
      if (lower) {
        lowerAscii();
      }
    } else if (unicode != UnicodeForm.NONE || lower || persian) {
      throughString();
    }
    if (lettersOnly) {
      lettersOnly();
    }
  }

  /** Holds the normalised record; valid until the next call. */
  byte[] bytes() {
    return bytes;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  private void lowerAscii() {
    ensure(to - from);
    int n = to - from;
    for (int i = 0; i < n; i++) {
      byte b = bytes[from + i];
      buffer[i] = b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
    }
    set(buffer, n);
  }

  private void throughString() {
    String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    if (unicode != UnicodeForm.NONE) {
      text =
          java.text.Normalizer.normalize(
              text,
              unicode == UnicodeForm.NFC
                  ? java.text.Normalizer.Form.NFC
                  : java.text.Normalizer.Form.NFKC);
    }
    if (lower) {
      // The root locale: the same corpus gives the same tokens on a Turkish machine.
      text = text.toLowerCase(Locale.ROOT);
    }
    if (persian) {
      text =
          text.replace('\u064A', '\u06CC').replace('\u0649', '\u06CC').replace('\u0643', '\u06A9');
    }
    byte[] result = text.getBytes(StandardCharsets.UTF_8);
    set(result, result.length);
  }

  /** Every run of bytes other than A-Z a-z becomes one space; the ends are stripped. */
  private void lettersOnly() {
    ensure(to - from);
    int n = 0;
    boolean gap = false;
    // Never writes past what it has read, so source and buffer may be the same array.
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      int folded = b | 0x20;
      if (folded >= 'a' && folded <= 'z' && b >= 0) {
        if (gap && n > 0) {
          buffer[n++] = ' ';
        }
        gap = false;
        buffer[n++] = b;
      } else {
        gap = true;
      }
    }
    set(buffer, n);
  }

  private void ensure(int length) {
    if (buffer.length < length) {
      byte[] larger = new byte[Math.max(length, buffer.length * 2)];
      // The source may be the buffer itself; it stays referenced by bytes then.
      buffer = larger;
    }
  }

  private void set(byte[] array, int length) {
    bytes = array;
    from = 0;
    to = length;
  }
}
