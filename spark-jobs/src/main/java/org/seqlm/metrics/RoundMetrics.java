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
 * @param slots tasks that the cluster runs at a time; null if nobody wrote it down
 * @param drift root mean square over workers of their {@link WorkerMetrics#drift}; null likewise
 * @param phases what the seconds went to; null likewise
 * @param straggler the slowest worker; null likewise, and where one trained
 * @param workers by number; none if nobody wrote them down or there are more than {@link
 *     #MOST_WORKERS}
 */
public record RoundMetrics(
    int round,
    double epoch,
    long steps,
    long tokens,
    double loss,
    double learningRate,
    double seconds,
    Integer slots,
    Double drift,
    Phases phases,
    Straggler straggler,
    List<WorkerMetrics> workers) {
  /** Of more a run's metrics would outgrow its checkpoints. */
  public static final int MOST_WORKERS = 256;

  /**
   * Where a round's wall time went, in seconds, along the worker that ended last: up to {@code
   * write} its task, then the driver. Their sum, but for {@code idle}, is the round's time.
   *
   * @param launch until its task began: scheduling, and waiting for a slot
   * @param broadcast fetching the shared parameters
   * @param read coming by its state; training rounds again whose states were lost counts here
   * @param compute in the learner
   * @param write keeping its state
   * @param average from its end on: shuffling, summing, collecting, the outer optimiser
   * @param idle idle time of the other workers until it ended, their mean; not part of the sum
   */
  public record Phases(
      double launch,
      double broadcast,
      double read,
      double compute,
      double write,
      double average,
      double idle) {
    /** All but the learner's time, as a share of the round. */
    public double overhead() {
      double others = launch + broadcast + read + write + average;
      return others / Math.max(others + compute, 1e-9);
    }
  }

  /**
   * The worker whose learner took the longest.
   *
   * @param worker its number
   * @param ratio its seconds to the median worker's, at least 1
   */
  public record Straggler(int worker, double ratio) {}

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
    this(
        round,
        epoch,
        steps,
        tokens,
        loss,
        learningRate,
        seconds,
        null,
        null,
        null,
        null,
        List.of());
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
