package org.seqlm.neural.learner;

/**
 * The arithmetic of products in the forward and backward pass; parameters and updates are float32
 * always, and so is whatever scores text.
 */
public enum Precision {
  /** IEEE float32, also where a GPU would round factors. */
  FLOAT32,
  /** Products of factors that are rounded to 10 bits of mantissa (TF32), on GPUs only. */
  TF32,
  /** Everything up to the scores in bfloat16; the loss in float32. */
  BF16
}
