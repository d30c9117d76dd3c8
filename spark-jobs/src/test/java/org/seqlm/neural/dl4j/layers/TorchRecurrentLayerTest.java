package org.seqlm.neural.dl4j.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.seqlm.neural.dl4j.layers.TestNetworks.BATCH;
import static org.seqlm.neural.dl4j.layers.TestNetworks.STEPS;
import static org.seqlm.neural.dl4j.layers.TestNetworks.network;
import static org.seqlm.neural.dl4j.layers.TestNetworks.random;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.seqlm.Exhaustive;
import org.seqlm.UserException;
import org.seqlm.neural.Activation.AtThreshold;
import org.seqlm.neural.CellKind;

class TorchRecurrentLayerTest {
  private static final int IN = 2;
  private static final int WIDTH = 3;

  private static Layer recurrent(CellKind cell, int in, RNNFormat format) {
    return new TorchRecurrentLayer.Builder(cell).nIn(in).nOut(WIDTH).dataFormat(format).build();
  }

  private static Layer recurrent(CellKind cell, int in) {
    return recurrent(cell, in, RNNFormat.NCW);
  }

  /** A linear output with a squared error, so that nothing but the layer below is ours. */
  private static Layer output(int in, RNNFormat format) {
    return new RnnOutputLayer.Builder(LossFunction.MSE)
        .nIn(in)
        .nOut(2)
        .activation(Activation.IDENTITY)
        .dataFormat(format)
        .build();
  }

  private static Layer output() {
    return output(WIDTH, RNNFormat.NCW);
  }

  private static GradientCheckUtil.MLNConfig check(MultiLayerNetwork network) {
    return new GradientCheckUtil.MLNConfig()
        .net(network)
        .input(random(1, BATCH, IN, STEPS))
        .labels(random(2, BATCH, 2, STEPS));
  }

