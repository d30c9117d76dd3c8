package org.seqlm.ngram.count;

/** Which counts of n-grams below the highest order are meant. */
public enum CountKind {
  /** How often the n-gram appears. */
  RAW,
  /**
   * By how many different words the n-gram is preceded, the start of a passage taken for one; but
   * how often it appears, where it begins with {@code <s>} (Kneser and Ney 1995, equation 17; Chen
   * and Goodman 1998, section 4.1.6).
   */
  ADJUSTED
}
