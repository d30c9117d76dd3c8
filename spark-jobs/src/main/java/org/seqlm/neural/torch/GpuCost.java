package org.seqlm.neural.torch;

import org.seqlm.neural.DropoutRules;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.ScheduledSampling;
import org.seqlm.neural.Truncation;
import org.seqlm.neural.learner.NetworkCost;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.AveragingMode;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.torch.device.RecurrentCalls;
import org.seqlm.neural.torch.layers.TorchLayer;
import org.seqlm.neural.torch.layers.TorchOutput;

/**
 * What a worker needs of a GPU's memory, in bytes, by formula: what lies there from step to step,
 * and what a step adds at its fullest. Blocks that libtorch keeps to use again are not counted.
 *
 * @param parameters parameters, gradients, their sums where windows are added up, moments and what
 *     an update works in, all in float32; their copies in bfloat16 where products are; the
 *     recurrent weights once more in the order of cuDNN, with their gradients, and once more for
 *     what scheduled sampling reads with; and where the gradient of what tokens look up is summed
 * @param activations of a window, once as they are read and once as what cuDNN keeps; one-hot
 *     vectors that are spelt out
 * @param masks of a window, with what they drop: values, and weights
 * @param scores of the rows that the output does at a time: scores, their logarithms and gradients
 */
public record GpuCost(double parameters, double activations, double masks, double scores) {
  /** What CUDA, cuBLAS and cuDNN take in a process, whatever they compute: about. */
  public static final double LIBRARIES = 768.0 * 1024 * 1024;

  private static final int WIDE = 4; // bytes of a float32
  private static final int DRAWING = 16; // bytes of a value while its mask is drawn

  /**
   * The cost of a worker.
   *
   * @param mode what the worker's result is: who gives its gradient makes no update
   * @param window B T, tokens of a step; of the longest window
   * @param batch B
   */
  public static GpuCost of(
      LanguageNetwork spec,
      Recipe recipe,
      AveragingMode mode,
      long window,
      long batch,
      Precision precision) {
    double narrow = precision == Precision.BF16 ? 2 : WIDE;
    InnerOptimizer optimizer = recipe.optimizer();
    NetworkCost cost = NetworkCost.of(spec, optimizer, token -> 0, NetworkCost.Lookup.FREE);
    double all = cost.parameters();
    boolean gradients = mode == AveragingMode.GRADIENTS;
    int sums = gradients || recipe.accumulate() > 1 ? 1 : 0;
    int updates = gradients ? 0 : optimizer.kind().moments() + (optimizer.epsilon(1) > 0 ? 1 : 0);
    double copies = precision == Precision.BF16 ? 2 * narrow * all : 0;
    boolean samples = recipe.scheduledSampling().kind() != ScheduledSampling.Kind.NONE;
    return new GpuCost(
        WIDE * all * (2 + sums + updates)
            + copies
            + (2 + (samples ? 1 : 0)) * narrow * recurrent(cost)
            + WIDE * lookedUp(spec, recipe),
        2 * narrow * window * inner(spec, cost) + narrow * spelt(spec, recipe, window),
        masks(spec, window, batch, narrow),
        rows(spec, window) * spec.vocabulary() * (narrow + WIDE + WIDE + narrow));
  }

  /**
   * The cost of who scores, in float32.
   *
   * @param window B T, tokens that are read at a time
   */
  static GpuCost toScore(LanguageNetwork spec, long window) {
    InnerOptimizer none = new InnerOptimizer(InnerOptimizer.Kind.SGD, 0, 0);
    NetworkCost cost = NetworkCost.of(spec, none, token -> 0, NetworkCost.Lookup.FREE);
    return new GpuCost(
        WIDE * (cost.parameters() + recurrent(cost)),
        WIDE * (window * inner(spec, cost) + spelt(spec, new Recipe(none), window)),
        0,
        2.0 * WIDE * TorchOutput.scoresToRead(spec.vocabulary()));
  }

  private static double recurrent(NetworkCost cost) {
    return cost.parts().stream()
        .filter(part -> part.name().startsWith("layer "))
        .mapToDouble(NetworkCost.Part::parameters)
        .sum();
  }

  /** Values a token that recurrent layers keep, and the embedding; without one-hot vectors. */
  private static double inner(LanguageNetwork spec, NetworkCost cost) {
    NetworkCost.Part output = cost.parts().get(cost.parts().size() - 1);
    return cost.parts().stream().mapToDouble(NetworkCost.Part::activations).sum()
        - output.activations()
        - (spec.input() == InputKind.ONE_HOT ? spec.vocabulary() : 0);
  }

  /** Rows whose scores are held at a time. */
  private static double rows(LanguageNetwork spec, long window) {
    return Math.min(window, TorchOutput.rowsAtOnce(spec.vocabulary()));
  }

  private static boolean spellsOut(LanguageNetwork spec, Recipe recipe) {
    return spec.input() == InputKind.ONE_HOT
        && spec.vocabulary() <= TorchLayer.SPELT_OUT
        && RecurrentCalls.has(spec.cell(), spec.activation())
        && recipe.truncation().kind() != Truncation.Kind.RANDOMISED;
  }

  /** Values of a window's one-hot vectors. */
  private static double spelt(LanguageNetwork spec, Recipe recipe, long window) {
    return spellsOut(spec, recipe) ? (double) window * spec.vocabulary() : 0;
  }

  /** Values of the matrix whose rows tokens look up: its gradient is summed beside the others. */
  private static double lookedUp(LanguageNetwork spec, Recipe recipe) {
    double rows = spec.vocabulary();
    if (spec.input() == InputKind.EMBEDDING) {
      return rows * spec.embedding();
    }
    return spellsOut(spec, recipe) ? 0 : rows * spec.cell().gates() * spec.hidden();
  }

  /** Masks and the values that they made; of weights, what these were before. */
  private static double masks(LanguageNetwork spec, long window, long batch, double narrow) {
    DropoutRules rules = spec.dropoutRules();
    long masked = rules.kind() == DropoutRules.Kind.VARIATIONAL ? batch : window;
    double hidden = spec.hidden();
    double embedding = spec.embedding();
    double values = 0; // that are made
    double drawn = 0; // of masks
    double largest = 0; // of these
    if (rules.tokens() > 0) {
      values += window * (embedding + 1);
    }
    if (spec.embeddingDropout() > 0) {
      values += window * embedding;
      drawn += masked * embedding;
      largest = masked * embedding;
    }
    if (spec.dropout() > 0) {
      values += spec.layers() * window * hidden;
      drawn += spec.layers() * masked * hidden;
      largest = Math.max(largest, masked * hidden);
    }
    if (rules.weights() > 0) {
      double matrix = spec.cell().gates() * hidden * hidden;
      double lag = spec.cell().lags() == 2 ? hidden * hidden : 0;
      values += spec.layers() * (matrix + lag);
      drawn += spec.layers() * (matrix + lag);
      largest = Math.max(largest, matrix);
    }
    return narrow * (values + drawn) + DRAWING * largest;
  }

  /** With the libraries. */
  public double total() {
    return parameters + activations + masks + scores + LIBRARIES;
  }
}
