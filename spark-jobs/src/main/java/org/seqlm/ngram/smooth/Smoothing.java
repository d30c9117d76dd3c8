package org.seqlm.ngram.smooth;

import org.seqlm.ngram.count.CountKind;

/**
 * One back-off estimator with all its parameters: what the counts of one context become, given the
 * probabilities of the next shorter context. Immutable, without state between contexts, so that
 * contexts may be smoothed in any order and on any machine.
 *
 * <p>With h a context of n-1 words and h' the same without its farthest word, every model is
 * defined by the probabilities p(w|h) of the followers w it keeps and by one back-off weight γ(h):
 * p(w|h) = γ(h)·p(w|h') for all others. A context that was never seen has γ = 1. Below the unigrams
 * stands the uniform distribution, 1/V.
 */
public interface Smoothing {
  /** Which counts the orders below the highest are estimated from. */
  CountKind counts();

  /**
   * Smooths one context.
   *
   * @param order n of the n-grams hw, 1 for the empty context
   * @param size followers of h
   * @param counts c(hw) or a(hw), at least 1 each // (size)
   * @param kept whether pruning left the n-gram // (size)
   * @param lower p(w|h'), 1/V at order 1 // (size)
   * @param probabilities receives p(w|h) of the followers that are kept; may be the array {@code
   *     lower} // (size)
   * @return γ(h), such that what is kept and what is not sum to 1
   */
  double context(
      int order, int size, long[] counts, boolean[] kept, double[] lower, double[] probabilities);

  /** Begins to add up the followers of a context of {@code order} - 1 words. */
  default FollowerSums sums(int order) {
    return new FollowerSums();
  }

  /**
   * Smooths a context where its followers are too many for one task or one memory: gives, bit for
   * bit, what {@link #context} does.
   *
   * @param order n of the n-grams hw, 1 for the empty context
   * @param sums of all followers, which {@link #sums} began; of the empty context any
   */
  ContextWeights weights(int order, FollowerSums sums);
}
