package org.seqlm.spark.task;

import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/** What one task may use of its process: tasks that run beside it want as much. */
public final class TaskMemory {
  private TaskMemory() {}

  /**
   * A task's part of the heap.
   *
   * @param fraction of the heap that all tasks together may take for this purpose, 0 to 1
   * @return bytes
   */
  public static long share(double fraction) {
    return (long) (Runtime.getRuntime().maxMemory() * fraction / slots(SparkEnv.get().conf()));
  }

  /** How many tasks run at a time in one process. */
  static int slots(SparkConf conf) {
    int cpus = conf.getInt("spark.task.cpus", 1);
    String master = conf.get("spark.master", "");
    int cores = Runtime.getRuntime().availableProcessors();
    if (master.matches("local\\[\\d+(,.*)?]")) {
      cores = Integer.parseInt(master.replaceAll("local\\[(\\d+).*", "$1"));
    } else if (master.equals("local")) {
      cores = 1;
    } else if (!master.startsWith("local[")) {
      cores = conf.getInt("spark.executor.cores", cores);
    }
    return Math.max(1, cores / Math.max(1, cpus));
  }

  /** A folder on the task's local disk, which Spark removes when the process ends. */
  public static Path localFolder(String name) {
    return SparkEnv.get().blockManager().diskBlockManager().localDirs()[0].toPath().resolve(name);
  }
}
