package org.seqlm.spark.words;

import java.util.Arrays;

/**
 * The counts of words by rank, equal ones next to each other once: millions of words have a few
 * thousand different counts.
 */
final class RankedCounts {
  private int[] firsts = new int[64]; // rank of the first word of each count
  private long[] counts = new long[64]; // falling
  private int size;
  private long words;

  /** Adds the count of the next words, {@code times} of them. */
  void add(long count, long times) {
    if (size == 0 || counts[size - 1] != count) {
      if (size == counts.length) {
        firsts = Arrays.copyOf(firsts, size * 2);
        counts = Arrays.copyOf(counts, size * 2);
      }
      firsts[size] = (int) words;
      counts[size++] = count;
    }
    words += times;
  }

  /** How many words were added. */
  long words() {
    return words;
  }

  /** The count of the word of a rank, 0 to {@link #words} - 1. */
  long of(int rank) {
    int at = Arrays.binarySearch(firsts, 0, size, rank);
    return counts[at < 0 ? -at - 2 : at];
  }
}
