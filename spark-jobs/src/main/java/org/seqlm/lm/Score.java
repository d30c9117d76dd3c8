package org.seqlm.lm;

/**
 * What a model makes of some tokens.
 *
 * @param tokens scored
 * @param unknown of them outside the model's vocabulary, scored as {@code <unk>}
 * @param zeroProbability of them excluded by the model; their infinite cost is not in {@code nats}
 * @param nats total cross-entropy, {@code -sum ln P(token | all before)}
 */
public record Score(long tokens, long unknown, long zeroProbability, double nats) {
  /** Nothing scored yet. */
  public static final Score NONE = new Score(0, 0, 0, 0);

  /** Both together. */
  public Score plus(Score other) {
    return new Score(
        tokens + other.tokens,
        unknown + other.unknown,
        zeroProbability + other.zeroProbability,
        nats + other.nats);
  }

  /**
   * Mean cross-entropy in nats a token; infinite if the model excluded any, NaN if nothing was
   * scored.
   */
  public double natsPerToken() {
    return zeroProbability > 0 ? Double.POSITIVE_INFINITY : nats / tokens;
  }

  /** Mean cross-entropy in bits a token. */
  public double bitsPerToken() {
    return natsPerToken() / Math.log(2);
  }

  /** {@code exp} of the mean cross-entropy in nats. */
  public double perplexity() {
    return Math.exp(natsPerToken());
  }
}
