package org.seqlm.neural.dl4j.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.seqlm.UserException;

/** With Deeplearning4j's own layers, whose networks may want it too. */
class GlobalNormClippingTest {
  private static final DataSet DATA =
      new DataSet(TestNetworks.random(1, 4, 3), TestNetworks.random(2, 4, 2).muli(9));

  private static DenseLayer dense() {
    return new DenseLayer.Builder().nIn(3).nOut(5).activation(Activation.TANH).build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nIn(5)
        .nOut(2)
        .activation(Activation.IDENTITY)
        .build();
  }

  /** How far one step of SGD at rate 1 moves: the gradient of the mean over examples, clipped. */
  private static INDArray step(double bound, boolean miniBatch) {
    MultiLayerNetwork network =
        TestNetworks.initialised(
            TestNetworks.builder().miniBatch(miniBatch).list(dense(), output()).build());
    INDArray before = network.params().dup();
    if (bound > 0) {
      network.addListeners(new GlobalNormClipping(bound));
    }
    network.fit(DATA);
    return before.subi(network.params());
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void fitClipsTheWholeGradientKeepingItsDirection(boolean miniBatch) {
    INDArray free = step(0, miniBatch);
    double norm = free.norm2Number().doubleValue();
    INDArray clipped = step(norm / 3, miniBatch);
    assertThat(clipped.norm2Number().doubleValue()).isCloseTo(norm / 3, within(1e-9));
    assertThat(clipped.muli(3).equalsWithEps(free, 1e-9)).isTrue();
    assertThat(step(norm * 1.01, miniBatch).equalsWithEps(free, 1e-12)).isTrue();
  }

  @Test
  void clipsAComputationGraph() {
    ComputationGraph graph =
        new ComputationGraph(
            TestNetworks.builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("dense", dense(), "in")
                .addLayer("out", output(), "dense")
                .setOutputs("out")
                .build());
    graph.init();
    INDArray before = graph.params().dup();
    graph.addListeners(new GlobalNormClipping(0.01));
    graph.fit(DATA);
    assertThat(before.subi(graph.params()).norm2Number().doubleValue())
        .isCloseTo(0.01, within(1e-9));
  }

  @Test
  void aBoundMustBeAboveZero() {
    assertThatThrownBy(() -> new GlobalNormClipping(0))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("must be above 0");
  }
}
