package org.seqlm.neural.dl4j.layers;

import java.util.List;
import java.util.Objects;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.seqlm.neural.Activation;

/**
 * 1 above a threshold and 0 below it, for networks whose weights are given: it has no gradient, so
 * no network with it can be trained.
 */
public final class StepActivation extends BaseActivationFunction {
  private static final long serialVersionUID = 1L;

  private final double threshold;
  private final Activation.AtThreshold at;

  /**
   * A step.
   *
   * @param at what it is at the threshold
   */
  public StepActivation(
      @JsonProperty("threshold") double threshold, @JsonProperty("at") Activation.AtThreshold at) {
    this.threshold = threshold;
    this.at = Objects.requireNonNull(at);
  }

  /** Where it steps. */
  @JsonProperty("threshold")
  public double threshold() {
    return threshold;
  }

  /** What it is there. */
  @JsonProperty("at")
  public Activation.AtThreshold at() {
    return at;
  }

  @Override
  public INDArray getActivation(INDArray in, boolean training) {
    INDArray above = at == Activation.AtThreshold.ONE ? in.gte(threshold) : in.gt(threshold);
    return in.assign(above.castTo(in.dataType()));
  }

  @Override
  public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    throw new UnsupportedOperationException(
        "a step has no gradient: train with another activation");
  }

  @Override
  public int numParams(int inputSize) {
    return 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StepActivation step && threshold == step.threshold && at == step.at;
  }

  @Override
  public int hashCode() {
    return List.of(threshold, at).hashCode();
  }

  @Override
  public String toString() {
    return "step(" + threshold + ", " + at + " at it)";
  }
}
