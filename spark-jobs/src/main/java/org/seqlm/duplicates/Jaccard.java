package org.seqlm.duplicates;

/** How alike two sets are: |A and B| / |A or B| (Jaccard 1901; Broder 1997, definition 1). */
public final class Jaccard {
  private Jaccard() {}

  /**
   * The similarity of two documents, 0 to 1: exact unless one has {@link Shingles#MOST} shingles or
   * more.
   *
   * @param a its shingles, rising, as {@link Shingles#end} gives them
   * @param b those of the other
   */
  public static double of(long[] a, long[] b) {
    return of(a, b, Shingles.MOST);
  }

  /**
   * The same for sets of at most {@code most}: where one is as large, only hashes up to its last
   * count in both, which are a sample of the union (Broder 1997, theorem 1).
   *
   * @return 0 if both are empty
   */
  public static double of(long[] a, long[] b, int most) {
    long bound = Long.MAX_VALUE;
    if (a.length >= most) {
      bound = a[a.length - 1];
    }
    if (b.length >= most) {
      bound = Math.min(bound, b[b.length - 1]);
    }
    int common = 0;
    int union = 0;
    int i = 0;
    int j = 0;
    while (i < a.length || j < b.length) {
      long next = j == b.length ? a[i] : i == a.length ? b[j] : Math.min(a[i], b[j]);
      if (next > bound) {
        break;
      }
      boolean inA = i < a.length && a[i] == next;
      boolean inB = j < b.length && b[j] == next;
      i += inA ? 1 : 0;
      j += inB ? 1 : 0;
      common += inA && inB ? 1 : 0;
      union++;
    }
    return union == 0 ? 0 : (double) common / union;
  }
}
