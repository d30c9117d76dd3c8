package org.seqlm.job.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.seqlm.UserException;

/**
 * Spark can end under a job: its master gives up, an application is killed. Most of what a job does
 * fails then by itself, but some of Spark's calls wait for an answer that nobody is left to give.
 */
final class EndedSession {
  private static final long LOOK_MILLIS = 500;

  /** What fails by itself has failed by then, in milliseconds. */
  private static final long GRACE_MILLIS = 10_000;

  /** An interrupt may fall into what cleans up, so there is not another at once. */
  private static final long AGAIN_MILLIS = 30_000;

  private EndedSession() {}

  /** Until this is closed somebody watches the thread that made it, which also closes it. */
  static final class Watch implements AutoCloseable {
    private final Thread worker = Thread.currentThread();
    private final CountDownLatch over = new CountDownLatch(1);
    private boolean closed;
    private boolean interrupted;

    private boolean overWithin(long millis) {
      try {
        return over.await(millis, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        return true; // nobody but the end of the process would
      }
    }

    /** Who is done is left alone, however late this comes. */
    private synchronized void interrupt() {
      if (!closed) {
        interrupted = true;
        worker.interrupt();
      }
    }

    /** Takes an interrupt back that met nothing: what follows, as Spark's own end, shall not. */
    @Override
    public synchronized void close() {
      closed = true;
      over.countDown();
      if (interrupted) {
        Thread.interrupted();
      }
    }
  }

  /**
   * Interrupts the calling thread if it is still at work a while after {@code ended}.
   *
   * @param ended whether Spark has
   */
  static Watch watch(BooleanSupplier ended) {
    return watch(ended, GRACE_MILLIS);
  }

  /** The same with another while, in milliseconds. */
  static Watch watch(BooleanSupplier ended, long graceMillis) {
    return start(
        watch -> {
          while (!ended.getAsBoolean()) {
            if (watch.overWithin(LOOK_MILLIS)) {
              return;
            }
          }
          for (long wait = graceMillis; !watch.overWithin(wait); wait = AGAIN_MILLIS) {
            watch.interrupt();
          }
        });
  }

  /** Interrupts the calling thread if this is not closed within so many milliseconds. */
  static Watch limit(long millis) {
    return start(
        watch -> {
          if (!watch.overWithin(millis)) {
            watch.interrupt();
          }
        });
  }

  private static Watch start(java.util.function.Consumer<Watch> task) {
    Watch watch = new Watch();
    Thread thread = new Thread(() -> task.accept(watch), "seqlm-session");
    thread.setDaemon(true);
    thread.start();
    return watch;
  }

  /** What failed because Spark had ended. */
  static UserException explain(Exception problem) {
    Thread.interrupted();
    for (Throwable at = problem; at != null; at = at.getCause()) {
      if (at instanceof UserException user) {
        return user;
      }
    }
    // An interrupt is ours, and says nothing.
    String what = problem.getMessage() == null ? "" : ": " + Failures.oneLine(problem);
    return UserException.platform(
        "Spark ended while the command ran, as if its master or the network were lost (the log"
            + " says why)"
            + what,
        problem);
  }
}
