package org.seqlm.neural;

import org.seqlm.Problems;

/**
 * What a network's dropout is like beyond its rates, and what else of it is dropped while training;
 * the recipe of AWD-LSTM (Merity et al. 2018, sections 2 and 4).
 *
 * @param kind whether the masks of values change from step to step; null means {@link
 *     Kind#EACH_STEP}
 * @param tokens the chance that the vectors of a token, wherever it stands in the window, are zero,
 *     0 to 0.95 (Gal and Ghahramani 2016, section 4.2); 0 with one-hot input
 * @param weights the chance that a recurrent weight, one of U or M, is zero for the window, 0 to
 *     0.95 (Merity et al. 2018, section 2; Wan et al. 2013)
 */
public record DropoutRules(Kind kind, double tokens, double weights)
    implements java.io.Serializable {
  /** New masks for each step, and nothing else dropped. */
  public static final DropoutRules PLAIN = new DropoutRules(Kind.EACH_STEP, 0, 0);

  /** Which steps share the mask of a value that is passed on. */
  public enum Kind {
    /** None: each step has its own (Zaremba et al. 2014). */
    EACH_STEP,
    /** All of a window, each sequence its own (Gal and Ghahramani 2016, section 4). */
    VARIATIONAL
  }

  public DropoutRules {
    kind = kind == null ? Kind.EACH_STEP : kind;
    new Problems()
        .inRange("network.token-dropout", tokens, 0, 0.95)
        .inRange("network.weight-drop", weights, 0, 0.95)
        .throwIfAny();
  }
}
