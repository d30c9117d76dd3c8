package org.seqlm.neural.learner;

/**
 * What the driver makes of a round: from the parameters that it began with and the workers' mean to
 * the next parameters. What it keeps from round to round lies in one array, which checkpoints hold.
 */
public interface OuterStep extends java.io.Serializable {
  /**
   * The state before the first round.
   *
   * @return buffers of {@code parameters} values each, one after the other; empty if it needs none
   */
  float[] initialState(int parameters);

  /**
   * One step. Each value depends on its own position only, so any layout will do.
   *
   * @param before θ, what the round began with
   * @param mean θ̄ of the workers
   * @param state as {@link #initialState} made it, changed in place
   * @return the next θ, a fresh array
   */
  float[] step(float[] before, float[] mean, float[] state);
}
