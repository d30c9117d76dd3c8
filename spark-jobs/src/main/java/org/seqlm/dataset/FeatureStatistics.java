package org.seqlm.dataset;

import java.util.List;

/**
 * The numbers of a column in the train split, feature by feature; values that are missing do not
 * count.
 *
 * @param counts values that are there
 * @param means of them; 0 where there are none
 * @param deviations square roots of their mean squared distances from the mean; 0 where all are
 *     equal
 */
public record FeatureStatistics(List<Long> counts, List<Double> means, List<Double> deviations)
    implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  public FeatureStatistics {
    counts = List.copyOf(counts);
    means = List.copyOf(means);
    deviations = List.copyOf(deviations);
  }

  /**
   * Adds up counts, means and sums of squared distances of parts, by the update of Chan, Golub and
   * LeVeque (1979), which loses no digits to a large mean. The result depends on the order of the
   * parts in its last bits.
   */
  public static final class Sums implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    private final long[] counts;
    private final double[] means;
    private final double[] squares;

    public Sums(int features) {
      counts = new long[features];
      means = new double[features];
      squares = new double[features];
    }

    /** Adds one value. */
    public void add(int feature, double value) {
      double n = ++counts[feature];
      double distance = value - means[feature];
      means[feature] += distance / n;
      squares[feature] += distance * (value - means[feature]);
    }

    /** Adds another part of as many features. */
    public void add(Sums part) {
      for (int f = 0; f < counts.length; f++) {
        if (part.counts[f] > 0) {
          double n = counts[f];
          double all = n + part.counts[f];
          double distance = part.means[f] - means[f];
          means[f] += distance * part.counts[f] / all;
          squares[f] += part.squares[f] + distance * distance * n * part.counts[f] / all;
          counts[f] += part.counts[f];
        }
      }
    }

    public FeatureStatistics statistics() {
      Long[] n = new Long[counts.length];
      Double[] mean = new Double[counts.length];
      Double[] deviation = new Double[counts.length];
      for (int f = 0; f < n.length; f++) {
        n[f] = counts[f];
        mean[f] = means[f];
        deviation[f] = counts[f] == 0 ? 0 : Math.sqrt(squares[f] / counts[f]);
      }
      return new FeatureStatistics(List.of(n), List.of(mean), List.of(deviation));
    }
  }
}
