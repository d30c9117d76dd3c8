package org.seqlm.spark.task;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** What the tasks of an application cost from now on. */
public final class JobCosts implements AutoCloseable {
  private final JavaSparkContext spark;
  private final Listener listener = new Listener();

  public JobCosts(JavaSparkContext spark) {
    this.spark = spark;
    spark.sc().addSparkListener(listener);
  }

  /** Bytes that tasks have written to the shuffle. */
  public long shuffleBytes() {
    settle();
    return listener.shuffleBytes.get();
  }

  /** Seconds of processor time that tasks have taken. */
  public double cpuSeconds() {
    settle();
    return listener.cpuNanos.get() / 1e9;
  }

  /** Events come a little late. */
  private void settle() {
    try {
      spark.sc().listenerBus().waitUntilEmpty(2_000);
    } catch (java.util.concurrent.TimeoutException e) {
      // What is known must do.
    }
  }

  @Override
  public void close() {
    spark.sc().removeSparkListener(listener);
  }

  private static final class Listener extends SparkListener {
    private final AtomicLong shuffleBytes = new AtomicLong();
    private final AtomicLong cpuNanos = new AtomicLong();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      TaskMetrics metrics = end.taskMetrics();
      if (metrics != null) {
        shuffleBytes.addAndGet(metrics.shuffleWriteMetrics().bytesWritten());
        cpuNanos.addAndGet(metrics.executorCpuTime() + metrics.executorDeserializeCpuTime());
      }
    }
  }
}
