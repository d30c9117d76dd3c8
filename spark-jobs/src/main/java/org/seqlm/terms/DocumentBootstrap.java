package org.seqlm.terms;

import java.util.Arrays;
import org.seqlm.text.Hash128;

/**
 * Draws documents with replacement, as many times as there are replicates: in each a document
 * counts as often as a Poisson variable of mean 1 says, which is what drawing as many documents as
 * there are comes to where they are many (Hanley and MacGibbon, "Creating non-parametric bootstrap
 * samples using Poisson frequencies", Computer Methods and Programs in Biomedicine 83, 2006). The
 * weight is a function of the seed, the replicate and the document's key, so any task knows it.
 *
 * <p>Documents, and not tokens, are drawn, since a word that stands in a document once is likely to
 * do so again (Lijffijt et al., "Significance testing of word frequencies in corpora", Digital
 * Scholarship in the Humanities 31(2), 2016).
 */
public final class DocumentBootstrap {
  /** Fewer documents say nothing of how documents vary. */
  public static final int LEAST_DOCUMENTS = 10;

  /** P(X ≤ k) of a Poisson variable of mean 1, in units of 2^-53. */
  private static final long[] POISSON = poisson();

  private DocumentBootstrap() {}

  private static long[] poisson() {
    long[] bounds = new long[18]; // beyond, P is below 2^-53
    double term = Math.exp(-1);
    double sum = 0;
    for (int k = 0; k < bounds.length; k++) {
      sum += term;
      bounds[k] = (long) (Math.min(1, sum) * 0x1p53);
      term /= k + 1;
    }
    return bounds;
  }

  /**
   * How often a document counts.
   *
   * @param replicate from 0 on
   * @param document any key of it
   * @return 0 to 18
   */
  public static int weight(long seed, int replicate, long document) {
    long hash = Hash128.mix(Hash128.mix(Hash128.mix(seed) + replicate) ^ document);
    long u = hash >>> 11;
    int k = 0;
    while (k < POISSON.length && u >= POISSON[k]) {
      k++;
    }
    return k;
  }

  /**
   * An interval.
   *
   * @param low its lower end
   * @param high its upper end
   */
  public record Interval(double low, double high) {}

  /**
   * The interval between two quantiles of the replicates' values (Efron and Tibshirani, An
   * Introduction to the Bootstrap, 1993, section 13.3), with quantiles as in R's type 7.
   *
   * @param values of the replicates; those that are NaN do not count; sorted in place
   * @param confidence such as 0.95
   * @return null where no value counts
   */
  public static Interval interval(double[] values, double confidence) {
    Arrays.sort(values); // NaN last
    int n = values.length;
    while (n > 0 && Double.isNaN(values[n - 1])) {
      n--;
    }
    if (n == 0) {
      return null;
    }
    double tail = (1 - confidence) / 2;
    return new Interval(quantile(values, n, tail), quantile(values, n, 1 - tail));
  }

  private static double quantile(double[] sorted, int n, double q) {
    double at = (n - 1) * q;
    int below = (int) at;
    int above = Math.min(n - 1, below + 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  /**
   * The log ratio in each replicate.
   *
   * @param target the word's weighted counts in the target // (replicates)
   * @param reference in the reference // (replicates)
   * @param targetTotals weighted tokens of the target // (replicates)
   * @param referenceTotals of the reference // (replicates)
   * @return NaN where a replicate has no tokens, or the word in neither // (replicates)
   */
  public static double[] logRatios(
      long[] target, long[] reference, long[] targetTotals, long[] referenceTotals) {
    double[] ratios = new double[target.length];
    for (int r = 0; r < ratios.length; r++) {
      ratios[r] =
          targetTotals[r] == 0 || referenceTotals[r] == 0
              ? Double.NaN
              : Keyness.logRatio(target[r], reference[r], targetTotals[r], referenceTotals[r]);
    }
    return ratios;
  }
}
