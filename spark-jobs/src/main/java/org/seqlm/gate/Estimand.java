package org.seqlm.gate;

/**
 * What the gain is a mean of. A document's gain is (champion's bits − challenger's bits) /
 * characters, in bits a character; the mean is Σ w·gain / Σ w with a weight w for each document. It
 * is the ratio of two means over clusters, so it is at most m exactly where Σ w·(gain − m) of a
 * cluster is at most 0 in the mean: that is what {@link BettingTest} tests.
 */
public enum Estimand {
  /** Every document counts once. */
  DOCUMENT,
  /**
   * Every cluster counts once, so that what has near-duplicates counts no more than what has none.
   */
  CLUSTER,
  /** Every character counts once: all bits saved / all characters. */
  CHARACTER,
  /** Every token of a document counts its bits a character once. */
  TOKEN;

  /**
   * The weight of a document.
   *
   * @param characters of it, at least 1
   * @param tokens of it, at least 1
   * @param documents of its cluster, at least 1
   */
  public double weight(long characters, long tokens, int documents) {
    return switch (this) {
      case DOCUMENT -> 1;
      case CLUSTER -> 1.0 / documents;
      case CHARACTER -> characters;
      case TOKEN -> tokens;
    };
  }
}
