package org.seqlm.spark.ngrams;

import java.io.Serializable;
import org.seqlm.ngram.count.Slices;
import org.seqlm.ngram.count.UnigramCounts;
import org.seqlm.ngram.smooth.WordProbabilities;

/**
 * The share of a slice, or of what slices share of a tree, in the counts of a range of unigrams.
 */
public final class SliceShare implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int slice; // or what tree gives
  private final byte[] counts;

  /**
   * @param slice or what {@link #tree} gives
   * @param counts what {@link UnigramCounts#bytes} gives
   */
  SliceShare(int slice, byte[] counts) {
    this.slice = slice;
    this.counts = counts;
  }

  /** Stands for a tree in the place of a slice. */
  static int tree(int tree) {
    return -1 - tree;
  }

  /** The slices that want the words' probabilities: the first and the last. */
  int[] wantedBy(Slices slices) {
    return slice >= 0 ? new int[] {slice, slice} : slices.slicesOf(-1 - slice);
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

  /**
   * The answer to this.
   *
   * @param range of the words
   * @param ids of the words, rising // (size)
   * @param probabilities // (size)
   */
  SliceWords reply(int range, int[] ids, double[] probabilities) {
    return new SliceWords(
        slice >= 0 ? -1 : -1 - slice, range, WordProbabilities.list(ids, probabilities));
  }
}
