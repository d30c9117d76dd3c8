package org.seqlm.neural.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.lm.LanguageModel;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.DropoutMasks;
import org.seqlm.neural.DropoutRules;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.Normalisation;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.plain.Letters;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.neural.plain.SlowNetwork;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.device.TorchThreads;
import org.seqlm.neural.torch.layers.TorchLayer;

/** Values of networks of every kind, and that every kernel comes to the same gradients. */
class TorchNetworkTest {
  private static final int VOCABULARY = 9;
  static final int HIDDEN = 3;
  static final int BATCH = 2;
  static final int TIME = 3;

  static LanguageNetwork spec(InputKind input, CellKind cell, OutputKind output, double drop) {
    return new LanguageNetwork(
        input,
        output == OutputKind.TIED ? HIDDEN : 2,
        cell,
        Activation.TANH,
        2,
        HIDDEN,
        VOCABULARY,
        drop,
        drop,
        1,
        output,
        output == OutputKind.ADAPTIVE ? List.of(3, 6) : List.of());
  }

  /** The activations with a gradient, of the cells that have one. */
  static Stream<LanguageNetwork> activated(LanguageNetwork spec) {
    return spec.cell().hasActivation()
        ? Stream.of(Activation.TANH, Activation.SIGMOID, Activation.RELU, Activation.IDENTITY)
            .map(spec::with)
        : Stream.of(spec);
  }

  /** Every cell with every activation, input and output, and with all that regularises. */
  static Stream<LanguageNetwork> networks(double drop) {
    return Stream.concat(plain(drop), Arrays.stream(CellKind.values()).map(TorchNetworkTest::awd));
  }

  /** AWD-LSTM's recipe, and layer normalisation. */
  static LanguageNetwork awd(CellKind cell) {
    return spec(InputKind.EMBEDDING, cell, OutputKind.TIED, 0.3)
        .with(new DropoutRules(DropoutRules.Kind.VARIATIONAL, 0.3, 0.4))
        .with(Normalisation.LAYER);
  }

  private static Stream<LanguageNetwork> plain(double drop) {
    return Arrays.stream(CellKind.values())
        .flatMap(
            cell ->
                Stream.of(
                    spec(InputKind.EMBEDDING, cell, OutputKind.FULL, drop),
                    spec(InputKind.ONE_HOT, cell, OutputKind.FULL, drop),
                    spec(InputKind.EMBEDDING, cell, OutputKind.TIED, drop),
                    spec(InputKind.EMBEDDING, cell, OutputKind.ADAPTIVE, drop),
                    spec(InputKind.ONE_HOT, cell, OutputKind.ADAPTIVE, 0)))
        .flatMap(TorchNetworkTest::activated);
  }

