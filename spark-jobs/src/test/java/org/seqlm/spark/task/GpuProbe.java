package org.seqlm.spark.task;

import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceInformation;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;

/**
 * A program that looks at what GPUs the tasks of its stages have, in a session as the jobs' are.
 * {@code SLOTS GPUS FOLDER}: so many tasks at once, and GPUs of all executors; a folder of all. It
 * prints what it saw, a line each, or fails.
 */
public final class GpuProbe {
  private static final Execution AUTO = new Execution(Execution.Device.AUTO, Precision.FLOAT32);
  private static final long PATIENCE_MILLIS = 60_000;

  private GpuProbe() {}

  /** The program. */
  public static void main(String[] args) throws Exception {
    int slots = Integer.parseInt(args[0]);
    int gpus = Integer.parseInt(args[1]);
    String folder = args[2];
    try (JavaSparkContext spark = new JavaSparkContext(new SparkConf().setAppName("probe"))) {
      // Each waits for all others: they end if all run at once, though there are fewer GPUs.
      List<String> counting =
          tasks(spark, slots)
              .mapPartitionsWithIndex((k, i) -> meet(k, slots, folder), false)
              .collect();
      System.out.println("counting " + new TreeSet<>(counting));
      GpuStages stages = GpuStages.of(spark, AUTO);
      System.out.println("slots " + TaskSlots.now(spark) + " " + stages.slots());
      List<String> networks =
          stages
              .compute(tasks(spark, 3 * gpus).mapPartitionsWithIndex((k, i) -> hold(folder), false))
              .collect();
      System.out.println("networks " + new TreeSet<>(networks));
      // What comes after a shuffle asks for none.
      List<String> averaging =
          stages
              .compute(tasks(spark, gpus))
              .mapToPair(k -> new scala.Tuple2<>(k, k))
              .repartitionAndSortWithinPartitions(new org.apache.spark.HashPartitioner(slots))
              .mapPartitions(rows -> List.of(gpu()).iterator())
              .collect();
      System.out.println("averaging " + new TreeSet<>(averaging));
    }
  }

  private static JavaRDD<Integer> tasks(JavaSparkContext spark, int count) {
    return spark.parallelize(IntStream.range(0, count).boxed().toList(), count);
  }

  private static String gpu() {
    Map<String, ResourceInformation> resources = TaskContext.get().resourcesJMap();
    return resources.containsKey("gpu")
        ? String.join("+", resources.get("gpu").addresses())
        : "none";
  }

  private static Iterator<String> meet(int task, int tasks, String folder) throws Exception {
    Files.createFile(Path.of(folder, "met-" + task));
    long end = System.currentTimeMillis() + PATIENCE_MILLIS;
    while (met(folder) < tasks) {
      if (System.currentTimeMillis() > end) {
        throw new IllegalStateException("only " + met(folder) + " of " + tasks + " tasks at once");
      }
      Thread.sleep(20);
    }
    return List.of(gpu()).iterator();
  }

  private static long met(String folder) throws Exception {
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      return files.filter(file -> file.getFileName().toString().startsWith("met-")).count();
    }
  }

  /** Holds the task's GPU for a while, which nobody else may. */
  private static Iterator<String> hold(String folder) throws Exception {
    String gpu = gpu();
    Path mine = Path.of(folder, "held-" + gpu);
    try {
      Files.createFile(mine);
    } catch (FileAlreadyExistsException e) {
      throw new IllegalStateException("two tasks have GPU " + gpu, e);
    }
    Thread.sleep(300);
    Files.delete(mine);
    return List.of(gpu).iterator();
  }
}
