package org.seqlm.ngram;

/** How counts become probabilities. */
public enum Estimator {
  /**
   * Maximum likelihood: {@code P(w|h) = c(hw) / c(h·)}. What was not seen has probability zero, and
   * after a context that was not seen so has every token.
   */
  MLE,
  /**
   * Lidstone's: {@code P(w|h) = (c(hw) + k) / (c(h·) + kV)}, V the number of tokens that can follow
   * (Chen and Goodman, "An Empirical Study of Smoothing Techniques for Language Modeling", 1998,
   * section 2.1). After a context that was not seen all tokens are equally likely.
   */
  ADD_K;

  /**
   * The natural logarithm of a probability.
   *
   * @param count c(hw)
   * @param total c(h·), the sum of c(hw) over all w
   * @param k of {@link #ADD_K}; the other takes no notice
   * @param predictable V
   */
  double logProbability(long count, long total, double k, int predictable) {
    if (this == ADD_K) {
      return Math.log((count + k) / (total + k * predictable));
    }
    return count == 0 ? Double.NEGATIVE_INFINITY : Math.log((double) count / total);
  }
}
