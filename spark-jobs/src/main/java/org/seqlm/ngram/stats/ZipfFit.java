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
    return of(new Frequencies().add(counts.clone()), points);
  }

  /** The same of counts that were gathered. */
  public static ZipfFit of(Frequencies counts, int points) {
    long[] frequencies = counts.falling();
    int types = Math.toIntExact(counts.types());
    long tokens = counts.tokens();
    int[] ends = new int[frequencies.length]; // ranks up to each frequency's last
    for (int i = 0; i < ends.length; i++) {
      ends[i] = (i == 0 ? 0 : ends[i - 1]) + Math.toIntExact(counts.types(frequencies[i]));
    }
    if (types < 2) {
      return new ZipfFit(null, null, types, tokens, points(frequencies, ends, points, null, 0));
    }
    Logs logs = new Logs(types); // ln r
    double mean = 0;
    for (int r = 0, at = 0; r < types; r++) {
      at += r == ends[at] ? 1 : 0;
      mean += frequencies[at] * logs.of(r);
    }
    mean /= tokens;
    double exponent = solve(logs, mean);
    double harmonic = moments(logs, exponent)[0];
    double distance = 0;
    double fitted = 0;
    double seen = 0;
    for (int r = 0, at = 0; r < types; r++) {
      at += r == ends[at] ? 1 : 0;
      fitted += Math.exp(-exponent * logs.of(r)) / harmonic;
      seen += (double) frequencies[at] / tokens;
      distance = Math.max(distance, Math.abs(fitted - seen));
    }
    return new ZipfFit(
        exponent,
        distance,
        types,
        tokens,
        points(frequencies, ends, points, exponent, tokens / harmonic));
  }

  /** ln r of the ranks 1 to V, the first of which are kept. */
  private static final class Logs {
    private static final int KEPT = 1 << 20;

    private final int types;
    private final double[] kept;

    private Logs(int types) {
      this.types = types;
      this.kept = new double[Math.min(types, KEPT)];
      Arrays.setAll(kept, r -> Math.log(r + 1.0));
    }

    private double of(int r) {
      return r < kept.length ? kept[r] : Math.log(r + 1.0);
    }
  }

  /** Newton's method for the mean of ln r, kept inside a bracket that halves where it must. */
  private static double solve(Logs logs, double mean) {
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
  private static double[] moments(Logs logs, double s) {
    double harmonic = 0;
    double first = 0;
    double second = 0;
    for (int r = 0; r < logs.types; r++) {
      double log = logs.of(r);
      double p = Math.exp(-s * log);
      harmonic += p;
      first += p * log;
      second += p * log * log;
    }
    first /= harmonic;
    return new double[] {harmonic, first, second / harmonic - first * first};
  }

  private static List<Point> points(
      long[] frequencies, int[] ends, int points, Double exponent, double scale) {
    List<Point> kept = new ArrayList<>();
    int types = ends.length == 0 ? 0 : ends[ends.length - 1];
    int frequency = 0;
    long last = 0;
    for (int i = 0; i < points && types > 0; i++) {
      double at = points == 1 ? 0 : Math.log(types) * i / (points - 1);
      long rank = Math.min(types, Math.round(Math.exp(at)));
      if (rank > last) {
        Double fitted =
            exponent == null ? null : scale * Math.exp(-exponent * Math.log((double) rank));
        while (ends[frequency] < rank) {
          frequency++;
        }
        kept.add(new Point(rank, frequencies[frequency], fitted));
        last = rank;
      }
    }
    return kept;
  }
}
