package org.seqlm.ngram.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The n-grams of one order that appear at least so often. Those that appear just so often may be
 * very many: only 65,536 of them are kept, those of the least ids, in whatever order they come.
 */
public final class FrequentRows {
  private static final int MOST_EQUAL = 1 << 16;

  private final long least;
  private final List<long[]> above = new ArrayList<>();
  private final PriorityQueue<long[]> equal;

  /**
   * @param n tokens of each n-gram
   * @param least count that is asked for
   */
  public FrequentRows(int n, long least) {
    this.least = least;
    Comparator<long[]> byIds = (a, b) -> Arrays.compare(a, 0, n, b, 0, n);
    this.equal = new PriorityQueue<>(byIds.reversed());
  }

  /** Whether an n-gram of this count can be one of the rows. */
  public boolean takes(long count) {
    return count >= least;
  }

  /**
   * Takes a row.
   *
   * @param row the n-gram's ids, and its count // (n + 1)
   */
  public void add(long[] row) {
    long count = row[row.length - 1];
    if (count > least) {
      above.add(row);
    } else if (count == least) {
      equal.add(row);
      if (equal.size() > MOST_EQUAL) {
        equal.poll();
      }
    }
  }

  /** Takes what {@link #rows} of another one gave. */
  public FrequentRows addAll(long[][] rows) {
    for (long[] row : rows) {
      add(row);
    }
    return this;
  }

  /** The rows, in no order // (rows, n + 1). */
  public long[][] rows() {
    List<long[]> rows = new ArrayList<>(above);
    rows.addAll(equal);
    return rows.toArray(new long[0][]);
  }
}
