package org.seqlm.metrics;

import java.util.List;

/**
 * One round of averaging; a line of a run's metrics. Lines of releases before have the first seven
 * keys only.
 *
 * @param round from 1
 * @param epoch passes over the training tokens so far, with their fraction
 * @param steps local steps of one worker so far
 * @param tokens trained so far, by all workers
 * @param loss mean over the round's tokens, in nats a token
 * @param learningRate of the round's last step
 * @param seconds of wall time the round took
 * @param drift root mean square over workers of their {@link WorkerMetrics#drift}; null if nobody
 *     wrote it down
 * @param workers by number; none if nobody wrote them down or there are more than {@link
 *     #MOST_WORKERS}
 * @param times what the seconds went to; null if nobody wrote it down
 */
public record RoundMetrics(
    int round,
    double epoch,
    long steps,
    long tokens,
    double loss,
    double learningRate,
    double seconds,
    Double drift,
    List<WorkerMetrics> workers,
    RoundTimes times) {
  /** Of more a run's metrics would outgrow its checkpoints. */
  public static final int MOST_WORKERS = 256;

  public RoundMetrics {
    workers = workers == null ? List.of() : List.copyOf(workers);
  }

  /** As releases before wrote it. */
  public RoundMetrics(
      int round,
      double epoch,
      long steps,
      long tokens,
      double loss,
      double learningRate,
      double seconds) {
    this(round, epoch, steps, tokens, loss, learningRate, seconds, null, null, null);
  }

  /** The updates of all workers whose gradient was scaled down, of one; NaN if nobody counted. */
  public double clippedShare() {
    long updates = 0;
    long clipped = 0;
    for (WorkerMetrics worker : workers) {
      if (worker.gradients() != null) {
        updates += worker.gradients().updates();
        clipped += worker.gradients().clipped();
      }
    }
    return updates == 0 ? Double.NaN : (double) clipped / updates;
  }
}
