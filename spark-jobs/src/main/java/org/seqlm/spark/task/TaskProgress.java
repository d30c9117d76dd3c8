package org.seqlm.spark.task;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.Progress;
import scala.collection.JavaConverters;

/**
 * Shows how far a Spark job is: tasks add to {@link #done}; what finished tasks added, and what
 * running ones have told with their heartbeats, becomes {@link Progress#update}. Close it when the
 * job is over.
 */
public final class TaskProgress implements AutoCloseable {
  private final JavaSparkContext spark;
  private final Progress progress;
  private final long total;
  private final LongAccumulator done;
  private final LongAccumulator more;
  private final String moreUnit;
  private final Listener listener = new Listener();
  private boolean closed;

  private TaskProgress(
      JavaSparkContext spark, Progress progress, long total, String stage, String moreUnit) {
    this.spark = spark;
    this.progress = progress;
    this.total = total;
    this.moreUnit = moreUnit;
    done = spark.sc().longAccumulator("seqlm " + stage);
    more = spark.sc().longAccumulator("seqlm " + stage + " more");
  }

  /**
   * Begins a stage.
   *
   * @param total of {@code unit}, 0 where unknown
   * @param moreUnit what {@link #more} counts, shown as the detail; empty for nothing
   */
  public static TaskProgress start(
      JavaSparkContext spark,
      Progress progress,
      String stage,
      long total,
      String unit,
      String moreUnit) {
    progress.stage(stage, total, unit);
    TaskProgress started = new TaskProgress(spark, progress, total, stage, moreUnit);
    spark.sc().addSparkListener(started.listener);
    return started;
  }

  /** Tasks add to it what they have done, in the stage's unit. */
  public LongAccumulator done() {
    return done;
  }

  /** Tasks may add to it something else that is worth showing. */
  public LongAccumulator more() {
    return more;
  }

  /** Shows the end; no update comes after it. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      spark.sc().removeSparkListener(listener);
      show(done.sum(), more.sum());
    }
  }

  private synchronized void update(long runningDone, long runningMore) {
    if (!closed) {
      show(done.sum() + runningDone, more.sum() + runningMore);
    }
  }

  private void show(long nowDone, long nowMore) {
    // A task that ran twice has added twice.
    long shown = total > 0 ? Math.min(total, nowDone) : nowDone;
    progress.update(
        shown, moreUnit.isEmpty() ? "" : String.format(Locale.ROOT, "%,d %s", nowMore, moreUnit));
  }

  private final class Listener extends SparkListener {
    private final Map<Long, long[]> running = new HashMap<>();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (end.taskInfo() != null) {
        running.remove(end.taskInfo().taskId());
      }
      tell();
    }

    @Override
    public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
      for (var task : JavaConverters.seqAsJavaList(update.accumUpdates())) {
        long[] values = new long[2];
        for (AccumulableInfo info : JavaConverters.seqAsJavaList(task._4())) {
          if (info.update().isDefined() && info.update().get() instanceof Long value) {
            if (info.id() == done.id()) {
              values[0] = value;
            } else if (info.id() == more.id()) {
              values[1] = value;
            }
          }
        }
        if (values[0] != 0 || values[1] != 0) {
          running.put((Long) task._1(), values);
        }
      }
      tell();
    }

    private void tell() {
      long runningDone = 0;
      long runningMore = 0;
      for (long[] values : running.values()) {
        runningDone += values[0];
        runningMore += values[1];
      }
      update(runningDone, runningMore);
    }
  }
}
