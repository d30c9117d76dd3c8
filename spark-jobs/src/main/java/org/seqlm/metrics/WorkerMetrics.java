package org.seqlm.metrics;

/**
 * One worker of a round; a part of its line.
 *
 * @param worker from 0
 * @param loss mean in nats a token; null where it is not finite
 * @param tokens trained
 * @param drift ‖θ − mean‖ / ‖mean‖ of its parameters θ before they were averaged; null if unknown
 * @param gradients of its steps; null if the engine does not count them
 * @param seconds of its task
 * @param executor it ran on, as Spark's scheduler names it
 * @param gpu it computed on, as last seen; null on a CPU, and where nobody tells
 */
public record WorkerMetrics(
    int worker,
    Double loss,
    long tokens,
    Double drift,
    Gradients gradients,
    Seconds seconds,
    String executor,
    Gpu gpu) {

  /**
   * The global norms of the gradients, before clipping.
   *
   * @param updates of the parameters
   * @param clipped updates whose gradient was scaled down
   * @param meanNorm over the updates
   * @param maxNorm the largest
   */
  public record Gradients(long updates, long clipped, double meanNorm, double maxNorm) {}

  /**
   * Wall time of a worker's task.
   *
   * @param broadcast fetching the shared parameters
   * @param read coming by its state
   * @param compute in the learner, reading text included
   * @param write keeping its state
   * @param idle from its end until the last worker's, by the hosts' clocks
   */
  public record Seconds(double broadcast, double read, double compute, double write, double idle) {}

  /**
   * A GPU, which several workers may share.
   *
   * @param utilisation share of the driver's last sampling period in which a kernel ran, 0 to 1
   * @param usedBytes of its memory, by all processes
   * @param totalBytes of its memory
   */
  public record Gpu(double utilisation, long usedBytes, long totalBytes) {}
}