  @ParameterizedTest
  @EnumSource(CellKind.class)
  void gradientsOfEveryCellAreNumericOnes(CellKind cell) {
    assertThat(
            TestNetworks.gradientsAreRight(
                check(network(0, recurrent(cell, IN), recurrent(cell, WIDTH), output()))))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({"TANH", "SIGMOID", "RELU", "IDENTITY"})
  void gradientsOfEveryActivationAreNumericOnes(Activation activation) {
    Layer layer = TorchRecurrentLayer.rnn().nIn(IN).nOut(WIDTH).activation(activation).build();
    assertThat(TestNetworks.gradientsAreRight(check(network(0, layer, output())))).isTrue();
  }

  @Test
  void timeMayComeBeforeFeatures() {
    Layer first = recurrent(CellKind.LSTM, IN, RNNFormat.NWC);
    MultiLayerNetwork network = network(0, first, output(WIDTH, RNNFormat.NWC));
    MultiLayerNetwork other = network(0, recurrent(CellKind.LSTM, IN), output());
    INDArray in = random(1, BATCH, IN, STEPS);
    assertThat(
            network
                .output(in.permute(0, 2, 1))
                .permute(0, 2, 1)
                .equalsWithEps(other.output(in), 1e-12))
        .isTrue();
    assertThat(
            TestNetworks.gradientsAreRight(
                check(network)
                    .input(in.permute(0, 2, 1))
                    .labels(random(2, BATCH, 2, STEPS).permute(0, 2, 1))))
        .isTrue();
  }

  private static final int TOKENS = 4;

  private static TorchRecurrentLayer ofIds(CellKind cell, int tokens) {
    return new TorchRecurrentLayer.Builder(cell).nIn(tokens).nOut(WIDTH).readsIds().build();
  }

  /** Few tokens, whose rows are all made at once, and many, of which those read are. */
  @ParameterizedTest
  @CsvSource({"LSTM, 4", "GRU, 40"})
  void gradientsFromIdsAreNumericOnes(CellKind cell, int tokens) {
    assertNumericFromIds(cell, tokens);
  }

  @Exhaustive
  @ParameterizedTest
  @CsvSource({"GRU_RESET_AFTER, 4", "GRU_SIMPLIFIED, 40", "RNN, 4"})
  void gradientsOfOtherCellsFromIdsAreNumericOnes(CellKind cell, int tokens) {
    assertNumericFromIds(cell, tokens);
  }

  private static void assertNumericFromIds(CellKind cell, int tokens) {
    MultiLayerNetwork network =
        network(0, ofIds(cell, tokens), recurrent(CellKind.RNN_LAG_2, WIDTH), output());
    INDArray ids = TestNetworks.ids(1, tokens, BATCH, 1, STEPS);
    assertThat(TestNetworks.gradientsAreRight(check(network).input(ids))).isTrue();
  }

  /** The same outputs, gradients and states as of one-hot vectors, and under a mask. */
  @ParameterizedTest
  @EnumSource(CellKind.class)
  void anIdIsItsOneHotVector(CellKind cell) {
    MultiLayerNetwork ofIds = network(STEPS, ofIds(cell, TOKENS), output());
    MultiLayerNetwork ofVectors = network(STEPS, recurrent(cell, TOKENS), output());
    ofVectors.setParams(ofIds.params());
    INDArray labels = random(2, BATCH, 2, STEPS);
    for (int window = 0; window < 2; window++) {
      INDArray ids = TestNetworks.ids(window, TOKENS, BATCH, 1, STEPS);
      INDArray vectors = TestNetworks.oneHot(ids, TOKENS);
      assertThat(ofIds.output(ids).equalsWithEps(ofVectors.output(vectors), 1e-12)).isTrue();
      assertThat(
              ofIds
                  .output(ids.reshape(BATCH, STEPS))
                  .equalsWithEps(ofVectors.output(vectors), 1e-12))
          .isTrue();
      slopes(ofIds, new DataSet(ids, labels));
      slopes(ofVectors, new DataSet(vectors, labels));
      assertThat(
              ofIds.getFlattenedGradients().equalsWithEps(ofVectors.getFlattenedGradients(), 1e-12))
          .isTrue();
    }
    INDArray mask = Nd4j.ones(DataType.DOUBLE, BATCH, STEPS);
    mask.putScalar(0, 1, 0);
    mask.putScalar(2, STEPS - 1, 0);
    INDArray ids = TestNetworks.ids(5, TOKENS, BATCH, 1, STEPS);
    List<INDArray> slopes = new ArrayList<>();
    for (boolean vectors : new boolean[] {false, true}) {
      MultiLayerNetwork network = vectors ? ofVectors : ofIds;
      network.rnnClearPreviousState();
      org.deeplearning4j.nn.api.Layer layer = network.getLayer(0);
      layer.setMaskArray(mask);
      INDArray in = vectors ? TestNetworks.oneHot(ids, TOKENS) : ids;
      slopes(network, new DataSet(in, labels));
      layer.setMaskArray(null);
      slopes.add(network.getFlattenedGradients().dup());
    }
    assertThat(slopes.get(0).equalsWithEps(slopes.get(1), 1e-12)).isTrue();
    assertThatThrownBy(() -> ofIds.output(ids.add(1))).hasMessageContaining("must be 0 to 3");
  }

  /** Windows of many shapes, trained on and not, in turn: buffers are those of the last. */
  @Test
  void shapesMayChangeBetweenCalls() {
    MultiLayerNetwork network = network(0, recurrent(CellKind.LSTM, IN), output());
    List<INDArray> expected = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      int at = 0;
      for (int[] shape : new int[][] {{BATCH, STEPS}, {1, STEPS}, {BATCH, 1}, {2, 7}}) {
        INDArray in = random(1, shape[0], IN, shape[1]);
        DataSet data = new DataSet(in, random(2, shape[0], 2, shape[1]));
        // An output of another shape between the two passes of a step, and none.
        if (round == 1) {
          network.output(random(3, 4, IN, 2));
        }
        slopes(network, data);
        INDArray result =
            Nd4j.concat(
                0, network.getFlattenedGradients().reshape(-1), network.output(in).reshape(-1));
        if (round == 0) {
          expected.add(result);
        } else {
          assertThat(result).isEqualTo(expected.get(at));
        }
        at++;
      }
    }
  }

  /** As a wrapper of Deeplearning4j's gives it a mask, from steps whose input is zero. */
  @ParameterizedTest
  @EnumSource(CellKind.class)
  void maskedStepsGiveZeroAndForgetAndGradientsFollow(CellKind cell) {
    MultiLayerNetwork network =
        network(
            0,
            new MaskZeroLayer.Builder().setUnderlying(recurrent(cell, IN)).setMaskValue(0).build(),
            output());
    INDArray in = random(1, BATCH, IN, STEPS);
    // The first example begins late, the second pauses, the third ends early.
    for (int[] at : new int[][] {{0, 0}, {0, 1}, {1, 2}, {2, 3}, {2, 4}}) {
      in.put(
          new org.nd4j.linalg.indexing.INDArrayIndex[] {
            NDArrayIndex.point(at[0]), NDArrayIndex.all(), NDArrayIndex.point(at[1])
          },
          Nd4j.zeros(DataType.DOUBLE, IN));
    }
    assertThat(TestNetworks.gradientsAreRight(check(network).input(in))).isTrue();

    INDArray hidden = network.feedForward(in, false).get(1);
    assertThat(
            hidden
                .get(NDArrayIndex.point(1), NDArrayIndex.all(), NDArrayIndex.point(2))
                .norm1Number()
                .doubleValue())
        .isZero();
    // After its pause the second example is as one that begins there.
    INDArray tail =
        in.get(NDArrayIndex.interval(1, 2), NDArrayIndex.all(), NDArrayIndex.interval(3, 5)).dup();
    INDArray fresh = network.feedForward(tail, false).get(1);
    assertThat(
            hidden
                .get(NDArrayIndex.interval(1, 2), NDArrayIndex.all(), NDArrayIndex.interval(3, 5))
                .equalsWithEps(fresh, 1e-12))
        .isTrue();
  }

