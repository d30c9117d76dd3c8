package org.seqlm.ngram.count;

import java.io.Serializable;
import java.util.Arrays;

/**
 * How many n-grams of one order have each small count. {@code <s>} alone is not among them; n-grams
 * that pruning leaves out are.
 *
 * @param types n-grams with count 1, 2, …, {@link #HIGHEST} // (HIGHEST)
 * @param total sum of all counts
 */
public record CountsOfCounts(long[] types, long total) implements Serializable {
  /** What Katz with k = 7 needs: n1 to n8. */
  public static final int HIGHEST = 8;

  /** n_r, the number of n-grams with count r, 1 to {@link #HIGHEST}. */
  public long n(int r) {
    return types[r - 1];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CountsOfCounts that
        && total == that.total
        && Arrays.equals(types, that.types);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(types) * 31 + Long.hashCode(total);
  }

  @Override
  public String toString() {
    return "n1.." + HIGHEST + " " + Arrays.toString(types) + ", total " + total;
  }
}
