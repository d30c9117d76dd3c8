package org.seqlm.ngram.stats;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * The n-grams of one order that appear at least so often, and of very many those that appear most
 * often, then those of the least ids, in whatever order they come: as many as a table has rows, and
 * 65,536 more, of which those that appear as often as its last row may be first in the text.
 */
public final class FrequentRows {
  /** Of the n-grams that appear as often as the last row so many are looked up, or all its rows. */
  static final int MOST_EQUAL = 1 << 16;

  private final int most;
  private final PriorityQueue<long[]> best; // the worst first
  private long least;

  /**
   * @param n tokens of each n-gram
   * @param least count that is asked for
   * @param rows of the table
   */
  public FrequentRows(int n, long least, int rows) {
    this.least = least;
    this.most = rows + MOST_EQUAL;
    Comparator<long[]> byCount = Comparator.comparingLong(row -> row[n]);
    Comparator<long[]> byIds = (a, b) -> Arrays.compare(a, 0, n, b, 0, n);
    this.best = new PriorityQueue<>(byCount.thenComparing(byIds.reversed()));
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
    if (!takes(row[row.length - 1])) {
      return;
    }
    best.add(row);
    if (best.size() > most) {
      best.poll();
      long[] worst = best.peek();
      least = worst[worst.length - 1];
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
    return best.toArray(new long[0][]);
  }
}
