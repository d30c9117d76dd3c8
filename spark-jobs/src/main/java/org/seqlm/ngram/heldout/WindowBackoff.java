package org.seqlm.ngram.heldout;

import java.io.IOException;

/**
 * What a slice of a back-off model says of windows that come in the order of their keys, as {@code
 * BackoffModel} does of any: all of it but the unigrams is in the slice.
 */
public final class WindowBackoff {
  private final ContextCursor slice; // null at order 1
  private double log;

  /**
   * @param slice of the model, read in step with the windows; null at order 1, which has none
   */
  public WindowBackoff(ContextCursor slice) {
    this.slice = slice;
  }

  /**
   * Goes on to a window.
   *
   * @param context reversed, the nearest token from place 1 on
   * @param length of the context
   * @return how many words the n-gram has that its probability comes from; 0 where that is the
   *     unigram's
   */
  public int seek(int[] context, int length, int word) throws IOException {
    int depth = length == 0 || slice == null ? 0 : slice.seek(context, length);
    double backoff = 0;
    for (int m = depth; m > 0; m--) {
      ContextCursor.Context here = slice.context(m);
      int at = here.find(word);
      if (at >= 0) {
        log = backoff + here.logProbability(at);
        return m + 1;
      }
      backoff += here.logBackoff();
    }
    log = backoff;
    return 0;
  }

  /**
   * The decimal logarithm of the window's probability; where the last {@link #seek} gave 0, of what
   * backing off to the unigram costs.
   */
  public double logProbability() {
    return log;
  }
}
