package org.seqlm.neural.learner;

import org.seqlm.Problems;

/**
 * How a worker trains its windows: what belongs neither to the network nor to the rounds, and what
 * every engine's learners are made by.
 *
 * @param optimizer of a worker
 */
public record Recipe(InnerOptimizer optimizer) implements java.io.Serializable {
  public Recipe {
    new Problems().require(optimizer != null, "training.optimizer must be given").throwIfAny();
  }
}
