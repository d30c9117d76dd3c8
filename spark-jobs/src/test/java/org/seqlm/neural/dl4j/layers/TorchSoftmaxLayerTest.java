package org.seqlm.neural.dl4j.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.seqlm.neural.dl4j.layers.TestNetworks.BATCH;
import static org.seqlm.neural.dl4j.layers.TestNetworks.STEPS;
import static org.seqlm.neural.dl4j.layers.TestNetworks.ids;
import static org.seqlm.neural.dl4j.layers.TestNetworks.network;
import static org.seqlm.neural.dl4j.layers.TestNetworks.oneHot;
import static org.seqlm.neural.dl4j.layers.TestNetworks.random;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.seqlm.Exhaustive;
import org.seqlm.UserException;

class TorchSoftmaxLayerTest {
  private static final int TOKENS = 6;
  private static final int WIDTH = 4;

  private enum Output {
    OWN,
    TIED
  }

  private static Layer embedding(RNNFormat format) {
    return TorchEmbeddingLayer.builder()
        .name("tokens")
        .nIn(TOKENS)
        .nOut(WIDTH)
        .dataFormat(format)
        .build();
  }

  private static Layer recurrent(RNNFormat format) {
    return TorchRecurrentLayer.lstm().nIn(WIDTH).nOut(WIDTH).dataFormat(format).build();
  }

  private static TorchSoftmaxLayer.Builder softmax(Output output, RNNFormat format) {
    TorchSoftmaxLayer.Builder builder =
        TorchSoftmaxLayer.builder().nIn(WIDTH).nOut(TOKENS).dataFormat(format);
    return output == Output.TIED ? builder.tiedTo("tokens") : builder;
  }

  private static MultiLayerNetwork languageModel(Output output) {
    RNNFormat format = RNNFormat.NCW;
    return network(0, embedding(format), recurrent(format), softmax(output, format).build());
  }

  private static INDArray in() {
    return ids(1, TOKENS, BATCH, 1, STEPS);
  }

  private static INDArray targets() {
    return ids(2, TOKENS, BATCH, 1, STEPS);
  }

  private static GradientCheckUtil.MLNConfig check(MultiLayerNetwork network) {
    return new GradientCheckUtil.MLNConfig().net(network).input(in()).labels(targets());
  }

  @ParameterizedTest
  @EnumSource(Output.class)
  void gradientsAreNumericOnes(Output output) {
    assertThat(TestNetworks.gradientsAreRight(check(languageModel(output)))).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Output.class)
  void gradientsAreNumericOnesUnderMasks(Output output) {
    INDArray mask = Nd4j.ones(org.nd4j.linalg.api.buffer.DataType.DOUBLE, BATCH, STEPS);
    mask.putScalar(0, STEPS - 1, 0);
    mask.putScalar(1, 0, 0);
    INDArray targets = targets();
    // What is masked is not read.
    targets.putScalar(new int[] {1, 0, 0}, -1);
    assertThat(
            TestNetworks.gradientsAreRight(
                check(languageModel(output)).labels(targets).inputMask(mask).labelMask(mask)))
        .isTrue();
  }

  /** With so many tokens that rows are done in turns. */
  @Test
  void largeVocabulariesAreDoneInTurns() {
    assertDoneInTurns(Output.TIED);
  }

  @Exhaustive
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TIED")
  void largeVocabulariesOfOtherOutputsAreDoneInTurns(Output output) {
    assertDoneInTurns(output);
  }

  private static void assertDoneInTurns(Output output) {
    int tokens = (1 << 23) / 64;
    RNNFormat format = RNNFormat.NCW;
    int steps = 40; // 120 rows, in turns of 64
    List<INDArray> losses = new ArrayList<>();
    List<INDArray> slopes = new ArrayList<>();
    INDArray targets = ids(2, tokens, BATCH, 1, steps);
    for (INDArray labels : List.of(targets, oneHot(targets, tokens))) {
      TorchSoftmaxLayer.Builder softmax =
          TorchSoftmaxLayer.builder().nIn(2).nOut(tokens).dataFormat(format);
      MultiLayerNetwork network =
          network(
              0,
              TorchEmbeddingLayer.builder().name("tokens").nIn(tokens).nOut(2).build(),
              (output == Output.TIED ? softmax.tiedTo("tokens") : softmax).build());
      DataSet data = new DataSet(ids(1, tokens, BATCH, 1, steps), labels);
      losses.add(network.scoreExamples(data, false));
      network.setInput(data.getFeatures());
      network.setLabels(data.getLabels());
      network.computeGradientAndScore();
      slopes.add(network.getFlattenedGradients().dup());
      assertThat(network.score()).isCloseTo(losses.get(0).meanNumber().doubleValue(), within(1e-9));
      INDArray output3 = network.output(data.getFeatures());
      assertThat(output3.sum(1).equalsWithEps(Nd4j.onesLike(output3.sum(1)), 1e-9)).isTrue();
      INDArray own = Nd4j.zeros(org.nd4j.linalg.api.buffer.DataType.DOUBLE, BATCH, 1);
      for (int b = 0; b < BATCH; b++) {
        for (int t = 0; t < steps; t++) {
          double p = output3.getDouble(b, targets.getInt(b, 0, t), t);
          own.putScalar(b, 0, own.getDouble(b, 0) - Math.log(p));
        }
      }
      assertThat(own.equalsWithEps(losses.get(0), 1e-8)).isTrue();
    }
    assertThat(losses.get(1).equalsWithEps(losses.get(0), 1e-9)).isTrue();
    assertThat(slopes.get(1).equalsWithEps(slopes.get(0), 1e-12)).isTrue();
  }

