package org.seqlm.spark.watch;

import org.apache.spark.Success$;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/** What tasks of any kind come to, as Spark's events tell it. */
final class TaskTotals extends SparkListener {
  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    // A stage that is run again has lost some of what it made, and runs these tasks alone.
    if (start.taskInfo().attemptNumber() > 0
        || start.taskInfo().speculative()
        || start.stageAttemptId() > 0) {
      Figures.add(Figure.TASKS_REPEATED, 1);
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.reason() != Success$.MODULE$) {
      Figures.add(Figure.TASKS_FAILED, 1);
    }
    TaskMetrics metrics = end.taskMetrics();
    if (metrics != null) {
      Figures.add(Figure.TASKS_SHUFFLE_BYTES, metrics.shuffleWriteMetrics().bytesWritten());
      Figures.add(Figure.TASKS_SPILLED_BYTES, metrics.diskBytesSpilled());
    }
  }

  @Override
  public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
    Figures.add(Figure.EXECUTORS_LOST, 1);
  }
}
