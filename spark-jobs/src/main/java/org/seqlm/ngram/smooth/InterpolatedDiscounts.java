package org.seqlm.ngram.smooth;

/**
 * What {@link KneserNey} and {@link AbsoluteDiscounting} share: each kept follower gives up D(a),
 * and all that is given up, with the whole count of what is pruned, goes to the shorter context.
 *
 * <pre>
 *   p(w|h) = (a(hw) - D(a(hw))) / Σa + γ(h) p(w|h')
 *   γ(h)   = (D1 N1(h) + D2 N2(h) + D3+ N3+(h) + Σ a of the pruned) / Σa
 * </pre>
 *
 * N1, N2 and N3+ count the kept followers; Σa runs over all. No term is a difference of large ones,
 * so the sum over all words is 1 to rounding.
 */
final class InterpolatedDiscounts {
  private InterpolatedDiscounts() {}

  /** {@link Smoothing#context} with D(1) = d1, D(2) = d2 and D(a) = d3 for a of 3 and more. */
  static double context(
      double d1,
      double d2,
      double d3,
      int size,
      long[] counts,
      boolean[] kept,
      double[] lower,
      double[] probabilities) {
    long total = 0;
    long pruned = 0;
    long ones = 0;
    long twos = 0;
    long more = 0;
    for (int i = 0; i < size; i++) {
      long count = counts[i];
      total += count;
      if (!kept[i]) {
        pruned += count;
      } else if (count == 1) {
        ones++;
      } else if (count == 2) {
        twos++;
      } else {
        more++;
      }
    }
    if (pruned == total) {
      return 1;
    }
    double gamma = gamma(d1, d2, d3, ones, twos, more, pruned, total);
    for (int i = 0; i < size; i++) {
      if (kept[i]) {
        probabilities[i] = probability(d1, d2, d3, counts[i], total, gamma * lower[i]);
      }
    }
    return gamma;
  }

  /** {@link Smoothing#weights} with the same discounts. */
  static ContextWeights weights(double d1, double d2, double d3, FollowerSums sums) {
    long total = sums.total();
    if (sums.pruned() == total) {
      return ContextWeights.NOTHING_KEPT;
    }
    long ones = sums.kept(1);
    long twos = sums.kept(2);
    long more = sums.keptTypes() - ones - twos;
    double gamma = gamma(d1, d2, d3, ones, twos, more, sums.pruned(), total);
    return new ContextWeights(
        gamma, (count, lower) -> probability(d1, d2, d3, count, total, gamma * lower));
  }

  private static double gamma(
      double d1, double d2, double d3, long ones, long twos, long more, long pruned, long total) {
    return (d1 * ones + d2 * twos + d3 * more + pruned) / total;
  }

  private static double probability(
      double d1, double d2, double d3, long count, long total, double lower) {
    double discount = count == 1 ? d1 : count == 2 ? d2 : d3;
    return (count - discount) / total + lower;
  }
}
