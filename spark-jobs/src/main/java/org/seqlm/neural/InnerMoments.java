package org.seqlm.neural;

/** What becomes of a worker's moments between rounds. */
public enum InnerMoments {
  /** Each worker keeps its own. */
  LOCAL,
  /** Every round starts from zero, and so does the bias correction. */
  RESET
}
