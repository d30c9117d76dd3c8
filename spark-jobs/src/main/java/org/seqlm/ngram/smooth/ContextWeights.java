package org.seqlm.ngram.smooth;

/**
 * A context, smoothed: what {@link Smoothing#context} of all its followers makes, for one follower
 * after the other.
 *
 * @param backoff γ(h)
 * @param probability of the followers that are kept
 */
public record ContextWeights(double backoff, Probability probability) {
  /** Where nothing is kept. */
  static final ContextWeights NOTHING_KEPT = new ContextWeights(1, (count, lower) -> Double.NaN);

  /** p(w|h) of a kept follower. */
  @FunctionalInterface
  public interface Probability {
    /**
     * @param count c(hw) or a(hw)
     * @param lower p(w|h'), 1/V at order 1
     */
    double of(long count, double lower);
  }
}
