package org.seqlm.bench.averaging;

import java.util.concurrent.atomic.LongAdder;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * Cross entropy that counts the predictions it was asked a gradient of, in this process: what a
 * training really trained, whoever drives it. Scoring asks for no gradient.
 */
public final class CountingLoss extends LossMCXENT {
  private static final long serialVersionUID = 1L;
  private static final LongAdder TRAINED = new LongAdder();

  /** For ND4J, which makes one from a network's JSON. */
  public CountingLoss() {}

  static void reset() {
    TRAINED.reset();
  }

  /** Rows trained since the last reset: examples, or their time steps. */
  static long trained() {
    return TRAINED.sum();
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    TRAINED.add(labels.size(0));
    return super.computeGradient(labels, preOutput, activation, mask);
  }
}
