package org.seqlm.neural.dl4j.layers;

import java.io.Serializable;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.seqlm.UserException;

/**
 * Clips the gradient of a whole network by its norm (Pascanu et al. 2013, algorithm 1), which
 * Deeplearning4j's own clipping does a layer or a parameter at a time:
 *
 * <pre>{@code
 * network.addListeners(new GlobalNormClipping(5));
 * }</pre>
 *
 * <p>{@code fit} calls it between the backward pass and the updater. The gradient is that of the
 * score, summed over time and averaged over examples; penalties of weights, which the updater adds
 * later, are not part of it. Deeplearning4j stores no listeners: add it again to a network that was
 * read back.
 */
public final class GlobalNormClipping extends BaseTrainingListener implements Serializable {
  private static final long serialVersionUID = 1L;

  private final double bound;

  /**
   * Clips to this norm.
   *
   * @param bound above 0
   * @throws UserException with exit code 2 if it is not
   */
  public GlobalNormClipping(double bound) {
    if (!(bound > 0) || Double.isInfinite(bound)) {
      throw UserException.configuration(
          "the norm to clip gradients to must be above 0, but is "
              + bound
              + ": leave the listener out for no clipping");
    }
    this.bound = bound;
  }

  @Override
  public void onGradientCalculation(Model model) {
    INDArray gradient = model.gradient().gradient();
    // The updater divides by the number of examples after us.
    double examples = model.conf().isMiniBatch() ? model.batchSize() : 1;
    double norm = gradient.norm2Number().doubleValue() / examples;
    if (norm > bound) {
      gradient.muli(bound / norm);
    }
  }
}
