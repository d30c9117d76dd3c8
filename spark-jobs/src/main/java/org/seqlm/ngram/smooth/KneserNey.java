package org.seqlm.ngram.smooth;

import java.io.Serializable;
import org.seqlm.ngram.count.CountKind;
import org.seqlm.ngram.count.CountsOfCounts;

/**
 * Interpolated modified Kneser-Ney (Chen and Goodman, "An Empirical Study of Smoothing Techniques
 * for Language Modeling", Harvard TR-10-98, 1998, section 4.1.6 and equation 26), as KenLM
 * estimates it (Heafield, Pouzyrevsky, Clark and Koehn, "Scalable Modified Kneser-Ney Language
 * Model Estimation", ACL 2013).
 *
 * <pre>
 *   p(w|h) = (a(hw) - D(a(hw))) / Σ_v a(hv) + γ(h) p(w|h')
 *   γ(h)   = (D1 N1(h) + D2 N2(h) + D3+ N3+(h) + Σ a of the pruned) / Σ_v a(hv)
 *   Dj     = j - (j + 1) Y n(j+1) / n(j),  Y = n1 / (n1 + 2 n2)
 * </pre>
 *
 * where a is the raw count at the highest order and the adjusted count below it, n(j) is how many
 * n-grams of the order have a = j, pruned ones too, and N counts the kept followers of h.
 */
public final class KneserNey implements Smoothing, Serializable {
  private static final long serialVersionUID = 1L;

  /** D1, D2 and D3+ where an order's counts of counts give none that can be used; KenLM's. */
  static final double[] FALLBACK = {0.5, 1, 1.5};

  private final double[][] discounts; // (order, 3)

  /**
   * @param discounts D1, D2 and D3+ of orders 1, 2, …: 0 &lt;= Dj &lt;= j // (order, 3)
   */
  public KneserNey(double[][] discounts) {
    this.discounts = Copies.of(discounts);
    for (double[] order : discounts) {
      for (int j = 1; j <= 3; j++) {
        if (order.length != 3 || !(order[j - 1] >= 0 && order[j - 1] <= j)) {
          throw new IllegalArgumentException("discounts " + java.util.Arrays.toString(order));
        }
      }
    }
  }

  /**
   * D1, D2 and D3+ of one order by equation 26. Infinite or not a number where n1, n2 or n3 is 0.
   */
  public static double[] discounts(CountsOfCounts n) {
    double y = n.n(1) / (n.n(1) + 2.0 * n.n(2));
    double[] discounts = new double[3];
    for (int j = 1; j <= 3; j++) {
      discounts[j - 1] = j - (j + 1) * y * n.n(j + 1) / n.n(j);
    }
    return discounts;
  }

  @Override
  public CountKind counts() {
    return CountKind.ADJUSTED;
  }

  @Override
  public double context(
      int order, int size, long[] counts, boolean[] kept, double[] lower, double[] probabilities) {
    double[] d = discounts[order - 1];
    return InterpolatedDiscounts.context(
        d[0], d[1], d[2], size, counts, kept, lower, probabilities);
  }

  @Override
  public ContextWeights weights(int order, FollowerSums sums) {
    double[] d = discounts[order - 1];
    return InterpolatedDiscounts.weights(d[0], d[1], d[2], sums);
  }
}
