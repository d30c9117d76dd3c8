package org.seqlm.spark;

/**
 * The values of {@link org.seqlm.spark.training.OnDivergence} under the name that programs with
 * {@link AveragingTrainingMaster} were written against: what passes a constant on compiles as it
 * is; a variable has the type of the value.
 */
public final class OnDivergence {
  /** Stops the training. */
  public static final org.seqlm.spark.training.OnDivergence STOP =
      org.seqlm.spark.training.OnDivergence.STOP;

  /** The round goes on with the other workers; the worker starts afresh. */
  public static final org.seqlm.spark.training.OnDivergence SKIP_WORKER =
      org.seqlm.spark.training.OnDivergence.SKIP_WORKER;

  private OnDivergence() {}
}
