package org.seqlm.quality;

import java.util.Arrays;
import org.seqlm.text.Hash128;
import org.seqlm.text.Utf8;

/**
 * A document's text with its lines and words, which are found when they are first asked for.
 * Finding takes time in proportion to the text and, beside it, at most 4 bytes a line and 16 a
 * word.
 *
 * <p>A line ends at a line feed; one at the text's end begins none. White space is Unicode's
 * (White_Space), at the ends of lines it does not count, and a line without anything else is blank.
 * A paragraph is a longest run of lines that are not blank. A word is a longest run of characters
 * that are not white space; its core is what is left of it without what is neither letter, digit,
 * number nor mark at its ends, and a word without a core is a symbol.
 */
public final class Document {
  private final byte[] utf8;
  private final int from;
  private final int to;
  private int characters = -1;

  private int lines = -1;
  private int[] lineFrom; // (line)

  private int words = -1;
  private int[] wordFrom; // (word)
  private int[] wordTo;
  private long[] wordHash;
  private int cores;
  private long coreCharacters;
  private int alphabetic;

  /**
   * @param utf8 valid; stays as it is while the document is used
   */
  public Document(byte[] utf8, int from, int to) {
    this.utf8 = utf8;
    this.from = from;
    this.to = to;
  }

  /** Of bytes that are all its text. */
  public Document(byte[] utf8) {
    this(utf8, 0, utf8.length);
  }

  /** What its places are places in. */
  public byte[] utf8() {
    return utf8;
  }

  public int from() {
    return from;
  }

  public int to() {
    return to;
  }

  /** Of the text in UTF-8. */
  public int bytes() {
    return to - from;
  }

  /** Code points, line feeds among them. */
  public int characters() {
    if (characters < 0) {
      characters = Utf8.codePoints(utf8, from, to);
    }
    return characters;
  }

  /** The number of lines; 0 of an empty text. */
  public int lines() {
    if (lines < 0) {
      int count = 0;
      int[] starts = new int[16];
      for (int at = from; at < to; at = Utf8.lineEnd(utf8, at, to) + 1) {
        if (count == starts.length) {
          starts = Arrays.copyOf(starts, grown(count));
        }
        starts[count++] = at;
      }
      lineFrom = starts;
      lines = count;
    }
    return lines;
  }

  /** Where a line's first byte is that is no white space; its end where there is none. */
  public int lineFrom(int line) {
    int end = rawEnd(line);
    int at = lineFrom[line];
    while (at < end && isSpace(Utf8.codePoint(utf8, at))) {
      at += Utf8.length(utf8[at]);
    }
    return at;
  }

  /**
   * Behind its last byte that belongs to no white space.
   *
   * @param start its {@link #lineFrom}
   */
  public int lineTo(int line, int start) {
    int at = rawEnd(line);
    while (at > start) {
      int last = before(utf8, at, start);
      if (!isSpace(Utf8.codePoint(utf8, last))) {
        break;
      }
      at = last;
    }
    return at;
  }

  private int rawEnd(int line) {
    return line + 1 < lines ? lineFrom[line + 1] - 1 : Utf8.lineEnd(utf8, lineFrom[line], to);
  }

  /** The number of words, symbols among them. */
  public int words() {
    if (words < 0) {
      findWords();
    }
    return words;
  }

  /** Where a word's first byte is. */
  public int wordFrom(int word) {
    return wordFrom[word];
  }

  /** Behind its last byte. */
  public int wordTo(int word) {
    return wordTo[word];
  }

  /** A hash of its bytes. */
  public long wordHash(int word) {
    return wordHash[word];
  }

  /** The number of words that have a core. */
  public int cores() {
    words();
    return cores;
  }

  /** Code points of all cores. */
  public long coreCharacters() {
    words();
    return coreCharacters;
  }

  /** The number of words that have a letter. */
  public int alphabetic() {
    words();
    return alphabetic;
  }

  private void findWords() {
    int[] starts = new int[64];
    int[] ends = new int[64];
    int count = 0;
    int at = from;
    while (at < to) {
      while (at < to && isSpace(Utf8.codePoint(utf8, at))) {
        at += Utf8.length(utf8[at]);
      }
      if (at == to) {
        break;
      }
      if (count == starts.length) {
        starts = Arrays.copyOf(starts, grown(count));
        ends = Arrays.copyOf(ends, starts.length);
      }
      starts[count] = at;
      at = word(at);
      ends[count++] = at;
    }
    long[] hashes = new long[count];
    for (int i = 0; i < count; i++) {
      hashes[i] = Hash128.of(utf8, starts[i], ends[i]);
    }
    wordFrom = starts;
    wordTo = ends;
    wordHash = hashes;
    words = count;
  }

  /** Reads a word, counts what it is, and returns its end. */
  private int word(int start) {
    int at = start;
    int length = 0;
    int first = -1; // character of the core
    int last = -1;
    boolean letter = false;
    while (at < to) {
      int c = Utf8.codePoint(utf8, at);
      if (isSpace(c)) {
        break;
      }
      if (isCore(c)) {
        first = first < 0 ? length : first;
        last = length;
        letter |= Character.isLetter(c);
      }
      length++;
      at += Utf8.length(utf8[at]);
    }
    if (first >= 0) {
      cores++;
      coreCharacters += last - first + 1;
      alphabetic += letter ? 1 : 0;
    }
    return at;
  }

  /** Half as much again, and no more than an array can have. */
  private static int grown(int length) {
    return (int) Math.min(Integer.MAX_VALUE - 8, length + (length >> 1) + 1L);
  }

  /** Where the code point begins that ends at {@code at}. */
  static int before(byte[] utf8, int at, int from) {
    int i = at - 1;
    while (i > from && (utf8[i] & 0xC0) == 0x80) {
      i--;
    }
    return i;
  }

  /** Letters, digits, other numbers and marks: what a word may begin and end with. */
  static boolean isCore(int c) {
    if (c < 0x80) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
    return switch (Character.getType(c)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER,
          Character.DECIMAL_DIGIT_NUMBER,
          Character.LETTER_NUMBER,
          Character.OTHER_NUMBER,
          Character.NON_SPACING_MARK,
          Character.COMBINING_SPACING_MARK,
          Character.ENCLOSING_MARK ->
          true;
      default -> false;
    };
  }

  /** Unicode's White_Space. */
  static boolean isSpace(int c) {
    if (c < 0x80) {
      return c == ' ' || (c >= '\t' && c <= '\r');
    }
    return c == 0x85
        || c == 0xA0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200A)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202F
        || c == 0x205F
        || c == 0x3000;
  }
}
