package org.seqlm.ngram;

/**
 * What a Markov model makes of a text.
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
 */
public record NgramScore(
    Estimator estimator,
    int order,
    Double k,
    long tokens,
    long zeroProbability,
    Double natsPerToken,
    Double bitsPerToken,
    Double perplexity) {

  static NgramScore of(
      Estimator estimator, int order, Double k, long tokens, long zeros, double logProbability) {
    if (tokens == 0 || zeros > 0) {
      return new NgramScore(estimator, order, k, tokens, zeros, null, null, null);
    }
    double nats = -logProbability / tokens;
    return new NgramScore(
        estimator, order, k, tokens, zeros, nats, nats / Math.log(2), Math.exp(nats));
  }
}