  @Test
  void gradientsOfDistributionsAreNumericOnes() {
    // They need not sum to 1.
    INDArray labels = Transforms.abs(random(6, BATCH, TOKENS, STEPS)).muli(0.1);
    assertThat(TestNetworks.gradientsAreRight(check(languageModel(Output.OWN)).labels(labels)))
        .isTrue();
  }

  @ParameterizedTest
  @EnumSource(Output.class)
  void timeMayComeBeforeFeatures(Output output) {
    RNNFormat format = RNNFormat.NWC;
    MultiLayerNetwork network =
        network(0, embedding(format), recurrent(format), softmax(output, format).build());
    assertThat(
            TestNetworks.gradientsAreRight(check(network).labels(targets().permute(0, 2, 1).dup())))
        .isTrue();
    assertThat(
            network
                .output(in())
                .permute(0, 2, 1)
                .equalsWithEps(languageModel(output).output(in()), 1e-12))
        .isTrue();
  }

  /** Deeplearning4j's embedding and output with one-hot labels: score, output, gradient. */
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void isDeeplearning4jsOutput(boolean idsAsLabels) {
    RNNFormat format = RNNFormat.NCW;
    Layer theirIn =
        new EmbeddingSequenceLayer.Builder().nIn(TOKENS).nOut(WIDTH).inputLength(STEPS).build();
    Layer theirOut =
        new RnnOutputLayer.Builder(LossFunction.MCXENT)
            .nIn(WIDTH)
            .nOut(TOKENS)
            .activation(Activation.SOFTMAX)
            .dataFormat(format)
            .build();
    MultiLayerNetwork theirs = network(0, theirIn, recurrent(format), theirOut);
    MultiLayerNetwork ours = languageModel(Output.OWN);
    theirs.paramTable().forEach((key, value) -> ours.getParam(key).assign(value));
    INDArray mask = Nd4j.ones(org.nd4j.linalg.api.buffer.DataType.DOUBLE, BATCH, STEPS);
    mask.putScalar(2, 3, 0);
    INDArray oneHot = oneHot(targets(), TOKENS);
    INDArray labels = idsAsLabels ? targets() : oneHot;
    DataSet ourData = new DataSet(in(), labels, null, mask);
    DataSet theirData = new DataSet(in(), oneHot, null, mask);
    assertThat(ours.output(in()).equalsWithEps(theirs.output(in()), 1e-12)).isTrue();
    assertThat(ours.score(ourData)).isCloseTo(theirs.score(theirData), within(1e-9));
    INDArray ourScores = ours.scoreExamples(ourData, false);
    assertThat(ourScores.equalsWithEps(theirs.scoreExamples(theirData, false), 1e-9)).isTrue();
    ours.fit(ourData);
    theirs.fit(theirData);
    assertThat(ours.score()).isCloseTo(theirs.score(), within(1e-9));
    theirs
        .paramTable()
        .forEach(
            (key, value) ->
                assertThat(ours.getParam(key).equalsWithEps(value, 1e-8)).as(key).isTrue());
  }

  @Test
  void outputMayBeLogarithms() {
    RNNFormat format = RNNFormat.NCW;
    MultiLayerNetwork network =
        network(
            0,
            embedding(format),
            recurrent(format),
            softmax(Output.TIED, format).gives(TorchSoftmaxLayer.Gives.LOG_PROBABILITIES).build());
    INDArray expected = languageModel(Output.TIED).output(in());
    assertThat(Transforms.exp(network.output(in())).equalsWithEps(expected, 1e-12)).isTrue();
    assertThat(expected.sum(1).equalsWithEps(Nd4j.onesLike(expected.sum(1)), 1e-12)).isTrue();
  }

  @Test
  void tiedSoftmaxHasOnlyABias() {
    MultiLayerNetwork tied = languageModel(Output.TIED);
    MultiLayerNetwork own = languageModel(Output.OWN);
    assertThat(own.numParams() - tied.numParams()).isEqualTo(TOKENS * WIDTH);
    assertThat(tied.getLayer(2).paramTable()).containsOnlyKeys("b");
  }