  @Test
  void worksInsideTheBidirectionalWrapper() {
    Layer both = new Bidirectional(Bidirectional.Mode.CONCAT, recurrent(CellKind.GRU, IN));
    MultiLayerNetwork network = network(0, both, output(2 * WIDTH, RNNFormat.NCW));
    assertThat(TestNetworks.gradientsAreRight(check(network))).isTrue();
  }

  /** Deeplearning4j's LSTM, whose gates are g, f, o, i, gives the same output and gradient. */
  @Test
  void isDeeplearning4jsLstm() {
    Layer theirLayer = new LSTM.Builder().nIn(IN).nOut(WIDTH).activation(Activation.TANH).build();
    MultiLayerNetwork theirs = network(0, theirLayer, output());
    MultiLayerNetwork ours = network(0, recurrent(CellKind.LSTM, IN), output());
    Map<String, INDArray> mapped = ours.paramTable();
    for (String key : List.of("0_W", "0_RW", "0_b")) {
      mapped.get(key).assign(theirGates(theirs.getParam(key)));
    }
    for (String key : List.of("1_W", "1_b")) {
      mapped.get(key).assign(theirs.getParam(key));
    }
    INDArray in = random(1, BATCH, IN, STEPS);
    assertThat(ours.output(in).equalsWithEps(theirs.output(in), 1e-12)).isTrue();
    DataSet data = new DataSet(in, random(2, BATCH, 2, STEPS));
    Map<String, INDArray> ourSlopes = slopes(ours, data);
    Map<String, INDArray> theirSlopes = slopes(theirs, data);
    assertThat(ours.score()).isCloseTo(theirs.score(), within(1e-12));
    for (String key : List.of("0_W", "0_RW", "0_b")) {
      INDArray slope = ourSlopes.get(key);
      INDArray expected = theirGates(theirSlopes.get(key)).reshape(slope.shape());
      assertThat(slope.equalsWithEps(expected, 1e-12)).as(key).isTrue();
    }
  }

  /** Columns g, f, o, i as i, f, g, o. */
  private static INDArray theirGates(INDArray theirs) {
    INDArray matrix = theirs.reshape('f', theirs.length() / (4 * WIDTH), 4 * WIDTH);
    List<INDArray> gates = new ArrayList<>();
    for (int gate : new int[] {3, 1, 0, 2}) {
      gates.add(
          matrix.get(NDArrayIndex.all(), NDArrayIndex.interval(gate * WIDTH, (gate + 1) * WIDTH)));
    }
    return Nd4j.concat(1, gates.toArray(INDArray[]::new));
  }

  private static Map<String, INDArray> slopes(MultiLayerNetwork network, DataSet data) {
    network.setInput(data.getFeatures());
    network.setLabels(data.getLabels());
    network.computeGradientAndScore();
    Map<String, INDArray> slopes = new LinkedHashMap<>();
    network.gradient().gradientForVariable().forEach((key, value) -> slopes.put(key, value.dup()));
    return slopes;
  }

  @ParameterizedTest
  @CsvSource({"TANH", "SIGMOID", "IDENTITY"})
  void isDeeplearning4jsSimpleRnn(Activation activation) {
    Layer theirLayer = new SimpleRnn.Builder().nIn(IN).nOut(WIDTH).activation(activation).build();
    Layer ourLayer = TorchRecurrentLayer.rnn().nIn(IN).nOut(WIDTH).activation(activation).build();
    MultiLayerNetwork theirs = network(0, theirLayer, output());
    MultiLayerNetwork ours = network(0, ourLayer, output());
    ours.setParams(theirs.params());
    DataSet data = new DataSet(random(1, BATCH, IN, STEPS), random(2, BATCH, 2, STEPS));
    slopes(ours, data);
    slopes(theirs, data);
    assertThat(ours.getFlattenedGradients().equalsWithEps(theirs.getFlattenedGradients(), 1e-12))
        .isTrue();
  }

