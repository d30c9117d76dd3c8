package org.seqlm.neural.learner;

import org.seqlm.Problems;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.ScheduledSampling;
import org.seqlm.neural.Truncation;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.InnerOptimizer;

/**
 * How a worker trains its windows: what belongs neither to the network nor to the rounds, and what
 * every engine's learners are made by.
 *
 * @param optimizer of a worker
 * @param accumulate windows to an update, which is by the mean gradient over their tokens and at
 *     the rate of the last of them; those left at a round's end make one, too
 * @param labelSmoothing ε of label smoothing (Szegedy et al. 2016, section 7), 0 to 0.9: what a
 *     target gives up to all tokens alike. The loss that is reported stays −log p of the target
 * @param scheduledSampling when a step reads what the network drew; null means never
 * @param truncation how back-propagation is cut short; null cuts at the window's beginning only
 */
public record Recipe(
    InnerOptimizer optimizer,
    int accumulate,
    double labelSmoothing,
    ScheduledSampling scheduledSampling,
    Truncation truncation)
    implements java.io.Serializable {
  public Recipe {
    scheduledSampling = scheduledSampling == null ? ScheduledSampling.NONE : scheduledSampling;
    truncation = truncation == null ? Truncation.WINDOW : truncation;
    new Problems()
        .require(optimizer != null, "training.optimizer must be given")
        .inRange("training.accumulate", accumulate, 1, 65536)
        .inRange("training.label-smoothing", labelSmoothing, 0, 0.9)
        .throwIfAny();
  }

  /** The text's tokens in, the text's tokens out, over whole windows. */
  public Recipe(InnerOptimizer optimizer) {
    this(optimizer, 1);
  }

  /** The same with an update of several windows. */
  public Recipe(InnerOptimizer optimizer, int accumulate) {
    this(optimizer, accumulate, 0, ScheduledSampling.NONE, Truncation.WINDOW);
  }

  /** With an update a window. */
  public Recipe(
      InnerOptimizer optimizer,
      double labelSmoothing,
      ScheduledSampling scheduledSampling,
      Truncation truncation) {
    this(optimizer, 1, labelSmoothing, scheduledSampling, truncation);
  }

  /**
   * Refuses what a network cannot be trained by, whatever trains it.
   *
   * @throws org.seqlm.UserException with exit code 2
   */
  public void check(LanguageNetwork spec) {
    new Problems()
        .require(
            labelSmoothing == 0 || spec.output() != OutputKind.ADAPTIVE,
            "training.label-smoothing "
                + labelSmoothing
                + " gives every token the same share, which an adaptive output, made of one softmax"
                + " for each cluster, does not: set it to 0, or network.output to full or tied")
        .throwIfAny();
  }
}
