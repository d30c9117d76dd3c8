package org.seqlm.ngram.smooth;

import java.io.Serializable;
import java.util.Arrays;
import org.seqlm.ngram.count.CountKind;

/**
 * Interpolated Jelinek-Mercer (Jelinek and Mercer, "Interpolated Estimation of Markov Source
 * Parameters from Sparse Data", 1980; Chen and Goodman 1998, section 2.3).
 *
 * <pre>
 *   p(w|h) = λ(h) c(hw) / Σ_v c(hv) + (1 - λ(h)) p(w|h')
 *   γ(h)   = 1 - λ(h) + λ(h) Σ c of the pruned / Σ_v c(hv)
 * </pre>
 *
 * One λ for each order and each {@linkplain #bucket bucket} of the context's total count, as Bahl,
 * Jelinek and Mercer ("A Maximum Likelihood Approach to Continuous Speech Recognition", 1983)
 * suggest: the more often a context was seen, the more it is to be trusted. {@code
 * JelinekMercerTuning} finds them from a held-out text.
 */
public final class JelinekMercer implements Smoothing, Serializable {
  private static final long serialVersionUID = 1L;

  /** Buckets an order; the last takes all totals from 2^31. */
  public static final int BUCKETS = 32;

  private final double[][] lambdas; // (order, BUCKETS)

  /**
   * @param lambdas λ of orders 1, 2, …, each greater than 0 and below 1 // (order, BUCKETS)
   */
  public JelinekMercer(double[][] lambdas) {
    this.lambdas = Copies.of(lambdas);
    for (double[] order : lambdas) {
      if (order.length != BUCKETS || !Arrays.stream(order).allMatch(l -> l > 0 && l < 1)) {
        throw new IllegalArgumentException("lambdas " + Arrays.toString(order));
      }
    }
  }

  /** One λ for every context. */
  public static JelinekMercer of(int order, double lambda) {
    double[][] lambdas = new double[order][BUCKETS];
    for (double[] buckets : lambdas) {
      Arrays.fill(buckets, lambda);
    }
    return new JelinekMercer(lambdas);
  }

  /**
   * Where a context belongs.
   *
   * @param total Σ c(hv) over all v, at least 1
   * @return ⌊log2 total⌋, at most {@link #BUCKETS} - 1
   */
  public static int bucket(long total) {
    return Math.min(BUCKETS - 1, 63 - Long.numberOfLeadingZeros(total));
  }

  /** The number of orders that have λ. */
  public int order() {
    return lambdas.length;
  }

  /** λ of contexts of {@code order - 1} words in a bucket. */
  public double lambda(int order, int bucket) {
    return lambdas[order - 1][bucket];
  }

  /** A copy of all λ. // (order, BUCKETS) */
  public double[][] lambdas() {
    return Copies.of(lambdas);
  }

  @Override
  public CountKind counts() {
    return CountKind.RAW;
  }

  @Override
  public double context(
      int order, int size, long[] counts, boolean[] kept, double[] lower, double[] probabilities) {
    long total = 0;
    long pruned = 0;
    for (int i = 0; i < size; i++) {
      total += counts[i];
      if (!kept[i]) {
        pruned += counts[i];
      }
    }
    if (pruned == total) {
      return 1;
    }
    double lambda = lambdas[order - 1][bucket(total)];
    double gamma = gamma(lambda, pruned, total);
    double share = lambda / total;
    for (int i = 0; i < size; i++) {
      if (kept[i]) {
        probabilities[i] = share * counts[i] + gamma * lower[i];
      }
    }
    return gamma;
  }

  @Override
  public ContextWeights weights(int order, FollowerSums sums) {
    long total = sums.total();
    if (sums.pruned() == total) {
      return ContextWeights.NOTHING_KEPT;
    }
    double lambda = lambdas[order - 1][bucket(total)];
    double gamma = gamma(lambda, sums.pruned(), total);
    double share = lambda / total;
    return new ContextWeights(gamma, (count, lower) -> share * count + gamma * lower);
  }

  private static double gamma(double lambda, long pruned, long total) {
    return 1 - lambda + lambda * pruned / total;
  }
}
