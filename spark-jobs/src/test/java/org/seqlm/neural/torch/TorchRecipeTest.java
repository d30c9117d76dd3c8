package org.seqlm.neural.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
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
import org.seqlm.neural.ScheduledSampling;
import org.seqlm.neural.Truncation;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.plain.Letters;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.device.TorchThreads;
import org.seqlm.neural.torch.layers.TorchLayer;

/** What perturbs a worker's windows, and its gradients. */
class TorchRecipeTest {
  private static final int VOCABULARY = 9;
  private static final int BATCH = 2;

  private static LanguageNetwork spec(CellKind cell, OutputKind output, double drop) {
    return new LanguageNetwork(
        InputKind.EMBEDDING,
        3,
        cell,
        Activation.TANH,
        2,
        3,
        VOCABULARY,
        drop,
        drop,
        1,
        output,
        output == OutputKind.ADAPTIVE ? List.of(3, 6) : List.of());
  }

  private static TorchNetwork wide(LanguageNetwork spec, int time, double smoothing) {
    return new TorchNetwork(
        spec,
        TorchNetworkTest.parameters(spec),
        BATCH,
        time,
        TorchDevice.cpu(),
        Precision.FLOAT32,
        torch.ScalarType.Double,
        TorchLayer.Kernels.OWN,
        smoothing);
  }

  private static double[] gradient(TorchNetwork network) {
    return TorchDevice.doubles(network.parameters().flatGradient());
  }

  static Stream<Arguments> cut() {
    return Arrays.stream(CellKind.values())
        .flatMap(cell -> Stream.of(Arguments.of(cell, 0.0), Arguments.of(cell, 0.3)));
  }

  /** Every ξ of a window of five steps, each with its probability. */
  @ParameterizedTest
  @MethodSource("cut")
  void theMeanOfTheCutGradientsIsTheFullOne(CellKind cell, double drop) {
    TorchThreads.one();
    int time = 5;
    double keep = 0.7;
    LanguageNetwork spec =
        drop == 0
            ? spec(cell, OutputKind.FULL, 0)
            : spec(cell, OutputKind.TIED, drop).with(Normalisation.LAYER);
    TorchWindow window = Windows.of(VOCABULARY, BATCH, time, 1).get(0);
    DropoutMasks dropout = new DropoutMasks(3, 1, 17);
    float[] state = TorchNetworkTest.state(spec, BATCH);
    try (PointerScope scope = new PointerScope()) {
      TorchNetwork network = wide(spec, time, 0);
      network.setState(state);
      double loss = network.gradient(window, dropout);
      double[] full = gradient(network);
      double[] mean = new double[full.length];
      double largest = 0;
      double all = 0;
      for (int bits = 0; bits < 1 << time - 1; bits++) {
        double[] passed = new double[time];
        passed[0] = Double.NaN; // nothing is before it
        double probability = 1;
        for (int t = 1; t < time; t++) {
          boolean kept = (bits >> t - 1 & 1) == 1;
          passed[t] = kept ? 1 / keep : 0;
          probability *= kept ? keep : 1 - keep;
        }
        network.setState(state);
        assertThat(network.gradient(window, dropout, passed)).isEqualTo(loss);
        double[] cut = gradient(network);
        largest = Math.max(largest, TorchNetworkTest.gap(cut, full));
        for (int i = 0; i < mean.length; i++) {
          mean[i] += probability * cut[i];
        }
        all += probability;
      }
      assertThat(all).isCloseTo(1, within(1e-12));
      assertThat(mean).containsExactly(full, within(1e-12));
      assertThat(largest).isGreaterThan(1e-2);
    }
  }

  /** Cut everywhere, the gradient is the sum of those of windows of one step. */
  @ParameterizedTest
  @EnumSource(CellKind.class)
  void cutEverywhereNothingGoesBack(CellKind cell) {
    TorchThreads.one();
    LanguageNetwork spec = spec(cell, OutputKind.FULL, 0);
    TorchWindow window = Windows.of(VOCABULARY, BATCH, 4, 1).get(0);
    try (PointerScope scope = new PointerScope()) {
      TorchNetwork network = wide(spec, 4, 0);
      network.gradient(window, null, new double[4]);
      double[] cut = gradient(network);
      double[] sum = new double[cut.length];
      TorchNetwork one = wide(spec, 1, 0);
      for (TorchWindow step : Windows.of(VOCABULARY, BATCH, 1, 4)) {
        one.gradient(step, null);
        double[] own = gradient(one);
        for (int i = 0; i < sum.length; i++) {
          sum[i] += own[i] / 4;
        }
      }
      assertThat(cut).containsExactly(sum, within(1e-12));
    }
  }

