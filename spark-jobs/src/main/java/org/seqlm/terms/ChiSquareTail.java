package org.seqlm.terms;

import org.apache.commons.math3.special.Erf;

/** Probabilities of large values by chance. */
public final class ChiSquareTail {
  private ChiSquareTail() {}

  /**
   * P(X ≥ x) of χ² with one degree of freedom, 2 (1 − Φ(√x)); 0 where it is below what a double
   * holds. Of tokens it is too small: they come in bursts and are not independent.
   *
   * @param statistic x, at least 0
   */
  public static double oneDegree(double statistic) {
    return Erf.erfc(Math.sqrt(statistic / 2));
  }
}
