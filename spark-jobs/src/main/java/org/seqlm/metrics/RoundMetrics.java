package org.seqlm.metrics;

import java.util.List;

/**
 * One round of averaging; a line of a run's metrics. Lines of older releases have fewer keys.
 *
 * @param round from 1
 * @param epoch passes over the training tokens so far, with their fraction
 * @param steps local steps of one worker so far
 * @param tokens trained so far, by all workers
 * @param loss mean over the round's tokens, in nats a token
 * @param learningRate of the round's last step, of a window of T tokens
 * @param seconds of wall time that the run waited for the round; of one that had begun ahead of its
 *     time (averages that are delayed), from when the one before was done with
 * @param drift root mean square over workers of their {@link WorkerMetrics#drift}; null if nobody
 *     wrote it down
 * @param update the mean gradient of all workers, where that is averaged and makes the round's one
 *     update, which is where it is clipped; null where each worker makes updates of its own
 * @param workers by number; none if nobody wrote them down or there are more than {@link
 *     #MOST_WORKERS}
 * @param times what the seconds went to; null if nobody wrote it down
 * @param replayed of the tokens so far, those of old text; null of a run that replays none
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
    WorkerMetrics.Gradients update,
    List<WorkerMetrics> workers,
    RoundTimes times,
    Long replayed) {
  /** Of more a run's metrics would outgrow its checkpoints. */
  public static final int MOST_WORKERS = 256;

  public RoundMetrics {
    workers = workers == null ? List.of() : List.copyOf(workers);
  }

  /** Of a run that replays no old text. */
  public RoundMetrics(
      int round,
      double epoch,
      long steps,
      long tokens,
      double loss,
      double learningRate,
      double seconds,
      Double drift,
      WorkerMetrics.Gradients update,
      List<WorkerMetrics> workers,
      RoundTimes times) {
    this(
        round,
        epoch,
        steps,
        tokens,
        loss,
        learningRate,
        seconds,
        drift,
        update,
        workers,
        times,
        null);
  }

  /** The updates whose gradient was scaled down, of one; NaN if nobody counted. */
  public double clippedShare() {
    if (update != null) {
      return (double) update.clipped() / update.updates();
    }
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

  /**
   * What of the round's time its last worker neither computed in nor waited for a GPU that others
   * computed on, as a share; NaN if nobody wrote it down. What is hidden behind the computing of
   * another round does not count.
   */
  public double overhead() {
    if (times == null) {
      return Double.NaN;
    }
    return Math.max(0, 1 - times.phases().trained() / Math.max(seconds, 1e-9));
  }
}
