package org.seqlm.terms;

/** Terms of sums over the cells of tables. */
final class Cells {
  private Cells() {}

  /** O ln (O / E); 0 where O is. */
  static double logTerm(double observed, double expected) {
    return observed == 0 ? 0 : observed * Math.log(observed / expected);
  }

  static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }
}
