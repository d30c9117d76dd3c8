package org.seqlm.bench.scale;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.StageInfo;
import org.seqlm.Median;

/** What Spark tells of the tasks that end from now on, by stage. */
final class TaskMeter implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;

  private final JavaSparkContext spark;
  private final Listener listener = new Listener();

  TaskMeter(JavaSparkContext spark) {
    this.spark = spark;
    spark.sc().addSparkListener(listener);
  }

  /** Processor time of tasks' own threads, in seconds. */
  double cpuSeconds() {
    settle();
    return listener.cpuNanos() / 1e9;
  }

  /**
   * The stages that ended.
   *
   * @param heap to say what was in use while each ran
   */
  List<StageUsage> stages(HeapMeter heap) {
    settle();
    return listener.stages(heap);
  }

  /** Events come a little late. */
  private void settle() {
    try {
      spark.sc().listenerBus().waitUntilEmpty(PATIENCE_MILLIS);
    } catch (TimeoutException e) {
      // What is known must do.
    }
  }

  @Override
  public void close() {
    spark.sc().removeSparkListener(listener);
  }

  /** Sums of a stage. */
  private static final class Stage {
    private final List<Double> seconds = new ArrayList<>();
    private final List<Double> bytes = new ArrayList<>();
    private String name = "";
    private long submitted;
    private long completed;
    private long blocks;
    private long written;
    private long execution;
    private long spilled;
  }

  private static final class Listener extends SparkListener {
    private final Map<Integer, Stage> stages = new TreeMap<>();
    private long cpuNanos;

    synchronized long cpuNanos() {
      return cpuNanos;
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd event) {
      TaskMetrics metrics = event.taskMetrics();
      if (metrics == null) {
        return;
      }
      Stage stage = stages.computeIfAbsent(event.stageId(), id -> new Stage());
      stage.seconds.add(
          (metrics.executorDeserializeTime()
                  + metrics.executorRunTime()
                  + metrics.resultSerializationTime())
              / 1e3);
      stage.bytes.add((double) metrics.shuffleReadMetrics().totalBytesRead());
      stage.blocks += metrics.shuffleReadMetrics().totalBlocksFetched();
      stage.written += metrics.shuffleWriteMetrics().bytesWritten();
      stage.execution = Math.max(stage.execution, metrics.peakExecutionMemory());
      stage.spilled += metrics.diskBytesSpilled();
      cpuNanos += metrics.executorCpuTime() + metrics.executorDeserializeCpuTime();
    }

    @Override
    public synchronized void onStageCompleted(SparkListenerStageCompleted event) {
      StageInfo info = event.stageInfo();
      Stage stage = stages.computeIfAbsent(info.stageId(), id -> new Stage());
      stage.name = info.name();
      stage.submitted =
          info.submissionTime().isDefined() ? (Long) info.submissionTime().get() : Long.MAX_VALUE;
      stage.completed = info.completionTime().isDefined() ? (Long) info.completionTime().get() : 0;
    }

    synchronized List<StageUsage> stages(HeapMeter heap) {
      List<StageUsage> usages = new ArrayList<>();
      stages.forEach((number, stage) -> usages.add(usage(number, stage, heap)));
      return usages;
    }

    private static StageUsage usage(int number, Stage stage, HeapMeter heap) {
      return new StageUsage(
          number,
          stage.name,
          stage.seconds.size(),
          sum(stage.seconds),
          most(stage.seconds),
          median(stage.seconds),
          (long) sum(stage.bytes),
          (long) most(stage.bytes),
          median(stage.bytes),
          stage.blocks,
          stage.written,
          stage.execution,
          stage.spilled,
          heap.afterCollection(stage.submitted, stage.completed));
    }

    private static double sum(List<Double> values) {
      return values.stream().mapToDouble(Double::doubleValue).sum();
    }

    private static double most(List<Double> values) {
      return values.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }

    private static double median(List<Double> values) {
      return values.isEmpty() ? 0 : Median.of(values);
    }
  }
}
