package org.seqlm.ngram.smooth;

import java.io.Serializable;
import java.util.Arrays;
import java.util.function.DoublePredicate;
import org.seqlm.ngram.count.CountKind;
import org.seqlm.ngram.count.CountsOfCounts;

/**
 * Katz back-off with Good-Turing discounts (Katz, "Estimation of Probabilities from Sparse Data for
 * the Language Model Component of a Speech Recognizer", IEEE ASSP 35, 1987; Chen and Goodman 1998,
 * section 2.4).
 *
 * <pre>
 *   p(w|h) = d(r) r / Σ_v c(hv)  where r = c(hw) and hw is kept,  γ(h) p(w|h') otherwise
 *   γ(h)   = (1 - Σ_kept p(w|h)) / (1 - Σ_kept p(w|h'))
 *   d(r)   = (r* / r - A) / (1 - A) for r &lt;= k, else 1
 *   r*     = (r + 1) n(r+1) / n(r),  A = (k + 1) n(k+1) / n(1)
 * </pre>
 *
 * Unigrams are not discounted: that is what SRILM's default of k = 1 for them comes to, for d(1) is
 * 0 whatever the counts, and SRILM then takes 1.
 *
 * <p>Two things the equations leave open:
 *
 * <ul>
 *   <li>Where nothing is discounted, no probability would be left for what was not seen. The total
 *       then counts one more, as in SRILM (a rule it credits to Doug Paul).
 *   <li>Where the kept followers hold so nearly all of p(·|h'), or all, that the other words would
 *       get more than {@value #HIGHEST_WEIGHT} times what they have there, γ is 1: the others keep
 *       p(w|h'), and the kept followers share what is left by their probabilities. So the sum stays
 *       1, and no probability hangs on a difference of nearly equal numbers. The unigrams know how
 *       many words share 1/V and need no such bound: {@code <unk>} gets all that dropped words had.
 * </ul>
 */
public final class Katz implements Smoothing, Serializable {
  private static final long serialVersionUID = 1L;

  /** The largest γ. */
  static final double HIGHEST_WEIGHT = 1000;

  private final double[][] ratios; // (order, k + 1), d(r) at r

  /**
   * @param ratios d(1), d(2), …, d(k) of orders 1, 2, …: greater than 0, at most 1; k may differ
   *     and be 0 // (order, k)
   */
  public Katz(double[][] ratios) {
    this.ratios = new double[ratios.length][];
    for (int n = 0; n < ratios.length; n++) {
      if (!Arrays.stream(ratios[n]).allMatch(d -> d > 0 && d <= 1)) {
        throw new IllegalArgumentException("ratios " + Arrays.toString(ratios[n]));
      }
      this.ratios[n] = new double[ratios[n].length + 1];
      System.arraycopy(ratios[n], 0, this.ratios[n], 1, ratios[n].length);
    }
  }

  /**
   * d(1) to d(k) of one order. Infinite, not a number or outside 0 to 1 where the counts of counts
   * do not fall as they should.
   *
   * @param k 1 to {@link CountsOfCounts#HIGHEST} - 1
   */
  static double[] ratios(CountsOfCounts n, int k) {
    double common = (k + 1.0) * n.n(k + 1) / n.n(1);
    double[] ratios = new double[k];
    for (int r = 1; r <= k; r++) {
      ratios[r - 1] = ((r + 1.0) * n.n(r + 1) / ((double) r * n.n(r)) - common) / (1 - common);
    }
    return ratios;
  }

  @Override
  public CountKind counts() {
    return CountKind.RAW;
  }

  @Override
  public double context(
      int order, int size, long[] counts, boolean[] kept, double[] lower, double[] probabilities) {
    FollowerSums sums = sums(order);
    for (int i = 0; i < size; i++) {
      sums.add(counts[i], kept[i], lower[i]);
    }
    ContextWeights weights =
        order == 1 && size > 0
            ? unigrams(sums, Math.rint(1 / lower[0]), lower[0])
            : weights(order, sums);
    for (int i = 0; i < size; i++) {
      if (kept[i]) {
        probabilities[i] = weights.probability().of(counts[i], lower[i]);
      }
    }
    return weights.backoff();
  }

  @Override
  public FollowerSums sums(int order) {
    return order == 1 ? new FollowerSums() : new Masses(ratios[order - 1]);
  }

  /** What the kept followers of a context have left, what they gave up, and what they had. */
  private static final class Masses extends FollowerSums {
    private static final long serialVersionUID = 1L;

    private final double[] d;
    private double mass; // the counts that the kept followers have left
    private double discounted;
    private double lower;
    private double lost; // what rounding took from lower: Neumaier's compensation

    private Masses(double[] d) {
      this.d = d;
    }

    @Override
    void add(long count, boolean kept, double keptLower) {
      super.add(count, kept, keptLower);
      if (kept) {
        double ratio = count < d.length ? d[(int) count] : 1;
        mass += ratio * count;
        discounted += (1 - ratio) * count;
        double sum = lower + keptLower;
        lost += lower >= keptLower ? lower - sum + keptLower : keptLower - sum + lower;
        lower = sum;
      }
    }
  }

  @Override
  public ContextWeights weights(int order, FollowerSums sums) {
    if (order == 1) {
      return unigrams(sums, sums.predictable(), 1.0 / sums.predictable());
    }
    Masses masses = (Masses) sums;
    double unseen = Math.max(0, 1 - masses.lower - masses.lost);
    return weights(
        sums,
        masses.d,
        masses.discounted,
        masses.mass,
        unseen,
        gamma -> !(gamma <= HIGHEST_WEIGHT));
  }

  private ContextWeights unigrams(FollowerSums sums, double predictable, double uniform) {
    double[] d = ratios[0];
    long undiscounted = sums.total() - sums.pruned();
    double mass = 0;
    double discounted = 0;
    for (int r = 1; r < d.length; r++) {
      long counts = r * sums.kept(r);
      undiscounted -= counts;
      mass += d[r] * counts;
      discounted += (1 - d[r]) * counts;
    }
    double unseen = (predictable - sums.keptTypes()) * uniform;
    return weights(sums, d, discounted, mass + undiscounted, unseen, gamma -> unseen == 0);
  }

  /**
   * @param mass the counts that the kept followers have left
   * @param unseen what the other words have in p(·|h')
   * @param bounded whether γ is too large
   */
  private static ContextWeights weights(
      FollowerSums sums,
      double[] d,
      double discounted,
      double mass,
      double unseen,
      DoublePredicate bounded) {
    if (sums.pruned() == sums.total()) {
      return ContextWeights.NOTHING_KEPT;
    }
    double left = discounted + sums.pruned();
    double denominator = sums.total();
    if (left == 0) {
      left = 1;
      denominator += 1;
    }
    left /= denominator;
    double gamma = left / unseen;
    boolean bound = bounded.test(gamma);
    double scale = bound ? (1 - unseen) / mass : 1 / denominator;
    return new ContextWeights(
        bound ? 1 : gamma,
        (count, lower) -> scale * (count < d.length ? d[(int) count] * count : count));
  }
}
