package org.seqlm.ngram;

import java.io.IOException;

/**
 * Receives the n-grams of a slice, or the unigrams, context by context, and puts them into some
 * other form.
 *
 * @see NgramWalk
 */
public interface NgramSink {
  /**
   * Takes a context; the arrays are used again for the next. Those of a length come in the order of
   * their ids, the nearest first. Of many unigrams, some come at a time.
   *
   * @param reversed ids of the context, the nearest first, from place 1 on
   * @param length of the context, 0 to N-1
   * @param size followers
   * @param words their ids, rising // (size)
   * @param counts how often each n-gram appears; null where only a model is read // (size)
   * @param logProbabilities decimal logarithms, NaN for what the model left out and for {@code
   *     <s>}; null where only counts are read // (size)
   * @param logBackoffs decimal logarithms of the weights of the n-grams as contexts, 0 for those
   *     that are none, NaN for what the model left out and for its highest order; null where only
   *     counts are read // (size)
   */
  void context(
      int[] reversed,
      int length,
      int size,
      int[] words,
      long[] counts,
      float[] logProbabilities,
      float[] logBackoffs)
      throws IOException;

  /** Ends the slice: hands on what is still held back; streams stay open. */
  void finish() throws IOException;
}