  /** Other kernels cannot cut, so a recipe that cuts takes ours, of any cell on any device. */
  @Test
  void onlyOurOwnKernelsCut() {
    TorchThreads.one();
    LanguageNetwork spec = spec(CellKind.LSTM, OutputKind.FULL, 0);
    TorchWindow window = Windows.of(VOCABULARY, BATCH, 3, 1).get(0);
    Truncation randomised = new Truncation(Truncation.Kind.RANDOMISED, 0.5);
    Recipe cuts = new Recipe(sgd(), 0, null, randomised);
    for (Precision precision : Precision.values()) {
      try (PointerScope scope = new PointerScope()) {
        TorchNetwork.toTrain(
                spec,
                cuts,
                InitialParameters.create(spec, 1),
                BATCH,
                3,
                TorchDevice.cpu(),
                precision)
            .gradient(window, null, randomised.factors(1, 0, 0, 3));
      }
    }
    try (PointerScope scope = new PointerScope()) {
      TorchNetwork builtIn =
          new TorchNetwork(
              spec,
              InitialParameters.create(spec, 1),
              BATCH,
              3,
              TorchDevice.cpu(),
              Precision.FLOAT32,
              torch.ScalarType.Float,
              TorchLayer.Kernels.BUILT_IN);
      assertThatThrownBy(() -> builtIn.gradient(window, null, new double[3]))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  private static InnerOptimizer sgd() {
    return new InnerOptimizer(InnerOptimizer.Kind.SGD, 0, 0);
  }

  /** The gradient is linear in what the targets give away; the loss is that of the targets. */
  @ParameterizedTest
  @EnumSource(
      value = OutputKind.class,
      names = {"FULL", "TIED"})
  void smoothedLabelsAreAMixtureOfTargets(OutputKind output) {
    TorchThreads.one();
    double smoothing = 0.2;
    LanguageNetwork spec = spec(CellKind.GRU, output, 0);
    int[][] tokens = Windows.tokens(VOCABULARY, BATCH, 3, 0);
    TorchWindow window = new TorchWindow(BATCH, 3, tokens[0], tokens[1]);
    try (PointerScope scope = new PointerScope()) {
      TorchNetwork plain = wide(spec, 3, 0);
      double loss = plain.gradient(window, null);
      double[] expected = gradient(plain);
      for (int i = 0; i < expected.length; i++) {
        expected[i] *= 1 - smoothing;
      }
      for (int v = 0; v < VOCABULARY; v++) {
        int[] same = new int[BATCH * 3];
        Arrays.fill(same, v);
        plain.clearState();
        plain.gradient(new TorchWindow(BATCH, 3, tokens[0], same), null);
        double[] own = gradient(plain);
        for (int i = 0; i < expected.length; i++) {
          expected[i] += smoothing / VOCABULARY * own[i];
        }
      }
      TorchNetwork smoothed = wide(spec, 3, smoothing);
      assertThat(smoothed.gradient(window, null)).isEqualTo(loss);
      assertThat(gradient(smoothed)).containsExactly(expected, within(1e-14));
    }
  }

  @Test
  void smoothedLabelsNeedOneSoftmax() {
    Recipe smoothing = new Recipe(sgd(), 0.1, null, null);
    TorchEngine engine = new TorchEngine();
    engine.check(spec(CellKind.LSTM, OutputKind.TIED, 0), smoothing, Execution.CPU);
    LanguageNetwork adaptive = spec(CellKind.LSTM, OutputKind.ADAPTIVE, 0);
    assertThatThrownBy(() -> engine.check(adaptive, smoothing, Execution.CPU))
        .hasMessageContaining("training.label-smoothing 0.1")
        .hasMessageContaining("network.output to full or tied");
    engine.check(adaptive, new Recipe(sgd()), Execution.CPU);
  }

  /** Weights are dropped for the window only: no bit of them is another one after it. */
  @ParameterizedTest
  @EnumSource(Precision.class)
  void droppedWeightsComeBack(Precision precision) {
    TorchThreads.one();
    LanguageNetwork spec =
        spec(CellKind.RNN_LAG_2, OutputKind.FULL, 0).with(new DropoutRules(null, 0, 0.5));
    float[] values = InitialParameters.create(spec, 1);
    TorchWindow window = Windows.of(VOCABULARY, BATCH, 3, 1).get(0);
    try (PointerScope scope = new PointerScope()) {
      TorchNetwork network = new TorchNetwork(spec, values, BATCH, 3, TorchDevice.cpu(), precision);
      double dropped = network.gradient(window, new DropoutMasks(1, 0, 0));
      assertThat(TorchDevice.floats(network.parameters().flat())).containsExactly(values);
      network.clearState();
      assertThat(network.gradient(window, null)).isNotEqualTo(dropped);
    }
  }

  static Stream<LanguageNetwork> drawn() {
    return Stream.of(
        spec(CellKind.LSTM, OutputKind.FULL, 0.4),
        spec(CellKind.GRU, OutputKind.TIED, 0).with(Normalisation.LAYER),
        spec(CellKind.RNN_LAG_2, OutputKind.ADAPTIVE, 0.4)
            .with(new DropoutRules(DropoutRules.Kind.VARIATIONAL, 0.5, 0.5)));
  }

  /**
   * The inputs of two windows as the plain Java network, which drops nothing, makes them of the
   * same random numbers, from the state that the network carries.
   */
  @ParameterizedTest
  @MethodSource("drawn")
  void inputsAreDrawnFromTheNetworkItself(LanguageNetwork spec) {
    TorchThreads.one();
    int time = 40;
    ScheduledSampling half = new ScheduledSampling(ScheduledSampling.Kind.LINEAR, 1, 0.5);
    float[] values = TorchNetworkTest.parameters(spec);
    RecurrentLanguageModel plain =
        new RecurrentLanguageModel(spec, values, Letters.vocabulary(VOCABULARY));
    try (PointerScope scope = new PointerScope()) {
      TorchNetwork network =
          new TorchNetwork(spec, values, BATCH, time, TorchDevice.cpu(), Precision.FLOAT32);
      MixedInputs inputs = new MixedInputs(network, half);
      List<TorchWindow> windows = Windows.of(VOCABULARY, BATCH, time, 2);
      // What the network carries over is of the ordinary pass, over the mixed inputs.
      List<LanguageModel.Reading> readings = List.of(plain.blank(), plain.blank());
      int own = 0;
      for (int w = 0; w < 2; w++) {
        TorchWindow window = windows.get(w);
        TorchWindow mixed = inputs.mix(window, 5, 1, 7 + w);
        assertThat(mixed.targets()).isEqualTo(window.targets());
        KeyedRandom random = KeyedRandom.of(5, "scheduled sampling", 1, 7 + w);
        for (int t = 0; t < time; t++) {
          for (int b = 0; b < BATCH; b++) {
            int at = t * BATCH + b;
            long token = window.inputs()[at];
            if (t > 0 && random.uniform(2L * at) >= 0.5) {
              token = fallsTo(readings.get(b), random.uniform(2L * at + 1), spec);
              own++;
            }
            assertThat(mixed.inputs()[at]).as("window %d, step %d", w, t).isEqualTo(token);
            readings.get(b).read((int) token);
          }
        }
        float[] before = network.state();
        assertThat(inputs.mix(window, 5, 1, 7 + w).inputs()).isEqualTo(mixed.inputs());
        assertThat(network.state()).isEqualTo(before);
        network.logProbabilities(mixed);
      }
      assertThat(own).isBetween(50, 110);
      assertThat(inputs.mix(windows.get(0), 5, 1, 0)).isSameAs(windows.get(0));
    }
  }

  /** Where a number falls among the probabilities; of clusters, first among their sums. */
  private static long fallsTo(LanguageModel.Reading reading, double uniform, LanguageNetwork spec) {
    List<int[]> parts = new ArrayList<>(); // from, to: tokens alone, then clusters
    int first = spec.output() == OutputKind.ADAPTIVE ? spec.cutoffs().get(0) : VOCABULARY;
    for (int v = 0; v < first; v++) {
      parts.add(new int[] {v, v + 1});
    }
    for (int c = 0; c < spec.cutoffs().size(); c++) {
      int from = spec.cutoffs().get(c);
      parts.add(new int[] {from, from + spec.clusterTokens(c)});
    }
    double sum = 0;
    for (int[] part : parts) {
      for (int v = part[0]; v < part[1]; v++) {
        sum += Math.exp(reading.logProbability(v));
        if (uniform < sum) {
          return v;
        }
      }
    }
    return VOCABULARY - 1;
  }

  /** With all of it at once, the same bits twice and when cut in two. */
  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FLOAT32", "BF16"})
  void sixStepsAreThreeAndThree(Precision precision) {
    LanguageNetwork spec =
        spec(CellKind.LSTM, OutputKind.TIED, 0.3)
            .with(new DropoutRules(DropoutRules.Kind.VARIATIONAL, 0.2, 0.4))
            .with(Normalisation.LAYER);
    Recipe recipe =
        new Recipe(
            new InnerOptimizer(InnerOptimizer.Kind.ADAM, 1, 0),
            0.1,
            new ScheduledSampling(ScheduledSampling.Kind.EXPONENTIAL, 4, 0.2),
            new Truncation(Truncation.Kind.RANDOMISED, 0.8));
    TorchLearner learner =
        new TorchLearner(spec, recipe, new Execution(Execution.Device.CPU, precision));
    float[] parameters = InitialParameters.create(spec, 2);
    List<TorchWindow> windows = Windows.of(VOCABULARY, BATCH, 8, 6);
    WorkerResult whole = run(learner, parameters, WorkerState.FRESH, windows, 0, 6);
    assertThat(whole.rejected()).isNull();
    assertThat(run(learner, parameters, WorkerState.FRESH, windows, 0, 6).parameters())
        .containsExactly(whole.parameters());
    WorkerResult first = run(learner, parameters, WorkerState.FRESH, windows, 0, 3);
    WorkerResult second = run(learner, first.parameters(), first.state(), windows, 3, 6);
    assertThat(second.parameters()).containsExactly(whole.parameters());
    assertThat(second.state().hidden()).containsExactly(whole.state().hidden());
    assertThat(second.state().moments()).containsExactly(whole.state().moments());
  }

  private static WorkerResult run(
      TorchLearner learner,
      float[] parameters,
      WorkerState state,
      List<TorchWindow> windows,
      int from,
      int to) {
    return learner.run(
        parameters,
        state,
        windows.subList(from, to).iterator(),
        Windows.plan(from, 0.01, to - from));
  }
}
