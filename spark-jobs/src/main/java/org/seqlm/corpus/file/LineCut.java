package org.seqlm.corpus.file;

import java.nio.charset.StandardCharsets;
import org.seqlm.text.Utf8;
import org.seqlm.text.chain.Sentences;

/**
 * Where a line is cut that is too long: behind the last sentence of what fits, else behind its last
 * white space; the first half is never looked at. What has neither, in any language, is no text.
 * The language is not known, so a sentence that ends whatever language it is comes before one whose
 * end may be an abbreviation's. Depends on the line's bytes alone.
 */
public final class LineCut {
  /** Nowhere. */
  public static final int NONE = -1;

  /** In which the end of a sentence is looked for. */
  private static final int MOST_LOOKED_AT = 1 << 16;

  private final Sentences certain = Sentences.ofAnyLanguage();
  private final Sentences sentences = Sentences.of(Sentences.ROOT);

  /**
   * Where the part of a line ends that begins at {@code from}.
   *
   * @param to one past the last byte that the part may have; the line goes on there
   * @return one past the part's last byte, at most {@code to} and behind the middle; {@link #NONE}
   *     if it can be cut nowhere
   */
  public int end(byte[] utf8, int from, int to) {
    int middle = from + (to - from) / 2;
    int start = Math.max(middle, to - MOST_LOOKED_AT);
    while (start < to && isInside(utf8[start])) {
      start++;
    }
    int end = to;
    // A code point that the bound cuts.
    for (int i = to - 1; i >= Math.max(start, to - 4); i--) {
      if (!isInside(utf8[i])) {
        end = i + length(utf8[i]) > to ? i : to;
        break;
      }
    }
    if (end > start && Utf8.isValid(utf8, start, end)) {
      String text = new String(utf8, start, end - start, StandardCharsets.UTF_8);
      int last = certain.lastEnd(text);
      last = last == 0 ? sentences.lastEnd(text) : last;
      if (last > 0) {
        return start + text.substring(0, last).getBytes(StandardCharsets.UTF_8).length;
      }
    }
    for (int i = end; i > middle; i--) {
      byte b = utf8[i - 1];
      if (b == ' ' || b == '\t' || b == '\r' || b == '\f') {
        return i;
      }
    }
    return NONE;
  }

  private static boolean isInside(byte b) {
    return (b & 0xC0) == 0x80;
  }

  private static int length(byte first) {
    int b = first & 0xFF;
    return b < 0x80 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
  }
}
