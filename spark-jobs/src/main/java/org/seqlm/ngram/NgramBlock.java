package org.seqlm.ngram;

import java.io.Serializable;

/**
 * Counted windows as primitive arrays, sorted by key, each key once. All first ids lie in one slice
 * of {@link Slices}.
 */
public final class NgramBlock implements Counted, Serializable {
  private static final long serialVersionUID = 1L;

  private final long[] keys;
  private final long[] counts;
  private final long[] firsts;

  /**
   * @param keys packed by a {@link KeyLayout} // (window, long)
   * @param counts at least 1 // (window)
   * @param firsts positions in the stream at which each window first appears // (window)
   */
  public NgramBlock(long[] keys, long[] counts, long[] firsts) {
    this.keys = keys;
    this.counts = counts;
    this.firsts = firsts;
  }

  public long[] keys() {
    return keys;
  }

  public long[] counts() {
    return counts;
  }

  public long[] firsts() {
    return firsts;
  }

  /** The number of windows. */
  public int size() {
    return counts.length;
  }
}
