package org.seqlm.neural;

import org.seqlm.Problems;

/**
 * Scheduled sampling (Bengio et al. 2015, section 2.4): the chance that a step of training reads
 * the text's token, and not one that the network itself drew, falls with the worker's steps.
 *
 * @param kind how it falls; null means {@link Kind#NONE}
 * @param scale in local steps of a worker, above 0; above 1 for the inverse sigmoid
 * @param floor what it never falls below, 0 to 1
 */
public record ScheduledSampling(Kind kind, double scale, double floor)
    implements java.io.Serializable {
  /** Every step reads the text's token. */
  public static final ScheduledSampling NONE = new ScheduledSampling(Kind.NONE, 10000, 0);

  /** The chance ε of the text's token, i being the step and k the scale. */
  public enum Kind {
    /** 1. */
    NONE,
    /** 1 − i/k. */
    LINEAR,
    /** e^(−i/k), which is the paper's k^i with its k below 1. */
    EXPONENTIAL,
    /** k / (k + e^(i/k)). */
    INVERSE_SIGMOID
  }

  public ScheduledSampling {
    kind = kind == null ? Kind.NONE : kind;
    new Problems()
        .positive("training.scheduled-sampling.scale", scale)
        .inRange("training.scheduled-sampling.floor", floor, 0, 1)
        .require(
            kind != Kind.INVERSE_SIGMOID || scale >= 1,
            "training.scheduled-sampling.scale of the kind inverse-sigmoid must be at least 1, but"
                + " is "
                + scale)
        .throwIfAny();
  }

  /**
   * The chance of the text's token.
   *
   * @param step i of the worker, from 0
   */
  public double teacherForcing(long step) {
    double falling =
        switch (kind) {
          case NONE -> 1;
          case LINEAR -> 1 - step / scale;
          case EXPONENTIAL -> StrictMath.exp(-step / scale);
          case INVERSE_SIGMOID -> scale / (scale + StrictMath.exp(step / scale));
        };
    return Math.max(floor, falling);
  }
}
