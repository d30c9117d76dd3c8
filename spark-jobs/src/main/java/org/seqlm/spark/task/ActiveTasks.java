package org.seqlm.spark.task;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/**
 * The tasks that run. Those of a job that failed go on for a moment after the driver knows, and may
 * make a folder again that it is about to remove: so whoever removes waits for them first. Where a
 * job ended well there are none.
 */
public final class ActiveTasks implements AutoCloseable {
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final JavaSparkContext spark;
  private final Listener listener = new Listener();

  /** Knows of all tasks that start from now on. */
  public ActiveTasks(JavaSparkContext spark) {
    this.spark = spark;
    spark.sc().addSparkListener(listener);
  }

  /** Waits until none runs; not for ever, as one may not notice that it was told to stop. */
  public void await() {
    long from = System.nanoTime();
    try {
      while (running() > 0 && System.nanoTime() - from < MOST_NANOS) {
        Thread.sleep(5);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits as {@link #await} does, and no longer listens. */
  @Override
  public void close() {
    await();
    spark.sc().removeSparkListener(listener);
  }

  /** How many run now; none where Spark has stopped. */
  public int running() {
    if (spark.sc().isStopped()) {
      return 0;
    }
    try {
      // Events come a little late.
      spark.sc().listenerBus().waitUntilEmpty(2_000);
    } catch (TimeoutException e) {
      // What is known must do.
    }
    return listener.running.size();
  }

  /** A set of ids, as a busy Spark may tell of an end without its beginning. */
  private static final class Listener extends SparkListener {
    private final Set<Long> running = ConcurrentHashMap.newKeySet();

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      running.add(start.taskInfo().taskId());
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      running.remove(end.taskInfo().taskId());
    }
  }
}
