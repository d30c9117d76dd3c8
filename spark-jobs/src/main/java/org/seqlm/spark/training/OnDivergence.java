package org.seqlm.spark.training;

/** What a worker's exploded or not finite round does. */
public enum OnDivergence {
  /** Stops the training. */
  STOP,
  /** The round goes on with the other workers; the worker starts afresh. */
  SKIP_WORKER
}
