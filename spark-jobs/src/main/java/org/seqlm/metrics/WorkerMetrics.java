package org.seqlm.metrics;

/**
 * What one worker's round came to; a part of the round's line.
 *
 * @param worker from 0
 * @param loss mean in nats a token; null where it is not finite
 * @param tokens trained
 * @param drift ‖θ − mean‖ / ‖mean‖ of its parameters θ before they were averaged; null if unknown
 * @param gradients of its steps; null if the engine does not count them
 */
public record WorkerMetrics(
    int worker, Double loss, long tokens, Double drift, Gradients gradients) {

  /**
   * The global norms of the gradients, before clipping.
   *
   * @param updates of the parameters
   * @param clipped updates whose gradient was scaled down
   * @param meanNorm over the updates; null where it is not finite, or there were none
   * @param maxNorm the largest; null likewise
   */
  public record Gradients(long updates, long clipped, Double meanNorm, Double maxNorm) {
    public Gradients {
      // JSON has no other numbers.
      meanNorm = finite(meanNorm);
      maxNorm = finite(maxNorm);
    }

    /** As they were measured. */
    public Gradients(long updates, long clipped, double meanNorm, double maxNorm) {
      this(updates, clipped, (Double) meanNorm, (Double) maxNorm);
    }

    private static Double finite(Double norm) {
      return norm != null && Double.isFinite(norm) ? norm : null;
    }
  }
}
