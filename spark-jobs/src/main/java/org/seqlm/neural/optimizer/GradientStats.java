package org.seqlm.neural.optimizer;

import java.io.Serializable;

/**
 * The gradients of a worker's updates in a round; where the workers only send gradients, that of
 * the round. Norms are global, before clipping by norm and after clipping by value.
 *
 * @param updates that were made, or 1 for a gradient that was sent
 * @param clipped those of them that were scaled down to the bound of the norm
 * @param meanNorm of their gradients; NaN if there were none
 * @param maxNorm of the same, NaN likewise
 */
public record GradientStats(long updates, long clipped, double meanNorm, double maxNorm)
    implements Serializable {
  public GradientStats {
    if (updates < 0 || clipped < 0 || clipped > updates) {
      throw new IllegalArgumentException("of " + updates + " updates " + clipped + " clipped");
    }
  }

  /** Adds them up, one update after another. */
  public static final class Sum {
    private long updates;
    private long clipped;
    private double sum;
    private double max = Double.NEGATIVE_INFINITY;

    /**
     * One more.
     *
     * @param norm of its gradient
     * @param bound of the norm; 0 for none
     */
    public void add(double norm, double bound) {
      updates++;
      sum += norm;
      // NaN is more than any.
      max = Math.max(max, norm);
      if (bound > 0 && norm > bound) {
        clipped++;
      }
    }

    /** All so far. */
    public GradientStats stats() {
      return updates == 0
          ? new GradientStats(0, 0, Double.NaN, Double.NaN)
          : new GradientStats(updates, clipped, sum / updates, max);
    }
  }
}
