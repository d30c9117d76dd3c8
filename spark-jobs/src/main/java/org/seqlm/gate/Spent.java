package org.seqlm.gate;

import org.seqlm.Problems;

/**
 * What a year's challengers have been given of its error so far.
 *
 * @param shares their sum, but for those that came back
 * @param challengers how many
 */
public record Spent(double shares, int challengers) {
  /** Nothing: a year begins. */
  public static final Spent NOTHING = new Spent(0, 0);

  public Spent {
    new Problems()
        .inRange("spent.shares", shares, 0, 1)
        .inRange("spent.challengers", challengers, 0, Integer.MAX_VALUE)
        .throwIfAny();
  }

  /** A challenger was given a share. */
  public Spent plus(double share) {
    return new Spent(Math.min(1, shares + share), challengers + 1);
  }

  /** A challenger was promoted: its share comes back. */
  public Spent minus(double share) {
    return new Spent(Math.max(0, shares - share), challengers);
  }
}
