package org.seqlm.ngram.smooth;

import java.io.Serializable;
import org.seqlm.ngram.count.CountKind;

/**
 * Interpolated Witten-Bell (method C of Witten and Bell, "The Zero-Frequency Problem", IEEE
 * Transactions on Information Theory 37, 1991; Chen and Goodman 1998, section 2.5). The more
 * different words follow a context, the more it leaves to the shorter one.
 *
 * <pre>
 *   p(w|h) = (c(hw) + T(h) p(w|h')) / (Σ_v c(hv) + T(h))
 *   γ(h)   = T(h) / (Σ_v c(hv) + T(h))
 * </pre>
 *
 * T(h) is the number of different followers of h, pruned ones too. The counts of what is pruned are
 * left to the shorter context as well: they are added to T(h) in the numerators.
 */
public final class WittenBell implements Smoothing, Serializable {
  private static final long serialVersionUID = 1L;

  @Override
  public CountKind counts() {
    return CountKind.RAW;
  }

  @Override
  public double context(
      int order, int size, long[] counts, boolean[] kept, double[] lower, double[] probabilities) {
    long total = size;
    long left = size;
    for (int i = 0; i < size; i++) {
      total += counts[i];
      if (!kept[i]) {
        left += counts[i];
      }
    }
    if (left == total) {
      return 1;
    }
    double gamma = (double) left / total;
    for (int i = 0; i < size; i++) {
      if (kept[i]) {
        probabilities[i] = probability(counts[i], total, gamma * lower[i]);
      }
    }
    return gamma;
  }

  @Override
  public ContextWeights weights(int order, FollowerSums sums) {
    long total = sums.types() + sums.total();
    long left = sums.types() + sums.pruned();
    if (left == total) {
      return ContextWeights.NOTHING_KEPT;
    }
    double gamma = (double) left / total;
    return new ContextWeights(gamma, (count, lower) -> probability(count, total, gamma * lower));
  }

  private static double probability(long count, long total, double lower) {
    return (double) count / total + lower;
  }
}