  /** Parameters of which some are large, biases that are not zero. */
  static float[] parameters(LanguageNetwork spec) {
    float[] values = InitialParameters.create(spec, 5);
    KeyedRandom random = KeyedRandom.of(6, "spread");
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) (0.2 * random.normal(i));
    }
    return values;
  }

  static float[] state(LanguageNetwork spec, int batch) {
    KeyedRandom random = KeyedRandom.of(7, "state");
    float[] state = new float[spec.layers() * spec.cell().states() * batch * spec.hidden()];
    for (int i = 0; i < state.length; i++) {
      state[i] = (float) (random.uniform(i) - 0.4);
    }
    return state;
  }

  /** A window of which every cluster of an adaptive output has targets. */
  static TorchWindow window() {
    int[] inputs = {0, 5, 3, 7, 3, 3};
    int[] targets = {5, 3, 8, 3, 1, 0};
    return new TorchWindow(BATCH, TIME, inputs, targets);
  }

  /** Whether it has tanh, where a cell has an activation; the others are tried with one output. */
  static boolean isOfFew(LanguageNetwork spec) {
    return spec.activation().equals(Activation.TANH)
        || (spec.input() == InputKind.EMBEDDING && spec.output() == OutputKind.FULL);
  }

  /** Both kernels in float32 and float64, over two windows of which the second goes on. */
  @ParameterizedTest
  @MethodSource("dropped")
  void kernelsAreEqual(LanguageNetwork spec) {
    TorchThreads.one();
    double[] own = twoWindows(spec, torch.ScalarType.Double, TorchLayer.Kernels.OWN);
    assertThat(twoWindows(spec, torch.ScalarType.Double, TorchLayer.Kernels.BUILT_IN))
        .containsExactly(own, within(1e-12));
    // Normalised, three values that hardly differ magnify their rounding.
    double close = spec.normalises() ? 3e-5 : 3e-6;
    for (TorchLayer.Kernels kernels : TorchLayer.Kernels.values()) {
      if (runs(kernels, spec)) {
        assertThat(twoWindows(spec, torch.ScalarType.Float, kernels))
            .as("%s", kernels)
            .containsExactly(own, within(close));
      }
    }
  }

  /** oneDNN has no layer but the LSTM's, and none in float64. */
  private static boolean runs(TorchLayer.Kernels kernels, LanguageNetwork spec) {
    return kernels != TorchLayer.Kernels.ONE_DNN || spec.cell() == CellKind.LSTM;
  }

  static Stream<LanguageNetwork> dropped() {
    return networks(0.3);
  }

  /** Losses, gradients and the state after two windows. */
  private static double[] twoWindows(
      LanguageNetwork spec, torch.ScalarType type, TorchLayer.Kernels kernels) {
    List<Double> all = new ArrayList<>();
    try (PointerScope scope = new PointerScope()) {
      TorchNetwork network =
          new TorchNetwork(
              spec,
              parameters(spec),
              BATCH,
              TIME,
              TorchDevice.cpu(),
              Precision.FLOAT32,
              type,
              kernels);
      network.setState(state(spec, BATCH));
      for (int step = 0; step < 2; step++) {
        all.add(network.gradient(window(), new DropoutMasks(3, 1, step)));
        for (double g : TorchDevice.doubles(network.parameters().flatGradient())) {
          all.add(g);
        }
        for (float s : network.state()) {
          all.add((double) s);
        }
      }
    }
    return all.stream().mapToDouble(Double::doubleValue).toArray();
  }

  static Stream<Arguments> models() {
    Activation step = Activation.step(0.1, Activation.AtThreshold.ONE);
    Stream<LanguageNetwork> steps =
        Stream.of(CellKind.RNN, CellKind.RNN_LAG_2)
            .map(cell -> spec(InputKind.EMBEDDING, cell, OutputKind.FULL, 0).with(step));
    return Stream.concat(networks(0.3), steps)
        .flatMap(
            spec ->
                Arrays.stream(TorchLayer.Kernels.values())
                    .filter(kernels -> runs(kernels, spec))
                    .map(kernels -> Arguments.of(spec, kernels)));
  }

  /** The probabilities of the plain Java model, and of a slow float64 one; nothing is dropped. */
  @ParameterizedTest
  @MethodSource("models")
  void readsAsPlainJavaDoes(LanguageNetwork spec, TorchLayer.Kernels kernels) {
    TorchThreads.one();
    float[] values = InitialParameters.create(spec, 8);
    int batch = 3;
    int time = 7;
    RecurrentLanguageModel plain =
        new RecurrentLanguageModel(spec, values, Letters.vocabulary(VOCABULARY));
    try (PointerScope scope = new PointerScope()) {
      TorchNetwork network =
          new TorchNetwork(
              spec,
              values,
              batch,
              time,
              TorchDevice.cpu(),
              Precision.FLOAT32,
              torch.ScalarType.Float,
              kernels);
      List<double[]> read = new ArrayList<>();
      for (TorchWindow window : Windows.of(VOCABULARY, batch, time, 3)) {
        read.add(network.logProbabilities(window));
      }
      for (int b = 0; b < batch; b++) {
        LanguageModel.Reading reading = plain.blank();
        SlowNetwork slow = new SlowNetwork(spec, values);
        for (int at = 0; at < 3 * time; at++) {
          int token = Windows.token(VOCABULARY, b, at);
          int next = Windows.token(VOCABULARY, b, at + 1);
          reading.read(token);
          slow.read(token);
          double p = read.get(at / time)[at % time * batch + b];
          double exact = slow.logProbabilities()[next];
          // A state that is never squashed grows, and its rounding with it.
          double close = 1e-5 * Math.max(1, Math.abs(exact) / 10);
          assertThat(p).isCloseTo(exact, within(close));
          assertThat(p).isCloseTo(reading.logProbability(next), within(close));
        }
      }
    }
  }

  /**
   * A network that only reads comes to what one that trains does, by every kernel, of some rows as
   * of all, in windows of one step, too.
   */
  @ParameterizedTest
  @MethodSource("models")
  void readsWithoutGradients(LanguageNetwork spec, TorchLayer.Kernels kernels) {
    TorchThreads.one();
    float[] values = InitialParameters.create(spec, 8);
    for (int time : new int[] {1, 4}) {
      try (PointerScope scope = new PointerScope()) {
        TorchNetwork trains =
            new TorchNetwork(spec, values, 2, time, TorchDevice.cpu(), Precision.FLOAT32);
        TorchNetwork reads = TorchNetwork.toRead(spec, values, 2, time, TorchDevice.cpu(), kernels);
        assertThat(reads.parameters().flatGradient()).isNull();
        for (TorchWindow window : Windows.of(VOCABULARY, 2, time, 4)) {
          double[] all = trains.logProbabilities(window);
          long[] rows = time == 1 ? new long[] {1} : new long[] {1, 2L * time - 1};
          long[] targets = Arrays.stream(rows).map(row -> window.targets()[(int) row]).toArray();
          double[] nats = Arrays.stream(rows).mapToDouble(row -> -all[(int) row]).toArray();
          assertThat(reads.nats(window.inputs(), rows, targets))
              .containsExactly(nats, within(1e-5));
        }
        assertThat(reads.nats(new long[2 * time], new long[0], new long[0])).isEmpty();
      }
    }
  }

  /** One-hot input that kernels of GPUs look up. */
  @ParameterizedTest
  @EnumSource(CellKind.class)
  void looksUpWithoutGradients(CellKind cell) {
    TorchThreads.one();
    LanguageNetwork spec =
        new LanguageNetwork(InputKind.ONE_HOT, 0, cell, 1, HIDDEN, TorchLayer.SPELT_OUT + 1, 0, 0);
    float[] values = InitialParameters.create(spec, 8);
    try (PointerScope scope = new PointerScope()) {
      double[][] nats = new double[2][];
      for (TorchLayer.Kernels kernels :
          List.of(TorchLayer.Kernels.OWN, TorchLayer.Kernels.BUILT_IN)) {
        TorchNetwork reads = TorchNetwork.toRead(spec, values, 1, 3, TorchDevice.cpu(), kernels);
        reads.nats(new long[] {4000, 5, 4096}, new long[0], new long[0]);
        nats[kernels.ordinal()] =
            reads.nats(new long[] {1, 2, 4096}, new long[] {0, 2}, new long[] {2, 77});
      }
      assertThat(nats[1]).containsExactly(nats[0], within(1e-5));
    }
  }

  /** Every token's probability, from the targets 0 to V − 1 at once. */
  @ParameterizedTest
  @MethodSource("dropped")
  void probabilitiesSumToOne(LanguageNetwork spec) {
    TorchThreads.one();
    int[] inputs = new int[VOCABULARY];
    int[] targets = new int[VOCABULARY];
    Arrays.fill(inputs, 4);
    Arrays.setAll(targets, i -> i);
    try (PointerScope scope = new PointerScope()) {
      TorchNetwork network =
          new TorchNetwork(
              spec, parameters(spec), VOCABULARY, 1, TorchDevice.cpu(), Precision.FLOAT32);
      TorchWindow window = new TorchWindow(VOCABULARY, 1, inputs, targets);
      network.logProbabilities(window);
      double[] logs = network.logProbabilities(window);
      assertThat(Arrays.stream(logs).map(Math::exp).sum()).isCloseTo(1, within(1e-6));
    }
  }

  /** One-hot input that is too wide to be spelt out, and wider than the tokens of a window. */
  @ParameterizedTest
  @EnumSource(CellKind.class)
  void wideOneHotInput(CellKind cell) {
    TorchThreads.one();
    int vocabulary = TorchLayer.SPELT_OUT + 1;
    LanguageNetwork spec =
        new LanguageNetwork(InputKind.ONE_HOT, 0, cell, 2, HIDDEN, vocabulary, 0.3, 1);
    double[] own = twoWindows(spec, torch.ScalarType.Double, TorchLayer.Kernels.OWN);
    assertThat(Arrays.stream(own).filter(v -> v != 0).count()).isGreaterThan(vocabulary);
    double[] builtIn = twoWindows(spec, torch.ScalarType.Double, TorchLayer.Kernels.BUILT_IN);
    assertThat(builtIn).hasSameSizeAs(own);
    assertThat(gap(builtIn, own)).isLessThan(1e-12);
  }

  /** Scores of a large vocabulary are computed in turns, which add up. */
  @ParameterizedTest
  @EnumSource(
      value = OutputKind.class,
      names = {"FULL", "TIED"})
  void scoresInTurns(OutputKind output) {
    TorchThreads.one();
    int vocabulary = 140_000; // 64 rows at a time
    int batch = 128;
    LanguageNetwork spec =
        new LanguageNetwork(InputKind.EMBEDDING, 2, CellKind.GRU, 1, 2, vocabulary, 0, 1)
            .with(output, List.of());
    float[] values = parameters(spec);
    int[][] tokens = Windows.tokens(vocabulary, batch, 1, 0);
    double[] all = gradient(spec, values, tokens, 0, batch);
    double[] first = gradient(spec, values, tokens, 0, batch / 2);
    double[] second = gradient(spec, values, tokens, batch / 2, batch);
    double[] mean = new double[all.length];
    Arrays.setAll(mean, i -> (first[i] + second[i]) / 2);
    assertThat(gap(all, mean)).isLessThan(1e-12);
    assertThat(gap(all, first)).isGreaterThan(1e-3);
  }

  static double gap(double[] a, double[] b) {
    double gap = 0;
    for (int i = 0; i < a.length; i++) {
      gap = Math.max(gap, Math.abs(a[i] - b[i]));
    }
    return gap;
  }

  /** Of single steps of the sequences from..to, and at the end the loss. */
  private static double[] gradient(
      LanguageNetwork spec, float[] values, int[][] tokens, int from, int to) {
    try (PointerScope scope = new PointerScope()) {
      TorchNetwork network =
          new TorchNetwork(
              spec,
              values,
              to - from,
              1,
              TorchDevice.cpu(),
              Precision.FLOAT32,
              torch.ScalarType.Double);
      double loss =
          network.gradient(
              new TorchWindow(
                  to - from,
                  1,
                  Arrays.copyOfRange(tokens[0], from, to),
                  Arrays.copyOfRange(tokens[1], from, to)),
              null);
      double[] gradient = TorchDevice.doubles(network.parameters().flatGradient());
      double[] result = Arrays.copyOf(gradient, gradient.length + 1);
      result[gradient.length] = loss;
      return result;
    }
  }
}
