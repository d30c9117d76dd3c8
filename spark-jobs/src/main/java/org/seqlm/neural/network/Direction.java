package org.seqlm.neural.network;

/** Which way recurrent layers read. */
public enum Direction {
  /** From the first step to the last. */
  FORWARD,
  /**
   * Both ways, side by side; what a step passes on is both states, so each layer above reads 2 H
   * (Schuster and Paliwal 1997). What stands at a step has seen what follows it: no network that
   * predicts the next token may.
   */
  BOTH;

  /** How many states a step has. */
  public int count() {
    return this == BOTH ? 2 : 1;
  }
}
