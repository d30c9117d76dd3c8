package org.seqlm.spark.training;

/**
 * What a worker's task took, by the clock of its host.
 *
 * @param broadcast seconds of fetching the shared parameters
 * @param read seconds of coming by its state, rounds trained again included
 * @param waited seconds until it had a GPU that other tasks had
 * @param compute seconds in the learner, without these
 * @param write seconds of keeping its state
 * @param begun when it began, in milliseconds since 1970
 * @param ended when it had its result, likewise
 */
public record WorkerTimes(
    double broadcast,
    double read,
    double waited,
    double compute,
    double write,
    long begun,
    long ended) {

  /** Takes the times of a task, one part after the other. */
  static final class Clock {
    private final long begun = System.currentTimeMillis();
    private long last = System.nanoTime();
    private double broadcast;
    private double read;
    private double waited;
    private double compute;
    private double write;

    private double lap() {
      long now = System.nanoTime();
      double seconds = (now - last) * 1e-9;
      last = now;
      return seconds;
    }

    void broadcast() {
      broadcast += lap();
    }

    void read() {
      read += lap();
    }

    /**
     * The learner is done.
     *
     * @param ofThis seconds that it waited for its GPU
     */
    void compute(double ofThis) {
      double seconds = lap();
      double before = Math.min(seconds, ofThis);
      waited += before;
      compute += seconds - before;
    }

    void write() {
      write += lap();
    }

    WorkerTimes times() {
      return new WorkerTimes(
          broadcast, read, waited, compute, write, begun, System.currentTimeMillis());
    }
  }
}
