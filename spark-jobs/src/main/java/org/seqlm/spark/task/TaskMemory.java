package org.seqlm.spark.task;

import java.io.File;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.ngram.trie.Spills;

/** What one task may use of its process: tasks that run beside it want as much. */
public final class TaskMemory {
  /**
   * Bytes that a task holds of anything at most, whatever the heap; where it is not set, the heap
   * alone decides. Results do not depend on it.
   */
  public static final String LIMIT = "spark.hadoop.seqlm.task.max-bytes";

  /** The attempt whose spills this thread tells: one task may ask for more than one folder. */
  private static final ThreadLocal<long[]> TOLD = ThreadLocal.withInitial(() -> new long[] {-1});

  private TaskMemory() {}

  /**
   * A task's part of the heap.
   *
   * @param fraction of the heap that all tasks together may take for this purpose, 0 to 1
   * @return bytes
   */
  public static long share(double fraction) {
    // Of a standalone cluster an executor has all of its machine where nobody says otherwise.
    int slots =
        TaskSlots.ofProcess(SparkEnv.get().conf(), Runtime.getRuntime().availableProcessors());
    long share = (long) (Runtime.getRuntime().maxMemory() * fraction / slots);
    return Math.min(share, SparkEnv.get().conf().getLong(LIMIT, Long.MAX_VALUE));
  }

  /**
   * The same of the processes that run tasks, as the driver knows them from the settings.
   *
   * @return bytes
   */
  public static long shareOfExecutor(SparkConf conf, double fraction) {
    long heap =
        conf.get("spark.master", "local").matches("local(\\[.*)?")
            ? Runtime.getRuntime().maxMemory()
            : conf.getSizeAsMb("spark.executor.memory", "1g") << 20;
    int slots = TaskSlots.ofProcess(conf, Runtime.getRuntime().availableProcessors());
    return (long) (heap * fraction / slots);
  }

  /** A folder on the task's local disk, which Spark removes when the process ends. */
  public static Path localFolder(String name) {
    // Tasks take turns where there are several disks.
    File[] disks = SparkEnv.get().blockManager().diskBlockManager().localDirs();
    long task = TaskContext.get() == null ? 0 : TaskContext.get().taskAttemptId();
    return disks[(int) (task % disks.length)].toPath().resolve(name);
  }

  /**
   * What a task may hold, as {@link #share} says, and its own folder for the rest. What goes there
   * is told by Spark as its own spills are.
   *
   * @param name of the folder; the task's attempt is added
   */
  public static Spill spill(double fraction, String name) {
    tellSpills(TaskContext.get());
    return new Spill(share(fraction), localFolder(name + "-" + TaskContext.get().taskAttemptId()));
  }

  private static void tellSpills(TaskContext task) {
    long[] told = TOLD.get();
    if (told[0] != task.taskAttemptId()) {
      told[0] = task.taskAttemptId();
      long before = Spills.bytes();
      TaskCompletionListener tell =
          ended -> ended.taskMetrics().incDiskBytesSpilled(Spills.bytes() - before);
      task.addTaskCompletionListener(tell);
    }
  }
}
