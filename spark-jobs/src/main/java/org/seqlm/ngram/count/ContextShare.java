package org.seqlm.ngram.count;

import java.io.Serializable;

/** What one slice saw after a context that it shares with others. */
public final class ContextShare implements Serializable { // no record: Kryo cannot read those
  private static final long serialVersionUID = 1L;

  private final int[] context;
  private final byte[] counts;

  /**
   * @param context stored ids, the nearest token first
   * @param counts what {@link UnigramCounts#bytes} gives: of each follower, the empty word among
   *     them, how often it was seen, and after how many longer contexts of this slice alone
   */
  ContextShare(int[] context, byte[] counts) {
    this.context = context;
    this.counts = counts;
  }

  /** Id of the nearest token. */
  public int nearest() {
    return context[0] - 1;
  }

  int[] context() {
    return context;
  }

  byte[] counts() {
    return counts;
  }
}
