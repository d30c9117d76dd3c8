package org.seqlm.profile;

import org.seqlm.ngram.stats.Frequencies;

/**
 * Measures of a vocabulary from its counts of counts alone: V words, V_f of which stand f times
 * among N tokens. {@link #yule} and {@link #simpson} hardly depend on N (Tweedie and Baayen, "How
 * variable may a constant be?", 1998); the others do, and compare texts of one length only.
 *
 * @param yule Yule's K, {@code 10^4 (Σ f² V_f − N) / N²} (Yule 1944)
 * @param simpson the probability that two tokens drawn without replacement are one word, {@code Σ
 *     V_f f (f − 1) / (N (N − 1))} (Simpson 1949)
 * @param ratio V / N
 * @param guiraud {@code V / √N} (Guiraud 1954)
 * @param herdan {@code ln V / ln N} (Herdan 1960)
 * @param once share of the words that stand once, V_1 / V
 */
public record Richness(
    double yule, double simpson, double ratio, double guiraud, double herdan, double once) {
  /**
   * Of some words.
   *
   * @return null where there are fewer than two tokens
   */
  public static Richness of(Frequencies words) {
    double n = words.tokens();
    double v = words.types();
    if (n < 2) {
      return null;
    }
    double squares = 0;
    double pairs = 0;
    for (long f : words.falling()) {
      squares += (double) f * f * words.types(f);
      pairs += (double) f * (f - 1) * words.types(f);
    }
    return new Richness(
        1e4 * (squares - n) / (n * n),
        pairs / (n * (n - 1)),
        v / n,
        v / Math.sqrt(n),
        Math.log(v) / Math.log(n),
        words.types(1) / v);
  }
}
