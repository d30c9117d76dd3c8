package org.seqlm.neural.learner;

import java.io.Serializable;

/**
 * Turns the mean of what the workers of a round sent into the next parameters: an {@link
 * OuterOptimizer} where it is parameters, a {@link SynchronousUpdate} where it is gradients. Each
 * value depends on its own position only, but for the norm of a gradient, so any layout will do.
 */
public interface RoundStep extends Serializable {
  /** What is kept from round to round, before the first: none, one or more values a parameter. */
  float[] initialVelocity(int parameters);

  /**
   * One step.
   *
   * @param before θ, the parameters that the round began with
   * @param mean of what the workers sent
   * @param velocity changed in place
   * @param round from 1
   * @param rate the learning rate of the round's last local step; NaN if it has none of ours
   * @return the next θ, a fresh array
   */
  float[] step(float[] before, float[] mean, float[] velocity, int round, double rate);
}
