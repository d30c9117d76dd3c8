package org.seqlm.ngram.smooth;

import java.util.Locale;

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
  ADD_K,
  /** {@link JelinekMercer}. */
  JELINEK_MERCER,
  /** {@link WittenBell}. */
  WITTEN_BELL,
  /** {@link Katz}. */
  KATZ,
  /** {@link AbsoluteDiscounting}. */
  ABSOLUTE_DISCOUNTING,
  /** {@link KneserNey}. */
  KNESER_NEY,
  /** {@link StupidBackoff}. */
  STUPID_BACKOFF;

  /**
   * Whether it uses shorter contexts: those that do are estimated once and stored, the others are
   * computed from counts as they are asked for.
   */
  public boolean backsOff() {
    return this != MLE && this != ADD_K;
  }

  /** As users write it, for instance {@code kneser-ney}. */
  public String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The natural logarithm of a probability, of {@link #MLE} and {@link #ADD_K} only.
   *
   * @param count c(hw)
   * @param total c(h·), the sum of c(hw) over all w
   * @param k of {@link #ADD_K}; the other takes no notice
   * @param predictable V
   */
  public double logProbability(long count, long total, double k, int predictable) {
    if (backsOff()) {
      throw new IllegalStateException(this + " needs more than one count");
    }
    if (this == ADD_K) {
      return Math.log((count + k) / (total + k * predictable));
    }
    return count == 0 ? Double.NEGATIVE_INFINITY : Math.log((double) count / total);
  }
}
