package org.seqlm.profile;

import org.apache.commons.math3.distribution.TDistribution;

/**
 * Whether a word becomes more or less frequent: its rate in each group, count by tokens, over the
 * group's place x (a day, say), by least squares with the groups' tokens as weights, as the
 * variance of a rate goes with their inverse. The variance is estimated from what is left of the
 * rates, so that words that come in bursts are not taken for trends, and is at least that of
 * Poisson's law:
 *
 * <pre>
 * b = Σ E (x − x̄)(y/E − r) / S,  S = Σ E (x − x̄)²,  r = Σ y / Σ E,  x̄ = Σ E x / Σ E
 * φ = max(1, Σ E (y/E − r − b (x − x̄))² / (r (k − 2))),  t = b / √(φ r / S)
 * </pre>
 *
 * <p>t is held against Student's distribution with k − 2 degrees of freedom. It is the score test
 * of a Poisson regression with over-dispersion (McCullagh and Nelder 1989, sections 6.2 and 12.5).
 * Groups without tokens or without a place are left out.
 *
 * @param rate r, as a share of tokens
 * @param slope b, as a share of tokens and unit of x
 * @param error standard error of b
 * @param t b by its error
 * @param dispersion φ
 * @param groups k, with tokens
 */
public record RateTrend(
    double rate, double slope, double error, double t, double dispersion, int groups) {
  /** Groups below which nothing is tested. */
  public static final int LEAST_GROUPS = 5;

  /**
   * Fits the line.
   *
   * @param x the groups' places; not a number for none
   * @param counts of the word, y // (groups)
   * @param tokens of the groups, E // (groups)
   * @return null with fewer than {@value #LEAST_GROUPS} groups that count, all at one place, or
   *     none with the word
   */
  public static RateTrend of(double[] x, long[] counts, long[] tokens) {
    int k = 0;
    double all = 0;
    double found = 0;
    double meanX = 0;
    for (int i = 0; i < x.length; i++) {
      if (counts(x[i], tokens[i])) {
        k++;
        all += tokens[i];
        found += counts[i];
        meanX += tokens[i] * x[i];
      }
    }
    if (k < LEAST_GROUPS || found == 0) {
      return null;
    }
    meanX /= all;
    double rate = found / all;
    double squares = 0;
    double products = 0;
    for (int i = 0; i < x.length; i++) {
      if (counts(x[i], tokens[i])) {
        double off = x[i] - meanX;
        squares += tokens[i] * off * off;
        products += off * (counts[i] - rate * tokens[i]);
      }
    }
    if (squares == 0) {
      return null;
    }
    double slope = products / squares;
    double residuals = 0;
    for (int i = 0; i < x.length; i++) {
      if (counts(x[i], tokens[i])) {
        double left = (double) counts[i] / tokens[i] - rate - slope * (x[i] - meanX);
        residuals += tokens[i] * left * left;
      }
    }
    double dispersion = Math.max(1, residuals / (rate * (k - 2)));
    double error = Math.sqrt(dispersion * rate / squares);
    return new RateTrend(rate, slope, error, slope / error, dispersion, k);
  }

  private static boolean counts(double x, long tokens) {
    return tokens > 0 && !Double.isNaN(x);
  }

  /** The probability of a t as far from 0 where there is no trend. */
  public double p() {
    return 2 * new TDistribution(null, groups - 2).cumulativeProbability(-Math.abs(t));
  }

  /**
   * Kendall's τ_b between places and rates (Kendall 1945), of groups that have tokens: concordant
   * pairs less discordant ones, by the geometric mean of those untied in either.
   *
   * @return not a number where all places or all rates are equal
   */
  public static double tau(double[] x, long[] counts, long[] tokens) {
    long pairs = 0;
    long untiedX = 0;
    long untiedRates = 0;
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < i; j++) {
        if (counts(x[i], tokens[i]) && counts(x[j], tokens[j])) {
          int byX = Double.compare(x[i], x[j]);
          // counts[i] / tokens[i] - counts[j] / tokens[j], without rounding.
          int byRate = compare(counts[i], tokens[i], counts[j], tokens[j]);
          pairs += (long) byX * byRate;
          untiedX += byX == 0 ? 0 : 1;
          untiedRates += byRate == 0 ? 0 : 1;
        }
      }
    }
    return pairs / Math.sqrt((double) untiedX * untiedRates);
  }

  private static int compare(long a, long ofA, long b, long ofB) {
    long left = Math.multiplyHigh(a, ofB);
    long right = Math.multiplyHigh(b, ofA);
    return left != right ? Long.compare(left, right) : Long.compareUnsigned(a * ofB, b * ofA);
  }
}
