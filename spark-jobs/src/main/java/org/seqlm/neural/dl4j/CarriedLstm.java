package org.seqlm.neural.dl4j;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.recurrent.LSTM;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Deeplearning4j's LSTM with the backward pass of truncated back-propagation. {@code
 * MultiLayerNetwork} 1.0.0-M2.1 runs the forward pass from the stored state, but asks for the
 * gradient as if that state were zero ({@code computeGradientAndScore} passes {@code tbptt =
 * false}): with a carried state its gradients are wrong, by half their norm and more as the cells
 * fill, and training with a high rate fails.
 */
final class CarriedLstm extends LSTM {
  private static final long serialVersionUID = 1L;

  private final int timeSteps;

  private CarriedLstm(NeuralNetConfiguration conf, DataType type, int timeSteps) {
    super(conf, type);
    this.timeSteps = timeSteps;
  }

  /**
   * Puts one in place of every LSTM of an initialised network, over the same parameters.
   *
   * @param timeSteps the most steps a gradient goes back
   */
  static void replaceIn(MultiLayerNetwork network, int timeSteps) {
    Layer[] layers = network.getLayers();
    for (int i = 0; i < layers.length; i++) {
      if (layers[i] instanceof LSTM lstm && !(lstm instanceof CarriedLstm)) {
        CarriedLstm carried = new CarriedLstm(lstm.conf(), DataType.FLOAT, timeSteps);
        carried.setIndex(i);
        carried.setParamsViewArray(lstm.params());
        carried.setParamTable(lstm.paramTable());
        layers[i] = carried;
      }
    }
    network.initGradientsView();
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    return tbpttBackpropGradient(epsilon, timeSteps, workspaceMgr);
  }
}
