package org.seqlm.bench.averaging;

import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.seqlm.neural.KeyedRandom;

/**
 * Kills executors of a {@code local-cluster} as {@code kill -9} does, at moments that a seed
 * decides: before which rounds, and how long after such a round begins. Which executor it is, and
 * what that is at, is the machine's.
 */
final class ExecutorKiller implements AutoCloseable {
  private static final double MOST_MILLIS = 400; // a round of the soak, more or less

  private final KeyedRandom random;
  private final int every;
  private final AtomicInteger killed = new AtomicInteger();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "executor-killer");
            thread.setDaemon(true);
            return thread;
          });
  private int round;

  /**
   * @param every rounds between two, in the mean
   */
  ExecutorKiller(long seed, int every) {
    random = KeyedRandom.of(seed, "soak kills");
    this.every = every;
  }

  /** A round begins, which an executor may not survive. */
  void round() {
    round++;
    if (random.uniform(3L * round) * every < 1) {
      long delay = (long) (random.uniform(3L * round + 1) * MOST_MILLIS);
      double which = random.uniform(3L * round + 2);
      clock.schedule(() -> kill(which), delay, TimeUnit.MILLISECONDS);
    }
  }

  /** Executors that are there no more. */
  int killed() {
    return killed.get();
  }

  private void kill(double which) {
    List<ProcessHandle> executors =
        ProcessHandle.current().children().filter(ExecutorKiller::isJava).toList();
    // The last one would only make the cluster wait for its successor.
    if (executors.size() > 1 && executors.get((int) (which * executors.size())).destroyForcibly()) {
      killed.incrementAndGet();
    }
  }

  /** A driver starts no Java but its executors, whose command lines are too long to be told. */
  private static boolean isJava(ProcessHandle process) {
    return process.info().command().filter(program -> program.endsWith("java")).isPresent();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
