package org.seqlm.ngram.smooth;

import java.io.Serializable;
import java.util.Arrays;
import org.seqlm.ngram.count.CountKind;

/**
 * Interpolated absolute discounting over raw counts (Ney, Essen and Kneser, "On Structuring
 * Probabilistic Dependences in Stochastic Language Modelling", Computer Speech and Language 8,
 * 1994; Chen and Goodman 1998, section 2.6).
 *
 * <pre>
 *   p(w|h) = (c(hw) - D) / Σ_v c(hv) + γ(h) p(w|h')
 *   γ(h)   = (D N(h) + Σ c of the pruned) / Σ_v c(hv)
 *   D      = n1 / (n1 + 2 n2), one an order
 * </pre>
 *
 * N(h) is the number of kept followers of h.
 */
final class AbsoluteDiscounting implements Smoothing, Serializable {
  private static final long serialVersionUID = 1L;

  /** D where n1 or n2 of an order is 0. */
  static final double FALLBACK = 0.5;

  private final double[] discounts; // (order)

  /**
   * @param discounts D of orders 1, 2, …: 0 &lt;= D &lt;= 1 // (order)
   */
  public AbsoluteDiscounting(double[] discounts) {
    this.discounts = discounts.clone();
    for (double discount : discounts) {
      if (!(discount >= 0 && discount <= 1)) {
        throw new IllegalArgumentException("discounts " + Arrays.toString(discounts));
      }
    }
  }

  @Override
  public CountKind counts() {
    return CountKind.RAW;
  }

  @Override
  public double context(
      int order, int size, long[] counts, boolean[] kept, double[] lower, double[] probabilities) {
    double d = discounts[order - 1];
    return InterpolatedDiscounts.context(d, d, d, size, counts, kept, lower, probabilities);
  }

  @Override
  public ContextWeights weights(int order, FollowerSums sums) {
    double d = discounts[order - 1];
    return InterpolatedDiscounts.weights(d, d, d, sums);
  }
}
