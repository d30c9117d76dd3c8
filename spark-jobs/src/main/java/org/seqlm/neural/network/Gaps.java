package org.seqlm.neural.network;

/**
 * What a network over a series reads where a value is missing. Values are standardised by the mean
 * and the deviation of each feature. What is read before a step is predicted knows nothing of that
 * step: a gap that is open then has no value behind, and ends with the nearest before.
 */
public enum Gaps {
  /** Steps with a gap are left out, as if the series were shorter. */
  DROP,
  /** The line between the values before and behind; at an end the nearest value. */
  LINEAR,
  /** The natural cubic spline through all values; at an end the nearest value. */
  SPLINE,
  /** The feature's mean. */
  MEAN,
  /**
   * The last value, with the mask and the time since it was seen as further inputs (Lipton et al.
   * 2016; Che et al. 2018, "GRU-simple").
   */
  LEARNED,
  /**
   * As {@link #LEARNED}; the last value, where one is missing, and at every step the state of the
   * first layer decay with that time at learned rates: γ = exp(−max(0, w δ + b)) (Che et al. 2018,
   * equations 10 to 12); {@code decay.input.weight}, {@code decay.input.bias} (F), {@code
   * decay.state.weight} (H, F), {@code decay.state.bias} (H).
   */
  DECAY,
  /** What the network itself predicts for it, with which it reads on. */
  GENERATIVE;

  /** Values a feature that a step reads. */
  public int inputs() {
    return this == LEARNED || this == DECAY ? 3 : 1;
  }
}
