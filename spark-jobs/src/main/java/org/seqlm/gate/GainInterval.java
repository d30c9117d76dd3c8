package org.seqlm.gate;

import java.util.List;

/**
 * An interval for the mean gain.
 *
 * <p>It holds the mean at its level whenever it is looked at: the hedged capital confidence
 * sequence (Waudby-Smith and Ramdas 2024, Theorem 3, with θ = 1/2), its running intersection, of
 * observations as {@link BettingTest} has them, the allowance given on both sides. Below it are the
 * means m that betting on more than m has refused (capital 2/α was reached), above it those that
 * betting on less has. Stakes do not depend on m, so that what is refused is a half-line, whose end
 * is found by halving: λ = √(2 ln(2/α) / (n σ²)) with the variance σ² of clusters before, the
 * plug-in bets of the same paper for a number n of clusters that is known before.
 *
 * <p>It is there to be read. The decision is by {@link BettingTest}, which bets against one mean
 * only, and so more boldly.
 *
 * @param lower end in bits a character; null where clusters are too few to refuse anything
 * @param upper likewise
 * @param level for instance 0.95
 */
public record GainInterval(Double lower, Double upper, double level) {
  private static final int HALVINGS = 60;

  /** The interval of a night's clusters, in their order. */
  public static GainInterval of(List<ClusterGain> clusters, Clip clip, double level) {
    Double lower = new Side(clusters, clip, level).end();
    Double upper =
        new Side(clusters.stream().map(ClusterGain::mirrored).toList(), clip, level).end();
    return new GainInterval(lower, upper == null ? null : -upper, level);
  }

  /** Betting on more. */
  private static final class Side {
    private final List<ClusterGain> clusters;
    private final Clip clip;
    private final double needed; // ln(2/α)
    private final double[] scales; // (cluster): mean weight before
    private final double[] bounds; // (cluster): of the clip, from what was before
    private final double[] stakes; // (cluster): λ, likewise

    Side(List<ClusterGain> clusters, Clip clip, double level) {
      this.clusters = clusters;
      this.clip = clip;
      this.needed = Math.log(2 / (1 - level));
      this.scales = new double[clusters.size()];
      this.bounds = new double[clusters.size()];
      this.stakes = new double[clusters.size()];
      double gain = 0;
      double weight = 0;
      double squares = clip.priorVariance();
      for (int i = 0; i < stakes.length; i++) {
        ClusterGain cluster = clusters.get(i);
        double variance = squares / (i + 1);
        scales[i] = i == 0 ? cluster.weight() : weight / i;
        bounds[i] = clip.bound(variance);
        stakes[i] =
            Math.min(
                Math.sqrt(2 * needed / (stakes.length * variance)),
                BettingTest.BOLDEST / bounds[i]);
        gain += cluster.gain();
        weight += cluster.weight();
        double rest = cut((cluster.gain() - gain / weight * cluster.weight()) / scales[i], i);
        squares += rest * rest;
      }
    }

    private double cut(double value, int cluster) {
      return Math.max(-bounds[cluster], Math.min(bounds[cluster], value));
    }

    /** The largest mean that is refused; null for none. */
    Double end() {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < stakes.length; i++) {
        ClusterGain cluster = clusters.get(i);
        double mean = cluster.gain() / cluster.weight();
        // Every observation at the upper bound, and none above 0.
        low = Math.min(low, mean - clip.allowance() - bounds[i] * scales[i] / cluster.weight());
        high = Math.max(high, mean);
      }
      if (!refuses(low)) {
        return null;
      }
      for (int i = 0; i < HALVINGS; i++) {
        double middle = low + (high - low) / 2;
        if (refuses(middle)) {
          low = middle;
        } else {
          high = middle;
        }
      }
      return low;
    }

    private boolean refuses(double mean) {
      double log = 0;
      for (int i = 0; i < stakes.length; i++) {
        ClusterGain cluster = clusters.get(i);
        double value = (cluster.gain() - (mean + clip.allowance()) * cluster.weight()) / scales[i];
        log += Math.log(1 + stakes[i] * cut(value, i));
        if (log >= needed) {
          return true;
        }
      }
      return false;
    }
  }
}
