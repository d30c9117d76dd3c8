package org.seqlm.bench.meter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.StorageStatistics;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerBlockUpdated;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.storage.BlockUpdatedInfo;

/**
 * What Spark did while something ran, from its own events. One thing at a time: everything that the
 * application does meanwhile is counted.
 */
public final class Meter implements AutoCloseable {
  private final JavaSparkContext spark;
  private final Listener listener = new Listener();

  /**
   * What one thing cost.
   *
   * @param seconds of wall time
   * @param cpuSeconds of this process, all threads; with a local master that is everything
   * @param jobs Spark jobs
   * @param tasks of them
   * @param shuffleBytes written to the shuffle, and read again
   * @param resultBytes of tasks, serialised
   * @param broadcastBytes of broadcasts' pieces as stored: once where they are made, once on each
   *     executor that fetches them; these include the tasks' code
   * @param fileBytes that this process wrote and read through Hadoop's file systems
   * @param timeline of the stages
   */
  public record Usage(
      double seconds,
      double cpuSeconds,
      int jobs,
      long tasks,
      long shuffleBytes,
      long resultBytes,
      long broadcastBytes,
      long fileBytes,
      Timeline timeline) {

    /** Everything that moved, in bytes. */
    public long movedBytes() {
      return shuffleBytes + resultBytes + broadcastBytes + fileBytes;
    }
  }

  /**
   * When Spark was at it, in milliseconds of the clock.
   *
   * @param begin of the measurement
   * @param jobStart first job's
   * @param jobEnd last job's
   * @param end of the measurement
   * @param stages in order of their numbers
   */
  public record Timeline(long begin, long jobStart, long jobEnd, long end, List<Stage> stages) {}

  /**
   * A stage.
   *
   * @param submitted in milliseconds of the clock
   * @param completed in milliseconds of the clock
   * @param tasks of it
   * @param taskMillis run time of all tasks, with reading their code and writing their results
   * @param longestTaskMillis of the longest
   */
  public record Stage(
      long submitted, long completed, int tasks, double taskMillis, double longestTaskMillis) {}

  public Meter(JavaSparkContext spark) {
    this.spark = spark;
    spark.sc().addSparkListener(listener);
  }

  /** Runs something and says what it cost; what it throws is thrown on. */
  public Usage measure(Callable<?> what) throws Exception {
    drain();
    listener.clear();
    long files = fileBytes();
    long cpu = ProcessorTime.nanos();
    long begin = System.currentTimeMillis();
    long start = System.nanoTime();
    double seconds;
    double cpuSeconds;
    long end;
    try {
      what.call();
    } finally {
      seconds = (System.nanoTime() - start) / 1e9;
      end = System.currentTimeMillis();
      cpuSeconds = (ProcessorTime.nanos() - cpu) / 1e9;
      drain();
    }
    return listener.usage(seconds, cpuSeconds, fileBytes() - files, begin, end);
  }

  private void drain() {
    try {
      spark.sc().listenerBus().waitUntilEmpty();
    } catch (java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException("Spark's events are late", e);
    }
  }

  private static long fileBytes() {
    long bytes = 0;
    for (var all = FileSystem.getGlobalStorageStatistics().iterator(); all.hasNext(); ) {
      StorageStatistics statistics = all.next();
      for (String name : new String[] {"bytesRead", "bytesWritten"}) {
        Long value = statistics.getLong(name);
        bytes += value == null ? 0 : value;
      }
    }
    return bytes;
  }

  @Override
  public void close() {
    spark.sc().removeSparkListener(listener);
  }

  private static final class Listener extends SparkListener {
    private final Map<Integer, Stage> stages = new TreeMap<>();
    private final Map<Integer, double[]> taskMillis = new TreeMap<>();
    private int jobs;
    private long tasks;
    private long shuffle;
    private long results;
    private long broadcast;
    private long jobStart;
    private long jobEnd;

    synchronized void clear() {
      stages.clear();
      taskMillis.clear();
      jobs = 0;
      tasks = 0;
      shuffle = 0;
      results = 0;
      broadcast = 0;
      jobStart = 0;
      jobEnd = 0;
    }

    synchronized Usage usage(
        double seconds, double cpuSeconds, long fileBytes, long begin, long end) {
      return new Usage(
          seconds,
          cpuSeconds,
          jobs,
          tasks,
          shuffle,
          results,
          broadcast,
          fileBytes,
          new Timeline(begin, jobStart, jobEnd, end, new ArrayList<>(stages.values())));
    }

    @Override
    public synchronized void onJobStart(SparkListenerJobStart event) {
      jobs++;
      jobStart = jobStart == 0 ? event.time() : jobStart;
    }

    @Override
    public synchronized void onJobEnd(SparkListenerJobEnd event) {
      jobEnd = event.time();
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd event) {
      tasks++;
      TaskMetrics metrics = event.taskMetrics();
      if (metrics == null) {
        return;
      }
      shuffle += metrics.shuffleWriteMetrics().bytesWritten();
      shuffle += metrics.shuffleReadMetrics().totalBytesRead();
      results += metrics.resultSize();
      double millis =
          metrics.executorDeserializeTime()
              + metrics.executorRunTime()
              + metrics.resultSerializationTime();
      double[] sumAndMost = taskMillis.computeIfAbsent(event.stageId(), id -> new double[2]);
      sumAndMost[0] += millis;
      sumAndMost[1] = Math.max(sumAndMost[1], millis);
    }

    @Override
    public synchronized void onStageCompleted(SparkListenerStageCompleted event) {
      var info = event.stageInfo();
      double[] sumAndMost = taskMillis.getOrDefault(info.stageId(), new double[2]);
      stages.put(
          info.stageId(),
          new Stage(
              info.submissionTime().isDefined() ? (Long) info.submissionTime().get() : 0,
              info.completionTime().isDefined() ? (Long) info.completionTime().get() : 0,
              info.numTasks(),
              sumAndMost[0],
              sumAndMost[1]));
    }

    @Override
    public synchronized void onBlockUpdated(SparkListenerBlockUpdated event) {
      BlockUpdatedInfo info = event.blockUpdatedInfo();
      String name = info.blockId().name();
      if (name.startsWith("broadcast_") && name.contains("piece")) {
        broadcast += info.memSize() + info.diskSize();
      }
    }
  }
}
