package org.seqlm.terms;

/**
 * How much more frequent a word is in a target than in a reference.
 *
 * @param target how often it stands in the target, a
 * @param reference how often in the reference, b
 * @param targetTotal tokens of the target, c, at least 1
 * @param referenceTotal tokens of the reference, d, at least 1
 */
public record Keyness(long target, long reference, long targetTotal, long referenceTotal) {
  /** What stands for a count of 0 in ratios. */
  private static final double HALF = 0.5;

  public Keyness {
    boolean fits =
        target >= 0
            && reference >= 0
            && targetTotal >= Math.max(1, target)
            && referenceTotal >= Math.max(1, reference);
    if (!fits) {
      throw new IllegalArgumentException(
          "no counts: "
              + target
              + " of "
              + targetTotal
              + " and "
              + reference
              + " of "
              + referenceTotal);
    }
  }

  /**
   * G² of two cells, 2 (a ln (a / E1) + b ln (b / E2)) with E1 = c (a + b) / (c + d) and E2 = d (a
   * + b) / (c + d): Rayson and Garside, "Comparing corpora using frequency profiling", ACL 2000,
   * and AntConc's default.
   */
  public double logLikelihood() {
    double share = ((double) target + reference) / ((double) targetTotal + referenceTotal);
    double sum =
        Cells.logTerm(target, targetTotal * share)
            + Cells.logTerm(reference, referenceTotal * share);
    return Math.max(0, 2 * sum);
  }

  /** G² of all four cells, those of other words among them (Dunning 1993); p is taken of it. */
  public double logLikelihoodOfTable() {
    return new PairTable(target, targetTotal, target + reference, targetTotal + referenceTotal)
        .logLikelihood();
  }

  /** P of {@link #logLikelihoodOfTable} if tokens were independent, which they are not. */
  public double p() {
    return ChiSquareTail.oneDegree(logLikelihoodOfTable());
  }

  /**
   * Log ratio, log2 ((a / c) / (b / d)): 1 for twice as frequent in the target. A count of 0 is
   * taken for ½ (Hardie, "Log Ratio: an informal introduction", CASS, 2014). NaN where both are 0.
   */
  public double logRatio() {
    return logRatio(target, reference, targetTotal, referenceTotal);
  }

  /** The same of counts that are weighted. */
  static double logRatio(long target, long reference, long targetTotal, long referenceTotal) {
    if (target == 0 && reference == 0) {
      return Double.NaN;
    }
    return Cells.log2(
        (target == 0 ? HALF : target)
            / targetTotal
            / ((reference == 0 ? HALF : reference) / referenceTotal));
  }

  /**
   * The odds ratio with ½ added to each cell, ((a + ½) (d − b + ½)) / ((b + ½) (c − a + ½)):
   * Haldane (Annals of Human Genetics 20, 1956) and Anscombe (Biometrika 43, 1956).
   */
  public double oddsRatio() {
    return (target + HALF)
        / (targetTotal - target + HALF)
        / ((reference + HALF) / (referenceTotal - reference + HALF));
  }

  /** Appearances in a million tokens of the target. */
  public double targetPerMillion() {
    return 1e6 * target / targetTotal;
  }

  /** Appearances in a million tokens of the reference. */
  public double referencePerMillion() {
    return 1e6 * reference / referenceTotal;
  }

  /** Whether it is more frequent in the target. */
  public boolean positive() {
    return targetPerMillion() > referencePerMillion();
  }
}
