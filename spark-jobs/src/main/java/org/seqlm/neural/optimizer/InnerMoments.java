package org.seqlm.neural.optimizer;

/** What becomes of a worker's moments between rounds. */
public enum InnerMoments {
  /** Each worker keeps its own. */
  LOCAL,
  /** They are averaged as the parameters are, and every worker goes on from the average. */
  AVERAGED,
  /** Every round starts from zero, and so does the bias correction. */
  RESET
}
