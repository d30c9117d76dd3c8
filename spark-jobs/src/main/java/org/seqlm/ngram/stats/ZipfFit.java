package org.seqlm.ngram.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Zipf's law over the unigrams of a text: the token of rank r of V has probability {@code r^-s /
 * H(V, s)}, {@code H(V, s) = sum of r^-s for r from 1 to V}.
 *
 * <p>The exponent is the one of maximum likelihood. It is where the mean of {@code ln r} under the
 * law equals the mean in the text: the derivative of {@code -s sum f(r) ln r - n ln H(V, s)} is
 * zero there, and nowhere else, as the second is minus n times a variance. A line through the
 * log-log plot is not used: it gives the many rare ranks most of the weight and is biased
 * (Goldstein, Morris and Yen, "Problems with fitting to the power-law distribution", 2004; Clauset,
 * Shalizi and Newman, "Power-law distributions in empirical data", SIAM Review 51, 2009, section 3
 * and appendix A).
 *
 * @param exponent s, from 0 (all tokens equally frequent); null where there are fewer than two
 *     types
 * @param distance Kolmogorov and Smirnov's: the largest difference between the law's and the text's
 *     cumulated shares of the first r ranks, 0 to 1; null with the exponent
 * @param types V
 * @param tokens n
 * @param points of the plot, ranks about evenly spaced on a logarithmic scale
 */
public record ZipfFit(Double exponent, Double distance, long types, long tokens, List<Point> points)
    implements java.io.Serializable {
  /** Points that a plot needs at most. */
  public static final int DEFAULT_POINTS = 500;

  private static final double LARGEST_EXPONENT = 64;

  public ZipfFit {
    points = List.copyOf(points);
  }

  /**
   * A point of the plot.
   *
   * @param rank from 1
   * @param frequency of the token of that rank
   * @param fitted the law's expected frequency; null without an exponent
   */
  public record Point(long rank, long frequency, Double fitted) implements java.io.Serializable {}

  /**
   * Fits the law.
   *
   * @param counts of all tokens in any order; zeros are no types
   * @param points how many points to keep at most
   */
  public static ZipfFit of(long[] counts, int points) {
    long[] frequencies = new long[counts.length];
    int n = 0;
    for (long count : counts) {
      frequencies[n] = count;
      n += count > 0 ? 1 : 0;
    }
    frequencies = n == frequencies.length ? frequencies : Arrays.copyOf(frequencies, n);
    Arrays.sort(frequencies);
    for (int i = 0, j = frequencies.length - 1; i < j; i++, j--) {
      long swapped = frequencies[i];
      frequencies[i] = frequencies[j];
      frequencies[j] = swapped;
    }
    int types = frequencies.length;
    long tokens = Arrays.stream(frequencies).sum();
    if (types < 2) {
      return new ZipfFit(null, null, types, tokens, points(frequencies, points, null, 0));
    }
    double[] logs = new double[types]; // ln r
    double mean = 0;
    for (int r = 0; r < types; r++) {
      logs[r] = Math.log(r + 1.0);
      mean += frequencies[r] * logs[r];
    }
    mean /= tokens;
    double exponent = solve(logs, mean);
    double harmonic = moments(logs, exponent)[0];
    double distance = 0;
    double fitted = 0;
    double seen = 0;
    for (int r = 0; r < types; r++) {
      fitted += Math.exp(-exponent * logs[r]) / harmonic;
      seen += (double) frequencies[r] / tokens;
      distance = Math.max(distance, Math.abs(fitted - seen));
    }
    return new ZipfFit(
        exponent,
        distance,
        types,
        tokens,
        points(frequencies, points, exponent, tokens / harmonic));
  }

  /** Newton's method for the mean of ln r, kept inside a bracket that halves where it must. */
  private static double solve(double[] logs, double mean) {
    double low = 0;
    double high = LARGEST_EXPONENT;
    double s = 1;
    for (int i = 0; i < 200; i++) {
      double[] moments = moments(logs, s);
      double off = moments[1] - mean; // falls with s
      if (off > 0) {
        low = s;
      } else {
        high = s;
      }
      double next = s + off / moments[2];
      if (!(next > low && next < high)) {
        next = (low + high) / 2;
      }
      if (Math.abs(next - s) < 1e-12) {
        return next;
      }
      s = next;
    }
    return s;
  }

  /** H(V, s) and, under the law, mean and variance of ln r. */
  private static double[] moments(double[] logs, double s) {
    double harmonic = 0;
    double first = 0;
    double second = 0;
    for (double log : logs) {
      double p = Math.exp(-s * log);
      harmonic += p;
      first += p * log;
      second += p * log * log;
    }
    first /= harmonic;
    return new double[] {harmonic, first, second / harmonic - first * first};
  }

  private static List<Point> points(long[] frequencies, int points, Double exponent, double scale) {
    List<Point> kept = new ArrayList<>();
    int types = frequencies.length;
    long last = 0;
    for (int i = 0; i < points && types > 0; i++) {
      double at = points == 1 ? 0 : Math.log(types) * i / (points - 1);
      long rank = Math.min(types, Math.round(Math.exp(at)));
      if (rank > last) {
        Double fitted =
            exponent == null ? null : scale * Math.exp(-exponent * Math.log((double) rank));
        kept.add(new Point(rank, frequencies[(int) rank - 1], fitted));
        last = rank;
      }
    }
    return kept;
  }
}
