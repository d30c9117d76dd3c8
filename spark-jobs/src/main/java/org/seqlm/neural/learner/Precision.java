package org.seqlm.neural.learner;

/** The arithmetic of the forward and backward pass; parameters and updates are float32 always. */
public enum Precision {
  FLOAT32,
  /** Matrix products in bfloat16, by automatic casts; the loss in float32. */
  BF16
}
