package org.seqlm.ngram.heldout;

import java.util.ArrayList;
import java.util.List;
import org.seqlm.lm.Score;
import org.seqlm.ngram.smooth.Estimator;

/**
 * What a model of counted n-grams makes of a text.
 *
 * @param estimator of the model
 * @param order of its n-grams
 * @param k of add-k, else null
 * @param tokens scored
 * @param zeroProbability tokens that the model excludes; with any, the figures below are infinite
 *     and given as null
 * @param natsPerToken cross-entropy
 * @param bitsPerToken the same in bits
 * @param perplexity exponential of {@code natsPerToken}
 * @param perplexityWithoutUnknown leaves out the unknown tokens' own terms, as KenLM's 'excluding
 *     OOVs'; null if it is infinite
 * @param orders by the order of the n-gram that each token's probability came from; empty where the
 *     model does not back off
 */
public record NgramScore(
    Estimator estimator,
    int order,
    Double k,
    long tokens,
    long zeroProbability,
    Double natsPerToken,
    Double bitsPerToken,
    Double perplexity,
    Double perplexityWithoutUnknown,
    List<OrderHits> orders) {

  /**
   * The tokens whose probability came from the n-grams of one order.
   *
   * @param order of the n-grams
   * @param tokens so many
   * @param share of all scored tokens, 0 to 1
   * @param bitsPerToken their mean cross-entropy; null if there are none
   */
  public record OrderHits(int order, long tokens, double share, Double bitsPerToken) {}

  public NgramScore {
    orders = orders == null ? List.of() : List.copyOf(orders);
  }

  /** The figures of a score. */
  public static NgramScore of(Estimator estimator, int order, Double k, Score score) {
    List<OrderHits> orders = new ArrayList<>();
    for (int i = 0; i < score.orders().size(); i++) {
      Score.Hits hits = score.orders().get(i);
      orders.add(
          new OrderHits(
              i + 1,
              hits.tokens(),
              score.tokens() == 0 ? 0 : (double) hits.tokens() / score.tokens(),
              finite(hits.nats() / hits.tokens() / Math.log(2))));
    }
    return new NgramScore(
        estimator,
        order,
        k,
        score.tokens(),
        score.zeroProbability(),
        finite(score.natsPerToken()),
        finite(score.bitsPerToken()),
        finite(score.perplexity()),
        finite(score.perplexityWithoutUnknown()),
        orders);
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
