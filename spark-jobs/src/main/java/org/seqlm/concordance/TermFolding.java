package org.seqlm.concordance;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.seqlm.text.ArabicLetters;
import org.seqlm.text.LetterCase;
import org.seqlm.text.TextRules;
import org.seqlm.text.Utf8;

/**
 * What a word is found by: its spelling with the letter case and the Arabic letters that the rules
 * of the index make of it, cut to {@link #MAX_BYTES}. One instance a thread.
 */
final class TermFolding {
  /** The bytes of UTF-8 by which a word is told from others. */
  static final int MAX_BYTES = 255;

  private final boolean lower;
  private final boolean persian;
  private byte[] bytes = new byte[MAX_BYTES];
  private int length;

  TermFolding(TextRules rules) {
    lower = rules.letterCase() == LetterCase.LOWER;
    persian = rules.arabicLetters() == ArabicLetters.PERSIAN;
  }

  /** Folds the word in {@code [from, to)}; the result is in {@link #bytes} from 0 on. */
  void fold(byte[] utf8, int from, int to) {
    int end = cut(utf8, from, to, MAX_BYTES);
    if (Utf8.isAscii(utf8, from, end)) {
      length = end - from;
      for (int i = 0; i < length; i++) {
        byte b = utf8[from + i];
        bytes[i] = lower && b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
      }
    } else {
      byte[] folded =
          text(new String(utf8, from, end - from, StandardCharsets.UTF_8))
              .getBytes(StandardCharsets.UTF_8);
      length = cut(folded, 0, folded.length, MAX_BYTES);
      System.arraycopy(folded, 0, bytes, 0, length);
    }
  }

  /** The folded word as an array of its own. */
  byte[] of(byte[] utf8, int from, int to) {
    fold(utf8, from, to);
    return java.util.Arrays.copyOf(bytes, length);
  }

  /** Letters of a pattern, of any length. */
  String text(String spelling) {
    // The root locale, as the tokenizers have it.
    String text = lower ? spelling.toLowerCase(Locale.ROOT) : spelling;
    return persian
        ? text.replace('\u064A', '\u06CC').replace('\u0649', '\u06CC').replace('\u0643', '\u06A9')
        : text;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Where the longest beginning of whole code points ends that has at most so many bytes. */
  static int cut(byte[] utf8, int from, int to, int most) {
    if (to - from <= most) {
      return to;
    }
    int end = from + most;
    while (end > from && (utf8[end] & 0xC0) == 0x80) {
      end--;
    }
    return end;
  }
}
