package org.seqlm.neural;

import java.util.Arrays;
import org.seqlm.Problems;

/**
 * How back-propagation through time is cut short within a window; at the window's beginning it is
 * cut in any case.
 *
 * @param kind null means {@link Kind#WINDOW}
 * @param keep π, the chance that the gradient passes from a step to the one before, above 0 to 1;
 *     of the randomised kind only
 */
public record Truncation(Kind kind, double keep) implements java.io.Serializable {
  /** Cut at the window's beginning only. */
  public static final Truncation WINDOW = new Truncation(Kind.WINDOW, 1);

  /** Where it is cut. */
  public enum Kind {
    /** At the window's beginning. */
    WINDOW,

    /**
     * At random, without bias (Tallec and Ollivier 2017): with ξ_t = 0 of probability 1 − π, else
     * 1/π, the gradient is {@code z_t = ∂f/∂w + ξ_t (∂f/∂h_{t−1}) z_{t−1}}. As ξ_t has the mean 1
     * and a path back through time crosses each step once, z has the mean of the full gradient.
     */
    RANDOMISED
  }

  public Truncation {
    kind = kind == null ? Kind.WINDOW : kind;
    new Problems()
        .require(
            keep > 0 && keep <= 1,
            "training.truncation.keep must be above 0 and at most 1, but is " + keep)
        .throwIfAny();
  }

  /**
   * What multiplies the gradient on its way back.
   *
   * @param step of the worker, from 0
   * @param timeSteps T of the window
   * @return (T): ξ_t, by which what goes from step t to t − 1 is multiplied, in all layers and all
   *     sequences; the first is never used. Null where all are 1
   */
  public double[] factors(long seed, int worker, long step, int timeSteps) {
    if (kind == Kind.WINDOW) {
      return null;
    }
    KeyedRandom random = KeyedRandom.of(seed, "truncation", worker, step);
    double[] factors = new double[timeSteps];
    Arrays.setAll(factors, t -> random.uniform(t) < keep ? 1 / keep : 0);
    return factors;
  }
}
