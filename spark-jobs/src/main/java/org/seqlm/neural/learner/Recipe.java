package org.seqlm.neural.learner;

import org.seqlm.Problems;

/**
 * How a worker trains its windows: what belongs neither to the network nor to the rounds, and what
 * every engine's learners are made by.
 *
 * @param optimizer of a worker
 * @param accumulate windows to an update, which is by the mean gradient over their tokens and at
 *     the rate of the last of them; those left at a round's end make one, too
 */
public record Recipe(InnerOptimizer optimizer, int accumulate) implements java.io.Serializable {
  public Recipe {
    new Problems()
        .require(optimizer != null, "training.optimizer must be given")
        .inRange("training.accumulate", accumulate, 1, 65536)
        .throwIfAny();
  }

  /** With an update a window. */
  public Recipe(InnerOptimizer optimizer) {
    this(optimizer, 1);
  }
}
