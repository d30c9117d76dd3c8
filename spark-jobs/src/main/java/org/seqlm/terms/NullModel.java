package org.seqlm.terms;

/**
 * What an n-gram's count is compared with. Of two words both are the same; of more, words that make
 * a known pair with any third ("of the") stand out against independent words and not against
 * independent halves.
 */
public enum NullModel {
  /** Every word is independent of the others, each with its frequency in its place. */
  WORDS("independent words: E = N · Π f(word i in place i) / N"),

  /**
   * The n-gram is made of a beginning and an end that are independent. Of its n − 1 splits the one
   * counts that expects the n-gram most often, E = max over k of f(w1…wk) f(wk+1…wn) / N; of equal
   * ones the first. (Pseudo-bigrams as of da Silva and Lopes, "A local maxima method and a fair
   * dispersion normalization for extracting multi-word units from corpora", Mathematics of Language
   * 6, 1999, who average over the splits; the strongest split is what an association must beat.)
   */
  HALVES("independent halves: E = max over splits of f(beginning) · f(end) / N");

  private final String formula;

  NullModel(String formula) {
    this.formula = formula;
  }

  /** What is expected, for people. */
  public String formula() {
    return formula;
  }

  /** How many counts it asks for of an n-gram of this order. */
  public int marginals(int order) {
    return order == 2 || this == WORDS ? order : 2 * (order - 1);
  }

  /**
   * An n-gram's association.
   *
   * @param joint windows that are the n-gram
   * @param marginals of {@link #WORDS}, and of two words, f of each word in its place // (n); of
   *     {@link #HALVES} by split, f of the beginning, then of the end // (2 (n - 1))
   * @param total windows of n words
   */
  public Association of(long joint, long[] marginals, long total) {
    if (marginals.length == 2) {
      return new PairTable(joint, marginals[0], marginals[1], total);
    }
    return this == WORDS ? WordProduct.of(joint, marginals, total) : best(joint, marginals, total);
  }

  private static PairTable best(long joint, long[] marginals, long total) {
    PairTable best = null;
    for (int split = 0; 2 * split < marginals.length; split++) {
      PairTable table = new PairTable(joint, marginals[2 * split], marginals[2 * split + 1], total);
      if (best == null || table.expected() > best.expected()) {
        best = table;
      }
    }
    return best;
  }
}
