package org.seqlm.terms;

/**
 * A word of two corpora, and how much more frequent it is in one.
 *
 * @param documents how many have it, of the target, then of the reference; null where that is not
 *     known // (2)
 * @param holm its p among all tests, by {@link MultipleTests#holm}
 * @param q by {@link MultipleTests#benjaminiHochberg}
 * @param evidence of its documents; null where there are none
 */
public record KeyTerm(
    String word,
    Keyness counts,
    long[] documents,
    double holm,
    double q,
    KeynessEvidence.Found evidence) {
  /**
   * The end of the log ratio's interval that is nearer to 0, or 0 where 0 lies in it: as far as the
   * documents vouch for. Without an interval it is NaN.
   */
  public double logRatioBound() {
    if (evidence == null || evidence.logRatio() == null) {
      return Double.NaN;
    }
    double low = evidence.logRatio().low();
    double high = evidence.logRatio().high();
    return low > 0 ? low : Math.min(0, high);
  }
}
