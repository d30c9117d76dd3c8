package org.seqlm.neural.learner;

import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.optimizer.InnerOptimizer;

/**
 * What a worker needs of a GPU's memory, in bytes, by formula: what lies there from step to step,
 * and what a step adds at its fullest. Blocks that libtorch keeps to use again are not counted.
 *
 * @param parameters parameters, gradients and moments in float32, their copies in bfloat16 where
 *     products are, and the recurrent weights once more in the order of cuDNN, with their gradients
 * @param activations of a window, once as they are read and once as what cuDNN keeps
 * @param scores of the rows that the output does at a time: scores, their logarithms and gradients
 */
public record GpuCost(double parameters, double activations, double scores) {
  /** What CUDA, cuBLAS and cuDNN take in a process, whatever they compute: about. */
  public static final double LIBRARIES = 768.0 * 1024 * 1024;

  /** Scores that an output holds at a time, unless 64 rows have more. */
  private static final double SCORES = 1 << 23;

  private static final int LEAST_ROWS = 64;

  /**
   * The cost of a worker.
   *
   * @param cost of the network
   * @param window B T, tokens of a step
   */
  public static GpuCost of(
      NetworkSpec spec,
      NetworkCost cost,
      InnerOptimizer optimizer,
      long window,
      Precision precision) {
    double narrow = precision == Precision.BF16 ? 2 : 4;
    double all = cost.parameters();
    double recurrent =
        cost.parts().stream()
            .filter(part -> part.name().startsWith("layer "))
            .mapToDouble(NetworkCost.Part::parameters)
            .sum();
    // Parameters, gradients, moments and what an update works in.
    double wide = 4 * all * (2 + optimizer.kind().moments() + 1);
    double copies = precision == Precision.BF16 ? 2 * narrow * all : 0;
    NetworkCost.Part output = cost.parts().get(cost.parts().size() - 1);
    double inner =
        cost.parts().stream().mapToDouble(NetworkCost.Part::activations).sum()
            - output.activations();
    double vocabulary = spec.vocabulary();
    double rows = Math.min(window, Math.max(LEAST_ROWS, SCORES / vocabulary));
    return new GpuCost(
        wide + copies + 2 * narrow * recurrent,
        2 * narrow * window * inner,
        rows * vocabulary * (narrow + 4 + 4 + narrow));
  }

  /** With the libraries. */
  public double total() {
    return parameters + activations + scores + LIBRARIES;
  }
}
