package org.seqlm.metrics;

import java.util.List;

/**
 * What one model makes of one split.
 *
 * @param name as the user named it
 * @param kind for instance {@code lstm 1x128} or {@code 3-gram add-k 0.01}
 * @param vocabulary fingerprint; perplexities compare within one vocabulary and one token count
 *     only
 * @param tokens scored
 * @param unknown scored tokens outside the model's vocabulary
 * @param zeroProbability tokens that the model excludes; with any, the sums below are infinite and
 *     written as null
 * @param nats total cross-entropy
 * @param natsPerToken mean
 * @param bitsPerToken mean, in bits
 * @param perplexity exponential of the mean
 * @param bitsPerCharacter total bits by the split's characters, where an unknown token also pays
 *     for its spelling
 * @param perplexityWithoutUnknown leaves out the unknown tokens' own terms, as KenLM's 'excluding
 *     OOVs'
 * @param orders by the order of the n-gram that each token's probability came from; empty where the
 *     model knows no such thing
 */
public record ModelScore(
    String name,
    String kind,
    String vocabulary,
    long tokens,
    long unknown,
    long zeroProbability,
    Double nats,
    Double natsPerToken,
    Double bitsPerToken,
    Double perplexity,
    Double bitsPerCharacter,
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

  public ModelScore {
    // Evaluations of earlier releases have none.
    orders = orders == null ? List.of() : List.copyOf(orders);
  }

  /** A score that tells nothing of unknown tokens and orders. */
  public ModelScore(
      String name,
      String kind,
      String vocabulary,
      long tokens,
      long unknown,
      long zeroProbability,
      Double nats,
      Double natsPerToken,
      Double bitsPerToken,
      Double perplexity,
      Double bitsPerCharacter) {
    this(
        name,
        kind,
        vocabulary,
        tokens,
        unknown,
        zeroProbability,
        nats,
        natsPerToken,
        bitsPerToken,
        perplexity,
        bitsPerCharacter,
        null,
        List.of());
  }
}
