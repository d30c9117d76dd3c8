package org.seqlm.gate;

import org.seqlm.Problems;

/**
 * Who meets whom, and what the year has spent before.
 *
 * @param champion its version
 * @param challenger its version
 * @param year of the budget, any number
 * @param night of that year, from 1; nights that were left out count
 * @param spent by this year's challengers before
 * @param evidence of the same challenger from nights before; null where it is new
 */
public record Contest(
    String champion, String challenger, int year, int night, Spent spent, Evidence evidence) {
  public Contest {
    new Problems()
        .present("champion", champion, "name the champion's version")
        .present("challenger", challenger, "name the challenger's version")
        .require(
            evidence == null || evidence.challenger().equals(challenger),
            "evidence must be of the challenger "
                + challenger
                + ", but is of "
                + (evidence == null ? null : evidence.challenger()))
        .throwIfAny();
  }

  /** Whether it comes with evidence that still counts: against this champion. */
  boolean goesOn() {
    return evidence != null && evidence.champion().equals(champion);
  }
}
