package org.seqlm.spark;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/**
 * The tasks that run. Those of a job that failed go on for a moment after the driver knows, and may
 * make a folder again that it is about to remove: so whoever removes waits for them, by closing
 * this first. Where a job ended well there are none.
 */
public final class RunningTasks implements AutoCloseable {
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final JavaSparkContext spark;
  private final Listener listener = new Listener();

  /** Knows of all tasks that start from now on. */
  public RunningTasks(JavaSparkContext spark) {
    this.spark = spark;
    spark.sc().addSparkListener(listener);
  }

  /** Waits until none runs; not for ever, as one may not notice that it was told to stop. */
  @Override
  public void close() {
    long from = System.nanoTime();
    try {
      while (!spark.sc().isStopped() && running() > 0 && System.nanoTime() - from < MOST_NANOS) {
        Thread.sleep(5);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    spark.sc().removeSparkListener(listener);
  }

  private int running() {
    try {
      // Events come a little late.
      spark.sc().listenerBus().waitUntilEmpty(2_000);
    } catch (TimeoutException e) {
      // What is known must do.
    }
    return listener.running.get();
  }

  private static final class Listener extends SparkListener {
    private final AtomicInteger running = new AtomicInteger();

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      running.incrementAndGet();
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      running.decrementAndGet();
    }
  }
}
