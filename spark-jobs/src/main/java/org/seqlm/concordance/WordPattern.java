package org.seqlm.concordance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Which words are meant: one, or all that have the pieces of a pattern in their order, with any
 * letters between them.
 *
 * @param pieces of the pattern between its stars; one means the word itself
 */
record WordPattern(List<String> pieces) implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  WordPattern {
    pieces = List.copyOf(pieces);
  }

  boolean isWord() {
    return pieces.size() == 1;
  }

  /** The bytes of the word, or of what all words begin with. */
  byte[] beginning() {
    return pieces.get(0).getBytes(StandardCharsets.UTF_8);
  }

  /** Gives a run's words that it means. */
  void read(TermRun run, TermRun.TermSink sink) throws IOException {
    if (isWord()) {
      run.find(beginning(), sink);
    } else {
      run.scan(beginning(), matcher(), sink);
    }
  }

  /** A test of words in UTF-8. A piece of whole code points is found in bytes only where it is. */
  java.util.function.Predicate<byte[]> matcher() {
    byte[][] parts =
        pieces.stream().map(p -> p.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    return term -> matches(parts, term);
  }

  private static boolean matches(byte[][] parts, byte[] term) {
    byte[] first = parts[0];
    byte[] last = parts[parts.length - 1];
    if (parts.length == 1) {
      return Arrays.equals(first, term);
    }
    int end = term.length - last.length;
    if (end < first.length || !isAt(first, term, 0) || !isAt(last, term, end)) {
      return false;
    }
    int from = first.length;
    // The first place of each piece leaves most for those behind it.
    for (int i = 1; i < parts.length - 1; i++) {
      while (from + parts[i].length <= end && !isAt(parts[i], term, from)) {
        from++;
      }
      if (from + parts[i].length > end) {
        return false;
      }
      from += parts[i].length;
    }
    return true;
  }

  private static boolean isAt(byte[] piece, byte[] term, int at) {
    return Arrays.equals(term, at, at + piece.length, piece, 0, piece.length);
  }
}
