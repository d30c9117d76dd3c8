package org.seqlm.neural.learner;

import org.seqlm.Problems;

/**
 * What a worker does with a gradient. Gradients are of the mean loss over a step's tokens; they are
 * clipped by value first and by their global norm then (Pascanu et al. 2013, algorithm 1).
 *
 * @param kind of update
 * @param clipNorm θ: g ← g·θ/‖g‖ where ‖g‖ > θ; 0 clips nothing
 * @param clipValue each component to ±θ; 0 clips nothing
 */
public record InnerOptimizer(Kind kind, double clipNorm, double clipValue)
    implements java.io.Serializable {

  /** Which update; β, ε as in the papers. */
  public enum Kind {
    /**
     * Kingma and Ba 2015, in the form at the end of section 2: β1 0.9, β2 0.999, ε̂ 1e-8. Two
     * moments a parameter.
     */
    ADAM(2),
    /** Duchi et al. 2011: ε 1e-6, added to the root. One moment a parameter. */
    ADAGRAD(1),
    /** Plain gradient descent. */
    SGD(0);

    private final int moments;

    Kind(int moments) {
      this.moments = moments;
    }

    /** Values kept for each parameter. */
    public int moments() {
      return moments;
    }
  }

  public InnerOptimizer {
    new Problems()
        .present("training.optimizer", kind, "adam, adagrad or sgd")
        .inRange("training.clip-norm", clipNorm, 0, 1e9)
        .inRange("training.clip-value", clipValue, 0, 1e9)
        .throwIfAny();
  }
}
