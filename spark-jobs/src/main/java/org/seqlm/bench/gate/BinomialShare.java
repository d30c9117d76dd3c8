package org.seqlm.bench.gate;

import org.apache.commons.math3.distribution.BetaDistribution;

/**
 * A share of independent trials with its interval (Clopper and Pearson 1934).
 *
 * @param hits trials that had it
 * @param trials all, at least 1
 * @param share hits / trials
 * @param lower end of the interval
 * @param upper end of the interval
 */
public record BinomialShare(int hits, int trials, double share, double lower, double upper) {

  /**
   * The share of hits.
   *
   * @param level of the interval, for instance 0.95
   */
  public static BinomialShare of(int hits, int trials, double level) {
    double tail = (1 - level) / 2;
    return new BinomialShare(
        hits,
        trials,
        (double) hits / trials,
        hits == 0 ? 0 : quantile(hits, trials - hits + 1, tail),
        hits == trials ? 1 : quantile(hits + 1, trials - hits, 1 - tail));
  }

  private static double quantile(double alpha, double beta, double probability) {
    // Without a generator, which would be seeded for nothing.
    return new BetaDistribution(null, alpha, beta).inverseCumulativeProbability(probability);
  }
}
