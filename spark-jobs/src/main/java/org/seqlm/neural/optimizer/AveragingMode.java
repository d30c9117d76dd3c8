package org.seqlm.neural.optimizer;

/** What the workers of a round send to be averaged. */
public enum AveragingMode {
  /** The parameters that they trained by updates of their own. */
  PARAMETERS,
  /**
   * The mean gradient of their windows, all at the round's first parameters; the driver makes one
   * update of the mean. With one window a round this is synchronous data parallelism.
   */
  GRADIENTS
}
