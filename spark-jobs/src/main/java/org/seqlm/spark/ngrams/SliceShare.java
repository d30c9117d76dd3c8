package org.seqlm.spark.ngrams;

import java.io.Serializable;
import org.seqlm.ngram.count.UnigramCounts;

/**
 * A slice's share of counts that are not its own alone: of the unigrams, or of a hot token's head.
 */
public final class SliceShare implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int slice;
  private final byte[] counts;

  /**
   * @param counts what {@link UnigramCounts#bytes} gives
   */
  SliceShare(int slice, byte[] counts) {
    this.slice = slice;
    this.counts = counts;
  }

  int slice() {
    return slice;
  }

  /** The counts as they are sent. */
  byte[] packed() {
    return counts;
  }

  UnigramCounts counts() {
    UnigramCounts unpacked = new UnigramCounts();
    unpacked.addAll(counts);
    return unpacked;
  }
}