  /** Each network's softmax finds the embedding of its own network. */
  @Test
  void tiedNetworksOfOneConfigurationStayApart() {
    MultiLayerNetwork one = languageModel(Output.TIED);
    INDArray before = one.output(in());
    MultiLayerNetwork other = one.clone();
    assertThat(other.output(in()).equalsWithEps(before, 1e-12)).isTrue();
    other.params().muli(2);
    assertThat(other.output(in()).equalsWithEps(before, 1e-3)).isFalse();
    assertThat(one.output(in()).equalsWithEps(before, 0)).isTrue();
  }

  @Test
  void tiedNetworkSurvivesAFile() throws IOException {
    MultiLayerNetwork network = languageModel(Output.TIED);
    MultiLayerConfiguration configuration = network.getLayerWiseConfigurations();
    assertThat(MultiLayerConfiguration.fromJson(configuration.toJson())).isEqualTo(configuration);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ModelSerializer.writeModel(network, file, true);
    MultiLayerNetwork read =
        ModelSerializer.restoreMultiLayerNetwork(new ByteArrayInputStream(file.toByteArray()));
    assertThat(read.output(in()).equalsWithEps(network.output(in()), 1e-12)).isTrue();
  }

  @Test
  void tiesInAComputationGraph() {
    RNNFormat format = RNNFormat.NCW;
    ComputationGraph graph =
        new ComputationGraph(
            TestNetworks.builder()
                .graphBuilder()
                .addInputs("ids")
                .addLayer("tokens", embedding(format), "ids")
                .addLayer("recurrent", recurrent(format), "tokens")
                .addLayer("out", softmax(Output.TIED, format).build(), "recurrent")
                .setOutputs("out")
                .build());
    graph.init();
    assertThat(
            TestNetworks.gradientsAreRight(
                new GradientCheckUtil.GraphConfig()
                    .net(graph)
                    .inputs(new INDArray[] {in()})
                    .labels(new INDArray[] {targets()})))
        .isTrue();
  }

  @Test
  void whatCannotBeSaysWhy() {
    RNNFormat format = RNNFormat.NCW;
    MultiLayerNetwork noName =
        network(
            0,
            TorchEmbeddingLayer.builder().nIn(TOKENS).nOut(WIDTH).build(),
            softmax(Output.TIED, format).build());
    assertThatThrownBy(() -> noName.output(in()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("named tokens");
    MultiLayerNetwork narrow =
        network(0, embedding(format), softmax(Output.TIED, format).nOut(TOKENS - 1).build());
    assertThatThrownBy(() -> narrow.output(in()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("must be 4 and 6, but are 4 and 5");
    MultiLayerNetwork network = languageModel(Output.OWN);
    assertThatThrownBy(() -> network.output(in().addi(TOKENS)))
        .hasMessageContaining("must be 0 to 5");
    assertThatThrownBy(() -> network.score(new DataSet(in(), targets().addi(TOKENS))))
        .hasMessageContaining("id of the labels must be 0 to 5");
    assertThatThrownBy(() -> network.score(new DataSet(in(), random(1, BATCH, 2, STEPS))))
        .hasMessageContaining("labels must be ids");
  }

  /** The native memory of 300 steps is that of one. */
  @Test
  @Exhaustive
  void trainingDoesNotGrow() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(new Adam(1e-3))
                .list(
                    TorchEmbeddingLayer.builder().name("tokens").nIn(99).nOut(64).build(),
                    TorchRecurrentLayer.gru().nIn(64).nOut(64).build(),
                    TorchRecurrentLayer.rnnLag2().nIn(64).nOut(64).build(),
                    TorchRecurrentLayer.lstm().nIn(64).nOut(64).dropOut(0.8).build(),
                    TorchSoftmaxLayer.builder().nIn(64).nOut(99).tiedTo("tokens").build())
                .backpropType(org.deeplearning4j.nn.conf.BackpropType.TruncatedBPTT)
                .tBPTTLength(16)
                .build());
    network.init();
    network.addListeners(new GlobalNormClipping(1));
    DataSet data = new DataSet(ids(1, 99, 16, 1, 32), ids(2, 99, 16, 1, 32));
    for (int i = 0; i < 30; i++) {
      network.fit(data);
    }
    // 300 steps: two windows a call. Losing one window's buffers each would be 250 MB a half. The
    // heap may grow by as much once, but not twice.
    long growth = Long.MAX_VALUE;
    for (int half = 0; half < 2; half++) {
      long before = residentBytes();
      for (int i = 0; i < 75; i++) {
        network.fit(data);
      }
      growth = Math.min(growth, residentBytes() - before);
    }
    assertThat(growth).isLessThan(60L << 20);
  }

  private static long residentBytes() {
    System.gc();
    return Pointer.physicalBytes();
  }
}
