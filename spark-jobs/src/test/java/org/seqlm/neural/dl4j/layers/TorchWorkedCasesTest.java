package org.seqlm.neural.dl4j.layers;

import java.util.Map;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.seqlm.neural.Activation;
import org.seqlm.neural.plain.WorkedCases;

/** The worked cases in Deeplearning4j networks of our layers. */
class TorchWorkedCasesTest extends WorkedCases {
  private static IActivation theirs(Activation activation) {
    return switch (activation.kind()) {
      case TANH -> new ActivationTanH();
      case SIGMOID -> new ActivationSigmoid();
      case RELU -> new ActivationReLU();
      case IDENTITY -> new ActivationIdentity();
      case STEP -> new StepActivation(activation.threshold(), activation.at());
    };
  }

  private static MultiLayerNetwork network(Layer layer) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list(
                    TorchRecurrentLayer.rnn()
                        .nIn(layer.inputs())
                        .nOut(layer.hidden())
                        .activation(theirs(layer.activation()))
                        .build())
                .build());
    network.init();
    // (H, in) by rows is (in, H) by columns.
    network
        .getParam("0_W")
        .assign(Nd4j.create(layer.input(), new int[] {layer.inputs(), layer.hidden()}, 'f'));
    network
        .getParam("0_RW")
        .assign(Nd4j.create(layer.recurrent(), new int[] {layer.hidden(), layer.hidden()}, 'f'));
    network.getParam("0_b").assign(Nd4j.createFromArray(layer.bias()));
    return network;
  }

  /** By {@code rnnTimeStep}, or by {@code output} where the state begins at zero. */
  @Override
  protected float[] run(Layer layer, int batch, int steps, float[] h0, float[] x) {
    MultiLayerNetwork network = network(layer);
    INDArray in =
        Nd4j.createFromArray(x).reshape(batch, steps, layer.inputs()).permute(0, 2, 1).dup();
    INDArray state = Nd4j.createFromArray(h0).reshape(batch, layer.hidden());
    INDArray out;
    if (state.norm1Number().doubleValue() == 0) {
      out = network.output(in);
    } else {
      network.rnnSetPreviousState(0, Map.of("prevAct", state));
      out = network.rnnTimeStep(in);
    }
    return out.permute(0, 2, 1).dup('c').data().asFloat();
  }

  /** By the layer's backward pass from a carried state. */
  @Override
  protected Slopes slopes(Layer layer, float h0, float[] x) {
    MultiLayerNetwork network = network(layer);
    network.initGradientsView();
    RecurrentLayer recurrent = (RecurrentLayer) network.getLayer(0);
    LayerWorkspaceMgr spaces = LayerWorkspaceMgr.noWorkspaces();
    recurrent.rnnSetTBPTTState(Map.of("prevAct", Nd4j.createFromArray(h0).reshape(1, 1)));
    INDArray in = Nd4j.createFromArray(x).reshape(1, 1, x.length);
    recurrent.rnnActivateUsingStoredState(in, true, false, spaces);
    INDArray epsilon = Nd4j.zeros(1, 1, x.length);
    epsilon.putScalar(0, 0, x.length - 1, 1);
    Gradient gradient = recurrent.backpropGradient(epsilon, spaces).getFirst();
    return new Slopes(
        gradient.getGradientFor("W").getDouble(0), gradient.getGradientFor("RW").getDouble(0));
  }
}
