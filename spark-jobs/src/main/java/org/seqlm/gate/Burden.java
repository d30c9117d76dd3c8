package org.seqlm.gate;

/** Who has to show what of a slice. */
public enum Burden {
  /**
   * A challenger is blocked where harm is shown: that some slice loses more than the bound, at the
   * level after Holm's correction over all slices tested. Where no slice does, it is blocked by
   * error with at most that probability; harm in a slice too small to show it passes.
   */
  SHOW_HARM,
  /**
   * A challenger is blocked unless every slice tested is shown to lose less than the bound, each at
   * the level. Where some slice loses more, it passes with at most that probability, without a
   * correction, as all have to be shown (Berger 1982); a good challenger is blocked where a slice
   * is too noisy to show it.
   */
  SHOW_NO_HARM
}
