package org.seqlm.job.cli;

import org.apache.spark.SparkConf;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Execution;
import org.seqlm.spark.task.GpuStages;

/** The devices that engines compute on. */
public final class Devices {
  private Devices() {}

  /**
   * Refuses a device that is not there, where tasks run in this process. What executors have only
   * they know; whether a stage may ask for it is known before.
   *
   * @throws org.seqlm.UserException with exit code 5, or 2 as {@link GpuStages#check}
   */
  public static void check(Engine<?> engine, Execution execution, SparkConf spark) {
    if (Master.of(spark.get("spark.master", "local[*]")).oneProcess()) {
      engine.checkDevice(execution);
    }
    GpuStages.check(spark, execution);
  }
}
