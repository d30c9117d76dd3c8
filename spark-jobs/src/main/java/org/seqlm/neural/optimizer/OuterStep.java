package org.seqlm.neural.optimizer;

/**
 * What the driver makes of a round: from the parameters that it began with and the mean of what the
 * workers sent to the next parameters. It is an {@link OuterOptimizer} where they sent parameters,
 * a {@link SynchronousUpdate} where gradients. What it keeps from round to round lies in one array,
 * which checkpoints hold.
 */
public interface OuterStep extends java.io.Serializable {
  /**
   * The state before the first round.
   *
   * @return buffers of {@code parameters} values each, one after the other; empty if it needs none
   */
  float[] initialState(int parameters);

  /**
   * One step. Each value depends on its own position only, but for the norm of a gradient, so any
   * layout will do.
   *
   * @param before θ, what the round began with
   * @param mean of what the workers sent
   * @param state as {@link #initialState} made it, changed in place
   * @param round from 1
   * @param rate the learning rate of the round's last local step; NaN if the engine has its own
   * @return the next θ, a fresh array
   */
  float[] step(float[] before, float[] mean, float[] state, int round, double rate);
}
