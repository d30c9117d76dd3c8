package org.seqlm.gate;

/** How a year's error is dealt out to challengers. */
public enum Spending {
  /** What is left, in equal parts for the nights that are left: a night without a test saves. */
  EQUAL,
  /**
   * Challenger k of the year gets 1 / (k (k + 1)) of the whole, however many there will be: the
   * shares of all sum to the whole.
   */
  FALLING
}
