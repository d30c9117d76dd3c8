package org.seqlm.lm;

/**
 * What a model makes of a line or a document, and what it takes to compare that with models of
 * other vocabularies: the characters it stands for, and the spelling of the words that the model
 * does not know.
 *
 * @param tokens scored, line ends among them
 * @param unknown of them unknown to the model
 * @param log10 the sum of log10 p of all tokens, unknown ones among them; negative infinity if the
 *     model excludes one
 * @param characters code points of the text as the model's rules normalise it, line feeds among
 *     them
 * @param spellingLog10 log10 of the probability of the unknown words' spelling under the fixed
 *     character model ({@link Spelling}), 0 or less
 */
public record TextScore(
    long tokens, long unknown, double log10, long characters, double spellingLog10) {
  /** Nothing scored yet. */
  public static final TextScore NONE = new TextScore(0, 0, 0, 0, 0);

  private static final double BITS = Math.log(10) / Math.log(2);

  /**
   * The score of a text.
   *
   * @param nats ln p of all tokens
   * @param unknownBytes of the unknown words in UTF-8
   */
  public static TextScore of(
      long tokens, long unknown, double nats, long characters, long unknownBytes) {
    return new TextScore(
        tokens,
        unknown,
        nats / Math.log(10),
        characters,
        unknown == 0 ? 0 : -Spelling.nats(unknown, unknownBytes) / Math.log(10));
  }

  /** Both together. */
  public TextScore plus(TextScore other) {
    return new TextScore(
        tokens + other.tokens,
        unknown + other.unknown,
        log10 + other.log10,
        characters + other.characters,
        spellingLog10 + other.spellingLog10);
  }

  /**
   * 10^(-log10 / tokens), unknown words among them; infinite if the model excludes a token, NaN of
   * no tokens.
   */
  public double perplexity() {
    return Math.pow(10, -log10 / tokens);
  }

  /** What the text costs in bits, spelling included; infinite if the model excludes a token. */
  public double bits() {
    return -(log10 + spellingLog10) * BITS;
  }

  /**
   * The figure that compares models of different vocabularies; infinite if the model excludes a
   * token, NaN of no characters.
   */
  public double bitsPerCharacter() {
    return bits() / characters;
  }

  /** As numbers, to be sent, in the order of the components; counts below 2^53 stay exact. */
  public double[] packed() {
    return new double[] {tokens, unknown, log10, characters, spellingLog10};
  }

  /** What {@link #packed} packed. */
  public static TextScore unpack(double[] packed) {
    return new TextScore(
        (long) packed[0], (long) packed[1], packed[2], (long) packed[3], packed[4]);
  }
}