  /**
   * Windows in a row: the gradient of the second is that of its loss from the state that the first
   * left. Deeplearning4j's own LSTM fails this under MultiLayerNetwork.
   */
  @ParameterizedTest
  @EnumSource(names = {"LSTM", "GRU"})
  void truncatedBackPropagationDifferentiatesFromTheCarriedState(CellKind cell) {
    assertDifferentiatesFromTheCarriedState(cell);
  }

  @Exhaustive
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"LSTM", "GRU"})
  void truncatedBackPropagationOfOtherCellsDifferentiatesFromTheCarriedState(CellKind cell) {
    assertDifferentiatesFromTheCarriedState(cell);
  }

  private static void assertDifferentiatesFromTheCarriedState(CellKind cell) {
    MultiLayerNetwork network =
        network(STEPS, recurrent(cell, IN), recurrent(cell, WIDTH), output());
    slopes(network, new DataSet(random(8, BATCH, IN, STEPS), random(9, BATCH, 2, STEPS)));
    List<Map<String, INDArray>> carried = new ArrayList<>();
    for (org.deeplearning4j.nn.api.Layer layer : network.getLayers()) {
      if (layer instanceof RecurrentLayer recurrent) {
        carried.add(recurrent.rnnGetTBPTTState());
      }
    }
    assertThat(carried.get(0)).hasSize(cell.states());
    DataSet data = new DataSet(random(1, BATCH, IN, STEPS), random(2, BATCH, 2, STEPS));
    slopes(network, data);
    INDArray slope = network.getFlattenedGradients().dup();
    INDArray parameters = network.params();
    for (int at = 0; at < parameters.length(); at++) {
      double value = parameters.getDouble(at);
      double[] scores = new double[2];
      for (int side = 0; side < 2; side++) {
        parameters.putScalar(at, value + (side == 0 ? 1e-6 : -1e-6));
        restore(network, carried);
        slopes(network, data);
        scores[side] = network.score();
      }
      parameters.putScalar(at, value);
      // The flattened gradient is not yet divided by the number of examples.
      assertThat(slope.getDouble(at) / BATCH)
          .as("parameter %s", at)
          .isCloseTo((scores[0] - scores[1]) / 2e-6, within(1e-7));
    }
  }

  private static void restore(MultiLayerNetwork network, List<Map<String, INDArray>> carried) {
    int at = 0;
    for (org.deeplearning4j.nn.api.Layer layer : network.getLayers()) {
      if (layer instanceof RecurrentLayer recurrent) {
        recurrent.rnnSetTBPTTState(carried.get(at++));
      }
    }
  }

  /** One call of fit over two windows is two steps, the second from the state of the first. */
  @Test
  void fitCarriesTheStateFromWindowToWindow() {
    MultiLayerNetwork network = network(STEPS, recurrent(CellKind.GRU, IN), output());
    MultiLayerNetwork byHand = network(STEPS, recurrent(CellKind.GRU, IN), output());
    INDArray in = random(1, BATCH, IN, 2 * STEPS);
    INDArray labels = random(2, BATCH, 2, 2 * STEPS);
    network.fit(new DataSet(in, labels));
    for (int window = 0; window < 2; window++) {
      org.nd4j.linalg.indexing.INDArrayIndex[] part = {
        NDArrayIndex.all(),
        NDArrayIndex.all(),
        NDArrayIndex.interval(window * STEPS, (window + 1) * STEPS)
      };
      slopes(byHand, new DataSet(in.get(part), labels.get(part)));
      INDArray slope = byHand.getFlattenedGradients();
      byHand.params().subi(slope.reshape(slope.length()).div(BATCH));
    }
    assertThat(network.params().equalsWithEps(byHand.params(), 1e-12)).isTrue();
  }

  /** In a ComputationGraph gradients may stop within a window, where Deeplearning4j's stop. */
  @Test
  void gradientsStopWhereTheGraphSaysAsDeeplearning4js() {
    List<INDArray> slopes = new ArrayList<>();
    for (boolean own : new boolean[] {true, false}) {
      Layer layer =
          own
              ? recurrent(CellKind.RNN, IN)
              : new SimpleRnn.Builder().nIn(IN).nOut(WIDTH).activation(Activation.TANH).build();
      ComputationGraph graph =
          new ComputationGraph(
              graph(layer)
                  .backpropType(BackpropType.TruncatedBPTT)
                  .tBPTTForwardLength(STEPS)
                  .tBPTTBackwardLength(2)
                  .build());
      graph.init();
      graph.params().assign(random(4, graph.params().shape()));
      graph.setInputs(random(1, BATCH, IN, STEPS));
      graph.setLabels(random(2, BATCH, 2, STEPS));
      graph.computeGradientAndScore();
      slopes.add(graph.getFlattenedGradients().dup());
    }
    assertThat(slopes.get(0).equalsWithEps(slopes.get(1), 1e-12)).isTrue();
  }

  private static ComputationGraphConfiguration.GraphBuilder graph(Layer layer) {
    return TestNetworks.builder()
        .graphBuilder()
        .addInputs("in")
        .addLayer("recurrent", layer, "in")
        .addLayer("out", output(), "recurrent")
        .setOutputs("out");
  }

  @Test
  void worksInAComputationGraph() {
    ComputationGraphConfiguration configuration = graph(recurrent(CellKind.LSTM, IN)).build();
    assertThat(ComputationGraphConfiguration.fromJson(configuration.toJson()))
        .isEqualTo(configuration);
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    assertThat(
            TestNetworks.gradientsAreRight(
                new GradientCheckUtil.GraphConfig()
                    .net(graph)
                    .inputs(new INDArray[] {random(1, BATCH, IN, STEPS)})
                    .labels(new INDArray[] {random(2, BATCH, 2, STEPS)})))
        .isTrue();
  }

  @ParameterizedTest
  @EnumSource(CellKind.class)
  void stepByStepIsTheWholeSequence(CellKind cell) {
    MultiLayerNetwork network = network(0, recurrent(cell, IN), output());
    INDArray in = random(1, BATCH, IN, STEPS);
    INDArray whole = network.output(in);
    for (int t = 0; t < STEPS; t++) {
      INDArray step =
          network.rnnTimeStep(
              in.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(t)));
      assertThat(
              step.equalsWithEps(
                  whole.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(t)), 1e-12))
          .isTrue();
    }
    assertThatThrownBy(() -> network.rnnTimeStep(random(1, BATCH + 1, IN)))
        .hasMessageContaining("rnnClearPreviousState");
  }

  @Test
  void configurationSurvivesJson() {
    MultiLayerConfiguration configuration =
        TestNetworks.builder()
            .list(
                TorchRecurrentLayer.lstm().nIn(IN).nOut(WIDTH).forgetGateBiasInit(2.5).build(),
                TorchRecurrentLayer.rnnLag2()
                    .nIn(WIDTH)
                    .nOut(WIDTH)
                    .activation(Activation.RELU)
                    .dropOut(0.5)
                    .build(),
                TorchRecurrentLayer.rnn()
                    .nIn(9)
                    .nOut(WIDTH)
                    .readsIds()
                    .activation(new StepActivation(0.5, AtThreshold.ONE))
                    .build(),
                output())
            .build();
    MultiLayerConfiguration read = MultiLayerConfiguration.fromJson(configuration.toJson());
    assertThat(read).isEqualTo(configuration);
    TorchRecurrentLayer layer = (TorchRecurrentLayer) read.getConf(0).getLayer();
    assertThat(layer.cell()).isEqualTo(CellKind.LSTM);
    assertThat(layer.forgetGateBiasInit()).isEqualTo(2.5);
    assertThat(layer.reads()).isEqualTo(TorchRecurrentLayer.Reads.VECTORS);
    TorchRecurrentLayer third = (TorchRecurrentLayer) read.getConf(2).getLayer();
    assertThat(third.reads()).isEqualTo(TorchRecurrentLayer.Reads.IDS);
    assertThat(third.activation())
        .isEqualTo(org.seqlm.neural.Activation.step(0.5, AtThreshold.ONE));
    MultiLayerNetwork network = new MultiLayerNetwork(read);
    network.init();
    assertThat(network.getParam("0_b").toDoubleVector())
        .containsExactly(0, 0, 0, 2.5, 2.5, 2.5, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void anActivationThatACellHasNotIsRefused() {
    TorchRecurrentLayer.Builder gated =
        TorchRecurrentLayer.gru().nIn(1).nOut(1).activation(Activation.RELU);
    assertThatThrownBy(gated::build)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("GRU must be tanh");
    TorchRecurrentLayer.Builder simple =
        TorchRecurrentLayer.rnn().nIn(1).nOut(1).activation(Activation.SOFTMAX);
    assertThatThrownBy(simple::build)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("tanh, sigmoid, relu, identity or a StepActivation");
  }
}
