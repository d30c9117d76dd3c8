package org.seqlm.corpus;

import java.util.Arrays;

/**
 * The last tokens of a stream, with the documents that begin among them. Line ends that follow each
 * other are kept as one, as n-grams that do not end at them go on over any number.
 */
public final class History {
  private final int reach;
  private final int lineEnd;
  private int[] ids = new int[0];
  private int[] documentStarts = new int[0];

  /**
   * @param reach the most tokens to remember
   * @param lineEnd id of the token that ends a line, -1 where there is none
   */
  public History(int reach, int lineEnd) {
    this.reach = reach;
    this.lineEnd = lineEnd;
  }

  /** The tokens, the nearest last; at most as many as the reach. */
  public int[] ids() {
    return ids;
  }

  /** Positions in {@link #ids}, rising. */
  public int[] documentStarts() {
    return documentStarts;
  }

  /** The tokens go on; {@code starts} are positions in {@code tokens}, rising. */
  public void read(int[] tokens, int[] starts) {
    int[] kept = new int[reach]; // from the end
    boolean[] start = new boolean[reach];
    int old = ids.length;
    int n = 0;
    int at = starts.length - 1;
    int oldAt = documentStarts.length - 1;
    for (int i = tokens.length - 1; i >= -old; i--) {
      int id = i >= 0 ? tokens[i] : ids[old + i];
      boolean starting;
      if (i >= 0) {
        starting = at >= 0 && starts[at] == i;
        at -= starting ? 1 : 0;
      } else {
        starting = oldAt >= 0 && documentStarts[oldAt] == old + i;
        oldAt -= starting ? 1 : 0;
      }
      if (id == lineEnd && n > 0 && kept[reach - n] == lineEnd) {
        start[reach - n] |= starting;
        continue;
      }
      if (n == reach) {
        break;
      }
      n++;
      kept[reach - n] = id;
      start[reach - n] = starting;
    }
    ids = Arrays.copyOfRange(kept, reach - n, reach);
    int from = reach - n;
    documentStarts = java.util.stream.IntStream.range(0, n).filter(i -> start[from + i]).toArray();
  }

  /** {@link #documentStarts} and then {@code starts}, as positions in the tokens of both. */
  public int[] documentStartsWith(int[] starts) {
    int offset = ids.length;
    int[] both = Arrays.copyOf(documentStarts, documentStarts.length + starts.length);
    for (int i = 0; i < starts.length; i++) {
      both[documentStarts.length + i] = starts[i] + offset;
    }
    return both;
  }
}
