package org.seqlm.text;

import java.util.List;

/**
 * Words by Unicode: a word begins with a letter or digit and goes on through letters, marks and
 * digits. An apostrophe (U+0027, U+2019) or a run of zero-width joiners and non-joiners (U+200D,
 * U+200C) belongs to the word if a letter or digit follows. Everything else separates; with {@link
 * Punctuation#KEEP} every other visible code point, with the marks that follow it, is a token too.
 */
final class WordTokenizer implements Tokenizer {
  private static final int ZWNJ = 0x200C;
  private static final int ZWJ = 0x200D;

  private static final int MARKS =
      1 << Character.NON_SPACING_MARK
          | 1 << Character.COMBINING_SPACING_MARK
          | 1 << Character.ENCLOSING_MARK;
  private static final int INVISIBLE =
      1 << Character.CONTROL
          | 1 << Character.FORMAT
          | 1 << Character.SURROGATE
          | 1 << Character.UNASSIGNED
          | 1 << Character.SPACE_SEPARATOR
          | 1 << Character.LINE_SEPARATOR
          | 1 << Character.PARAGRAPH_SEPARATOR
          | MARKS;

  private final Normalizer normalizer;
  private final Punctuation punctuation;

  WordTokenizer(TextRules rules) {
    normalizer = new Normalizer(rules);
    punctuation = rules.punctuation();
  }

  @Override
  public int tokenize(byte[] utf8, int from, int to, TokenSink sink) {
    normalizer.normalize(utf8, from, to);
    byte[] bytes = normalizer.bytes();
    int end = normalizer.to();
    int i = normalizer.from();
    while (i < end) {
      int c = Utf8.codePoint(bytes, i);
      int next = i + Utf8.length(bytes[i]);
      if (startsWord(c)) {
        next = wordEnd(bytes, next, end);
        sink.token(bytes, i, next);
      } else if (punctuation == Punctuation.KEEP && visible(c)) {
        while (next < end && bytes[next] < 0 && isMark(Utf8.codePoint(bytes, next))) {
          next += Utf8.length(bytes[next]);
        }
        sink.token(bytes, i, next);
      }
      i = next;
    }
    return Utf8.codePoints(bytes, normalizer.from(), end);
  }

  private static int wordEnd(byte[] bytes, int from, int end) {
    int i = from;
    while (i < end) {
      int c = Utf8.codePoint(bytes, i);
      int next = i + Utf8.length(bytes[i]);
      if (!startsWord(c) && !isMark(c)) {
        if (c == ZWNJ || c == ZWJ) {
          while (next < end && isJoiner(Utf8.codePoint(bytes, next))) {
            next += Utf8.length(bytes[next]);
          }
        } else if (c != '\'' && c != 0x2019) {
          return i;
        }
        if (next >= end || !startsWord(Utf8.codePoint(bytes, next))) {
          return i;
        }
      }
      i = next;
    }
    return end;
  }

  private static boolean isJoiner(int c) {
    return c == ZWNJ || c == ZWJ;
  }

  private static boolean startsWord(int c) {
    if (c < 0x80) {
      int folded = c | 0x20;
      return (folded >= 'a' && folded <= 'z') || (c >= '0' && c <= '9');
    }
    return Character.isLetterOrDigit(c);
  }

  private static boolean isMark(int c) {
    return c >= 0x80 && (MARKS >> Character.getType(c) & 1) != 0;
  }

  private static boolean visible(int c) {
    return (INVISIBLE >> Character.getType(c) & 1) == 0;
  }

  @Override
  public String detokenize(List<String> tokens) {
    return Lines.join(tokens, punctuation);
  }
}
