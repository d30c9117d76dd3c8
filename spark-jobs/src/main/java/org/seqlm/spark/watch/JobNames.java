package org.seqlm.spark.watch;

import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.TaskCompletionListener;
import org.slf4j.MDC;

/**
 * By what a run's jobs are found: on Spark's pages and in its event log by a group, which is the
 * run, and a description each; in logs by the fields {@code mdc.run}, {@code mdc.round} and {@code
 * mdc.worker}, which Spark carries to executors as local properties. All of it is the calling
 * thread's, and that of threads which it starts.
 */
public final class JobNames {
  /** The local property that Spark's pages show of a job, in place of where it was called. */
  static final String DESCRIPTION = "spark.job.description";

  private static final String GROUP = "spark.jobGroup.id";
  private static final String RUN = "mdc.run";
  private static final String ROUND = "mdc.round";
  private static final String WORKER = "mdc.worker";

  private JobNames() {}

  /** Until this is closed jobs have the name; then the one that they had before. */
  public interface Named extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Jobs are this run's from now on, unless they are already.
   *
   * @param run for instance {@code seqlm train out/run}
   * @param description of jobs that get no other
   */
  public static void run(JavaSparkContext spark, String run, String description) {
    if (!run.equals(spark.getLocalProperty(GROUP))) {
      spark.sc().setJobGroup(run, description, false);
      spark.setLocalProperty(RUN, run);
      spark.setLocalProperty(ROUND, null);
      MDC.put(RUN, run);
      MDC.remove(ROUND);
    }
  }

  /** No run is under way any more: what this thread logs is nobody's. */
  public static void over() {
    MDC.remove(RUN);
    MDC.remove(ROUND);
  }

  /** What jobs do from now on. */
  public static void describe(JavaSparkContext spark, String description) {
    spark.setLocalProperty(DESCRIPTION, description);
  }

  /** What jobs do until it is closed. */
  public static Named described(JavaSparkContext spark, String description) {
    String before = spark.getLocalProperty(DESCRIPTION);
    describe(spark, description);
    return () -> describe(spark, before);
  }

  /**
   * The same of a round of a training.
   *
   * @param round its number, from 1
   */
  public static Named described(JavaSparkContext spark, int round, String description) {
    String before = spark.getLocalProperty(ROUND);
    String number = Integer.toString(round);
    Named named = described(spark, description);
    spark.setLocalProperty(ROUND, number);
    MDC.put(ROUND, number);
    return () -> {
      spark.setLocalProperty(ROUND, before);
      if (before == null) {
        MDC.remove(ROUND);
      } else {
        MDC.put(ROUND, before);
      }
      named.close();
    };
  }

  /**
   * What this task logs is a worker's, until the task ends.
   *
   * @param worker from 0
   */
  public static void worker(int worker) {
    MDC.put(WORKER, Integer.toString(worker));
    TaskCompletionListener ended = context -> MDC.remove(WORKER);
    TaskContext.get().addTaskCompletionListener(ended);
  }
}
