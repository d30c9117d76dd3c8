package org.seqlm.ngram.heldout;

import java.util.ArrayList;
import java.util.List;
import org.seqlm.ngram.smooth.JelinekMercer;

/**
 * One step of expectation-maximisation for the λ of {@link JelinekMercer} over a held-out text
 * (Dempster, Laird and Rubin 1977; Chen and Goodman 1998, section 2.3). Each held-out token is
 * taken as drawn at one order: at order n with probability λ of what reached it, else at a shorter
 * one. With r the posterior of "at n",
 *
 * <pre>
 *   r      = λ p_ML(w|h) / (λ p_ML(w|h) + (1 - λ) p(w|h'))
 *   λ_next = (Σ weight r + λ0) / (Σ weight + 1)
 * </pre>
 *
 * where a token weighs 1 at the longest context that was seen, and 1 - r of it reaches the next
 * shorter. The single event added to each bucket, drawn at n with probability λ0 (a Beta prior),
 * keeps λ off 0 and 1, where words would lose all probability or the longer context all use, and
 * gives λ0 to buckets of which the held-out text has nothing to say. No step lowers the likelihood
 * of the held-out text with these events.
 *
 * <p>Sums are exact, so that the result depends neither on how the held-out text was cut nor on the
 * order in which the parts are merged.
 */
final class JelinekMercerTuning {
  private final JelinekMercer current;
  private final double prior;
  private final List<ExactSum> weights = new ArrayList<>(); // (order, BUCKETS)
  private final List<ExactSum> expectations = new ArrayList<>(); // (order, BUCKETS)

  /**
   * @param current the λ to improve on; the probabilities of all events are taken under them
   * @param prior λ0, the same in every step; greater than 0 and below 1
   */
  public JelinekMercerTuning(JelinekMercer current, double prior) {
    if (!(prior > 0 && prior < 1)) {
      throw new IllegalArgumentException("prior " + prior);
    }
    this.current = current;
    this.prior = prior;
    for (int i = 0; i < current.order() * JelinekMercer.BUCKETS; i++) {
      weights.add(new ExactSum());
      expectations.add(new ExactSum());
    }
  }

  /**
   * One held-out token at one order. To be called from the longest context that was seen, with
   * weight 1, down to the empty one, each with the weight that the call before has left.
   *
   * @param order n, 1 for the empty context
   * @param bucket of the context h, {@link JelinekMercer#bucket}
   * @param weight 0 to 1
   * @param maximumLikelihood c(hw) / Σ c(hv); where pruning left hw out, p(w|h') times the share of
   *     what was pruned after h
   * @param lower p(w|h'), greater than 0
   * @return weight (1 - r), what reaches order n - 1
   */
  public double event(
      int order, int bucket, double weight, double maximumLikelihood, double lower) {
    return event(order, bucket, weight, maximumLikelihood, lower, 1);
  }

  /** The same for a token that appears so many times after the same context. */
  double event(
      int order, int bucket, double weight, double maximumLikelihood, double lower, long times) {
    double lambda = current.lambda(order, bucket);
    double here = lambda * maximumLikelihood;
    double drawn = weight * here / (here + (1 - lambda) * lower);
    int at = (order - 1) * JelinekMercer.BUCKETS + bucket;
    weights.get(at).add(weight, times);
    expectations.get(at).add(drawn, times);
    return weight - drawn;
  }

  /** The sums so far as numbers that {@link #add} takes: a small message from a task. */
  public long[] sums() {
    long[] sums = new long[4 * weights.size()];
    for (int i = 0; i < weights.size(); i++) {
      sums[4 * i] = weights.get(i).high();
      sums[4 * i + 1] = weights.get(i).low();
      sums[4 * i + 2] = expectations.get(i).high();
      sums[4 * i + 3] = expectations.get(i).low();
    }
    return sums;
  }

  /** Adds the {@link #sums} of another part of the held-out text, under the same λ. */
  public void add(long[] sums) {
    for (int i = 0; i < weights.size(); i++) {
      weights.get(i).add(new ExactSum(sums[4 * i], sums[4 * i + 1]));
      expectations.get(i).add(new ExactSum(sums[4 * i + 2], sums[4 * i + 3]));
    }
  }

  /** The next λ. */
  public JelinekMercer maximised() {
    double[][] lambdas = current.lambdas();
    for (int i = 0; i < weights.size(); i++) {
      double[] order = lambdas[i / JelinekMercer.BUCKETS];
      int bucket = i % JelinekMercer.BUCKETS;
      order[bucket] = (expectations.get(i).value() + prior) / (weights.get(i).value() + 1);
    }
    return new JelinekMercer(lambdas);
  }
}
