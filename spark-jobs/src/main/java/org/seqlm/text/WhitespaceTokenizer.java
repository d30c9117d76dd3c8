package org.seqlm.text;

import java.util.List;

/**
 * What stands between KenLM's five separators (NUL, tab, line feed, carriage return, space) is a
 * token; see {@code kSpaces} in KenLM's {@code util/file_piece.hh}.
 */
final class WhitespaceTokenizer implements Tokenizer {
  private static final long SEPARATORS =
      1L | 1L << '\t' | 1L << '\n' | 1L << '\r' | 1L << ' '; // by code

  private final Normalizer normalizer;

  WhitespaceTokenizer(TextRules rules) {
    normalizer = new Normalizer(rules);
  }

  @Override
  public int tokenize(byte[] utf8, int from, int to, TokenSink sink) {
    normalizer.normalize(utf8, from, to);
    byte[] bytes = normalizer.bytes();
    int end = normalizer.to();
    int i = normalizer.from();
    while (true) {
      while (i < end && separates(bytes[i])) {
        i++;
      }
      if (i == end) {
        return Utf8.codePoints(bytes, normalizer.from(), end);
      }
      int start = i;
      while (i < end && !separates(bytes[i])) {
        i++;
      }
      sink.token(bytes, start, i);
    }
  }

  private static boolean separates(byte b) {
    return b <= ' ' && b >= 0 && (SEPARATORS >>> b & 1) != 0;
  }

  @Override
  public String detokenize(List<String> tokens) {
    return Lines.join(tokens, Punctuation.DROP);
  }
}
