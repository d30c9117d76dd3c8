package org.seqlm.metrics;

import java.util.List;

/**
 * What a round took, and where; a part of its line. Unlike the rest of the line it differs from run
 * to run.
 *
 * @param checkpoint seconds that the checkpoint before the round took, which the round's do not
 *     count; null if there was none in this process
 * @param elapsed seconds from the beginning of the training to the round's end: looks, checkpoints
 *     and earlier processes included, but not what was trained again; null if nobody wrote it down.
 *     {@link TrainingMetrics#seconds} is how to ask
 * @param slots tasks that run at a time
 * @param phases what the round's seconds went to
 * @param straggler the slowest worker; null where one trained
 * @param workers by number; none if there are more than {@link RoundMetrics#MOST_WORKERS}
 */
public record RoundTimes(
    Double checkpoint,
    Double elapsed,
    int slots,
    Phases phases,
    Straggler straggler,
    List<Worker> workers) {
  public RoundTimes {
    workers = List.copyOf(workers);
  }

  private static double orNone(Double seconds) {
    return seconds == null ? 0 : seconds;
  }

  /**
   * Where a round's wall time went, in seconds, along the worker that ended last: up to {@code
   * write} its task, then the driver. Their sum, but for {@code idle}, is the round's time. Where
   * averages are delayed a task may have begun before its round: then {@code broadcast} to {@code
   * write} are the whole task's, and {@code launch} and {@code average} what the driver waited for.
   *
   * @param launch until its task began: scheduling, and waiting for a slot
   * @param broadcast fetching the shared parameters
   * @param read coming by its state; training rounds again whose states were lost counts here
   * @param waited for a GPU that other tasks had; 0 if nobody wrote it down
   * @param compute in the learner, reading text included
   * @param write keeping its state
   * @param average from its end on: shuffling, summing, collecting, the outer optimiser
   * @param idle of the other workers until it ended, their mean; not part of the sum
   */
  public record Phases(
      double launch,
      double broadcast,
      double read,
      Double waited,
      double compute,
      double write,
      double average,
      double idle) {
    public Phases {
      waited = orNone(waited);
    }

    /** What was no overhead: the learner's time, and what it waited for a GPU that was at work. */
    public double trained() {
      return waited + compute;
    }
  }

  /**
   * The worker that computed the longest.
   *
   * @param worker its number
   * @param ratio its seconds to the median worker's, at least 1
   */
  public record Straggler(int worker, double ratio) {}

  /**
   * A worker's task: seconds as in {@link Phases}.
   *
   * @param idle from its end until the last worker's, by the hosts' clocks
   * @param executor it ran on, as Spark's scheduler names it
   * @param gpu it computed on, as last seen; null on a CPU, and where nobody tells
   */
  public record Worker(
      int worker,
      double broadcast,
      double read,
      Double waited,
      double compute,
      double write,
      double idle,
      String executor,
      Gpu gpu) {
    public Worker {
      waited = orNone(waited);
    }
  }

  /**
   * A GPU, which several workers may share.
   *
   * @param utilisation share of the driver's last sampling period in which a kernel ran, 0 to 1
   * @param usedBytes of its memory, by all processes
   * @param totalBytes of its memory
   */
  public record Gpu(double utilisation, long usedBytes, long totalBytes) {}
}
