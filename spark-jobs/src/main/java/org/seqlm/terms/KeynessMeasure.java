package org.seqlm.terms;

/** By what key words are ranked; of words of the reference by how far it is on the other side. */
public enum KeynessMeasure {
  /** How sure it is, were tokens independent. Favours frequent words. */
  G2 {
    @Override
    double signed(KeyTerm term) {
      double g2 = term.counts().logLikelihoodOfTable();
      return term.counts().positive() ? g2 : -g2;
    }
  },
  /** How large the difference is. Favours rare words. */
  LOG_RATIO {
    @Override
    double signed(KeyTerm term) {
      return term.counts().logRatio();
    }
  },
  /** How large it is at least, as documents vary: {@link KeyTerm#logRatioBound}. */
  LOG_RATIO_BOUND {
    @Override
    double signed(KeyTerm term) {
      return term.logRatioBound();
    }
  };

  /** Above 0 for words of the target, below for those of the reference. */
  abstract double signed(KeyTerm term);

  /**
   * The order of key words.
   *
   * @param side 0 for the target's, 1 for the reference's
   * @return the strongest first; of equal ones those of higher G², then of lower bytes
   */
  public java.util.Comparator<KeyTerm> strongest(int side) {
    double sign = side == 0 ? -1 : 1;
    return java.util.Comparator.<KeyTerm>comparingDouble(term -> sign * signed(term))
        .thenComparingDouble(term -> -term.counts().logLikelihoodOfTable())
        .thenComparing(
            term -> term.word().getBytes(java.nio.charset.StandardCharsets.UTF_8),
            java.util.Arrays::compareUnsigned);
  }

  /** Whether a word is one of the target (0) or of the reference (1). */
  public boolean takes(KeyTerm term, int side) {
    double signed = signed(term);
    return side == 0 ? signed > 0 : signed < 0;
  }
}
