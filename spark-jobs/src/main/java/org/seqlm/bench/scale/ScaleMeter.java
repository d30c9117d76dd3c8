package org.seqlm.bench.scale;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.bench.meter.ProcessorTime;

/** Measures one count in a Spark application that does nothing else meanwhile. */
public final class ScaleMeter {
  private ScaleMeter() {}

  /**
   * What a count left.
   *
   * @param tokens that were counted
   * @param files of the result
   * @param fileBytes of them
   */
  public record Counted(long tokens, long files, long fileBytes) {}

  /**
   * Counts once.
   *
   * @param name of the text
   * @param order of the longest n-gram
   * @param words of the text
   * @param explain says in a line why it failed, or gives null to have that thrown on
   */
  public static ScaleRun measure(
      JavaSparkContext spark,
      String name,
      int order,
      long words,
      Callable<Counted> count,
      Function<Throwable, String> explain)
      throws Exception {
    try (HeapMeter heap = new HeapMeter();
        SpillMeter spill =
            new SpillMeter(
                SparkEnv.get().blockManager().diskBlockManager().localDirs()[0].toPath());
        TaskMeter tasks = new TaskMeter(spark)) {
      Counted counted = new Counted(0, 0, 0);
      String failure = null;
      long cpu = ProcessorTime.nanos();
      long start = System.nanoTime();
      try {
        counted = count.call();
      } catch (Exception | OutOfMemoryError e) {
        failure = explain.apply(e);
        if (failure == null) {
          throw e;
        }
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      double cpuSeconds = (ProcessorTime.nanos() - cpu) / 1e9;
      spill.look();
      HeapMeter.Usage used = heap.usage();
      List<StageUsage> stages = tasks.stages(heap);
      return new ScaleRun(
          name,
          order,
          words,
          counted.tokens(),
          failure,
          seconds,
          cpuSeconds,
          tasks.cpuSeconds(),
          used,
          spill.usage(),
          counted.files(),
          counted.fileBytes(),
          stages);
    }
  }
}
