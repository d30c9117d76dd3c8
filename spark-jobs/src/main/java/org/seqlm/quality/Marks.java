package org.seqlm.quality;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.seqlm.text.Utf8;

/** What lines begin or end with, and how often something stands in a text. */
final class Marks {
  /** What ends sentences in the scripts that we know of. */
  private static final String SENTENCE_ENDS = ".!?…。！？｡؟۔।॥։።។";

  /** Of these the ones after which no white space stands. */
  private static final String WITHOUT_SPACE = "。！？｡";

  /** What may stand between a sentence's end and the white space behind it. */
  private static final String CLOSERS = "\"'”’»)]}」』】）";

  private final byte[][] marks;

  Marks(List<String> marks) {
    this.marks = marks.stream().map(m -> m.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
  }

  /** Whether {@code [from, to)} begins with one of them. */
  boolean begin(byte[] utf8, int from, int to) {
    for (byte[] mark : marks) {
      if (to - from >= mark.length && at(utf8, from, mark)) {
        return true;
      }
    }
    return false;
  }

  /** Whether {@code [from, to)} ends with one of them. */
  boolean end(byte[] utf8, int from, int to) {
    for (byte[] mark : marks) {
      if (to - from >= mark.length && at(utf8, to - mark.length, mark)) {
        return true;
      }
    }
    return false;
  }

  /** How often they stand in {@code [from, to)}; occurrences of one do not overlap. */
  int count(byte[] utf8, int from, int to) {
    int count = 0;
    for (byte[] mark : marks) {
      int at = from;
      while (at <= to - mark.length) {
        if (utf8[at] == mark[0] && at(utf8, at, mark)) {
          count++;
          at += mark.length;
        } else {
          at++;
        }
      }
    }
    return count;
  }

  private static boolean at(byte[] utf8, int from, byte[] mark) {
    for (int i = 0; i < mark.length; i++) {
      if (utf8[from + i] != mark[i]) {
        return false;
      }
    }
    return true;
  }

  /** How often a phrase of lower-case ASCII stands in {@code [from, to)}, in any case. */
  static int countIgnoringCase(byte[] utf8, int from, int to, byte[] phrase) {
    int count = 0;
    int at = from;
    while (at <= to - phrase.length) {
      int same = 0;
      while (same < phrase.length && lower(utf8[at + same]) == phrase[same]) {
        same++;
      }
      count += same == phrase.length ? 1 : 0;
      at += same == phrase.length ? same : 1;
    }
    return count;
  }

  private static int lower(byte b) {
    return b >= 'A' && b <= 'Z' ? b + 32 : b;
  }

  /** Whether a line ends as sentences do, perhaps within quotes or brackets. */
  static boolean endsSentence(byte[] utf8, int from, int to) {
    int at = to;
    while (at > from) {
      int last = Document.before(utf8, at, from);
      int c = Utf8.codePoint(utf8, last);
      if (SENTENCE_ENDS.indexOf(c) >= 0) {
        return true;
      }
      if (CLOSERS.indexOf(c) < 0) {
        return false;
      }
      at = last;
    }
    return false;
  }

  /**
   * The sentences of a line: they end at marks that do so, with what closes quotes and brackets,
   * before white space; Chinese and Japanese ones anywhere. What follows the last one is another.
   */
  static int sentences(byte[] utf8, int from, int to) {
    int count = 0;
    boolean open = false; // something stands behind the last end
    boolean ended = false; // a mark, and perhaps what closes, stands before here
    for (int at = from; at < to; at += Utf8.length(utf8[at])) {
      int c = Utf8.codePoint(utf8, at);
      if (WITHOUT_SPACE.indexOf(c) >= 0) {
        count += open ? 1 : 0;
        open = false;
        ended = false;
      } else if (SENTENCE_ENDS.indexOf(c) >= 0) {
        ended = open;
      } else if (Document.isSpace(c)) {
        count += ended ? 1 : 0;
        open &= !ended;
        ended = false;
      } else if (CLOSERS.indexOf(c) < 0) {
        open = true;
        ended = false;
      }
    }
    return count + (open ? 1 : 0);
  }
}
