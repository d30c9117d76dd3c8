package org.seqlm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Tasks in a thread each that get ready by themselves and go on together. Where one fails nobody
 * waits for it, and its failure is what is thrown, not that others missed it.
 */
public final class Together {
  /** Nobody takes that long to get ready. */
  private static final int ENOUGH_MINUTES = 5;

  private Together() {}

  /**
   * A task.
   *
   * @param <T> its result
   */
  @FunctionalInterface
  public interface Task<T> {
    /**
     * Runs it.
     *
     * @param ready to be run once, when it is ready; returns when all are
     */
    T run(Runnable ready) throws Exception;
  }

  /**
   * Runs all to their ends.
   *
   * @return what they came to, in their order
   * @throws ExecutionException with the failure that came first
   */
  public static <T> List<T> run(List<Task<T>> tasks)
      throws ExecutionException, InterruptedException {
    Phaser line = new Phaser(tasks.size());
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Callable<T>> calls = new ArrayList<>();
    for (Task<T> task : tasks) {
      calls.add(
          () -> {
            try {
              return task.run(() -> await(line));
            } catch (Throwable e) {
              failure.compareAndSet(null, e);
              // From now on nobody waits, nor whoever comes later.
              line.forceTermination();
              throw e;
            }
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      List<Future<T>> futures = threads.invokeAll(calls);
      if (failure.get() != null) {
        throw new ExecutionException(failure.get());
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private static void await(Phaser line) {
    try {
      if (line.awaitAdvanceInterruptibly(line.arrive(), ENOUGH_MINUTES, TimeUnit.MINUTES) < 0) {
        throw new IllegalStateException("another task failed before it was ready");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while it waited for other tasks", e);
    } catch (TimeoutException e) {
      throw new IllegalStateException("another task did not get ready", e);
    }
  }
}
