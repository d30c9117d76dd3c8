package org.seqlm.gate;

import org.seqlm.Problems;

/**
 * When a challenger is promoted: the group {@code gate} of a configuration.
 *
 * @param margin bits a character that its mean gain must be shown to exceed; may be negative
 * @param estimand what the gain is a mean of
 * @param budget what a year of decisions may err
 * @param clip where observations are cut off
 * @param carry when a challenger may come again
 * @param level of the intervals, which are there to be read
 * @param leastDocuments fresh ones without which nothing is tested, and nothing spent
 * @param frozen what the frozen set may lose
 * @param slices what slices may lose
 */
public record GateConfig(
    double margin,
    Estimand estimand,
    ErrorBudget budget,
    Clip clip,
    Carry carry,
    double level,
    int leastDocuments,
    FrozenGuard frozen,
    SliceGuard slices) {
  private static final double MOST_BITS = 100;

  public GateConfig {
    String group = "leave the group as it is";
    new Problems()
        .inRange("gate.margin", margin, -MOST_BITS, MOST_BITS)
        .present("gate.estimand", estimand, "give document, cluster, character or token")
        .present("gate.budget", budget, group)
        .present("gate.clip", clip, group)
        .present("gate.carry", carry, group)
        .require(
            level > 0 && level < 1,
            "gate.level must be greater than 0 and less than 1, but is " + level)
        .inRange("gate.least-documents", leastDocuments, 2, Integer.MAX_VALUE)
        .present("gate.frozen", frozen, group)
        .present("gate.slices", slices, group)
        .throwIfAny();
  }
}
