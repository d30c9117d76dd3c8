package org.seqlm.corpus;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.seqlm.vocab.TokenTable;

/** The last tokens of the range, which the next range's n-grams reach back to. */
final class RangeTail {
  private final int lineEnd;
  private final int[] ids = new int[RangeSummary.MAX_TAIL];
  private final byte[][] ring = new byte[RangeSummary.MAX_TAIL][];
  private final boolean[] starts = new boolean[RangeSummary.MAX_TAIL];
  private int last = RangeSummary.MAX_TAIL - 1; // place of the token added last
  private long added;
  private long spelled;
  private boolean starting;

  /**
   * @param lineEnd id of the token that ends a line, -1 where there is none
   */
  RangeTail(int lineEnd) {
    this.lineEnd = lineEnd;
  }

  /** A document begins with the next token. */
  void startDocument() {
    starting = true;
  }

  /** Adds the local id of the next token. */
  void add(int id) {
    if (id == lineEnd && added > 0 && id == ids[last]) {
      // Line ends that follow each other are one: no number of empty lines hides the words.
      starts[last] |= starting;
      starting = false;
      return;
    }
    added++;
    last = last + 1 == ids.length ? 0 : last + 1;
    ids[last] = id;
    starts[last] = starting;
    starting = false;
  }

  /** Writes out the ids added since the last call, before their dictionary ends. */
  void spell(TokenTable table, int reserved) {
    for (long i = Math.max(spelled, added - ids.length); i < added; i++) {
      int slot = (int) (i % ids.length);
      int id = ids[slot] - reserved;
      ring[slot] =
          id < 0 ? new byte[0] : Arrays.copyOfRange(table.arena(), table.start(id), table.end(id));
    }
    spelled = added;
  }

  /** See {@link RangeSummary#tail}. */
  byte[][] tokens() {
    int n = (int) Math.min(added, ring.length);
    byte[][] tokens = new byte[n][];
    for (int i = 0; i < n; i++) {
      tokens[i] = ring[(int) ((added - n + i) % ring.length)];
    }
    return tokens;
  }

  /** See {@link RangeSummary#tailDocuments}. */
  int[] documents() {
    int n = (int) Math.min(added, ring.length);
    return IntStream.range(0, n)
        .filter(i -> starts[(int) ((added - n + i) % ring.length)])
        .toArray();
  }
}
