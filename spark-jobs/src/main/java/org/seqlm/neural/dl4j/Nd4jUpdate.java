package org.seqlm.neural.dl4j;

import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.seqlm.neural.dl4j.device.RawArrays;
import org.seqlm.neural.optimizer.GradientStats;
import org.seqlm.neural.optimizer.InnerOptimizer;

/** Clipping by us and update by ND4J's updater, on any backend of ND4J's. */
final class Nd4jUpdate implements GradientUpdate {
  private final MultiLayerNetwork network;
  private final BaseMultiLayerUpdater<?> updater;
  private final InnerOptimizer optimizer;
  private final INDArray sum; // of gradients; null if one window makes an update
  private final GradientStats.Sum stats = new GradientStats.Sum();
  private long tokens;

  /**
   * @param updater of the network, whose clock tells the learning rate
   */
  Nd4jUpdate(
      MultiLayerNetwork network,
      BaseMultiLayerUpdater<?> updater,
      InnerOptimizer optimizer,
      Windows windows) {
    this.network = network;
    this.updater = updater;
    this.optimizer = optimizer;
    sum = windows == Windows.ONE ? null : Nd4j.createUninitialized(gradient().shape());
  }

  private INDArray gradient() {
    return network.getFlattenedGradients();
  }

  @Override
  public void add(long ofWindow) {
    if (sum == null) {
      tokens = ofWindow;
      return;
    }
    if (tokens == 0) {
      sum.assign(gradient());
    } else {
      sum.addi(gradient());
    }
    tokens += ofWindow;
  }

  /** Takes what was added up, and begins anew; the mean is this times the gradient. */
  private double takeSum() {
    if (sum != null) {
      gradient().assign(sum);
    }
    double scale = 1.0 / tokens;
    tokens = 0;
    return scale;
  }

  @Override
  public void apply(double rate, long number) {
    double scale = takeSum();
    INDArray gradient = gradient();
    if (optimizer.clipValue() > 0) {
      gradient.muli(scale);
      scale = 1;
      Nd4j.exec(
          DynamicCustomOp.builder("clipbyvalue")
              .addInputs(gradient)
              .callInplace(true)
              .addFloatingPointArguments(-optimizer.clipValue(), optimizer.clipValue())
              .build());
    }
    double norm = gradient.norm2Number().doubleValue() * scale;
    stats.add(norm, optimizer.clipNorm());
    if (optimizer.clipNorm() > 0 && norm > optimizer.clipNorm()) {
      scale *= optimizer.clipNorm() / norm;
    }
    gradient.muli(scale);
    updater.update(
        network.gradient(), Math.toIntExact(number - 1), 0, 1, LayerWorkspaceMgr.noWorkspaces());
    INDArray parameters = network.params();
    parameters.subi(gradient.reshape(parameters.shape()));
  }

  @Override
  public float[] mean() {
    INDArray gradient = gradient().muli(takeSum());
    stats.add(gradient.norm2Number().doubleValue(), 0);
    return RawArrays.floats(gradient, 'f');
  }

  @Override
  public GradientStats stats() {
    return stats.stats();
  }
}
