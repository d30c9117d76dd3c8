package org.seqlm.neural.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.lm.LanguageModel;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.learner.StretchScorer.Stretch;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.plain.Letters;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.neural.torch.TorchEngine;
import org.seqlm.neural.torch.device.GpuAddress;
import org.seqlm.neural.torch.device.TorchDevice;

/** What engines make of stretches, against the network in plain Java, token by token. */
class EnginesScoreTest {
  private static final int VOCABULARY = 12;

  private static LanguageNetwork spec(CellKind cell, InputKind input, OutputKind output) {
    return new LanguageNetwork(
        input,
        10,
        cell,
        Activation.TANH,
        2,
        10,
        VOCABULARY,
        // A scorer drops nothing.
        input == InputKind.EMBEDDING ? 0.3 : 0,
        0.3,
        1,
        output,
        output == OutputKind.ADAPTIVE ? List.of(4, 8) : List.of());
  }

  /** Every cell with every input and output, and every activation. */
  static Stream<LanguageNetwork> networks() {
    return Stream.concat(
        Arrays.stream(CellKind.values())
            .flatMap(
                cell ->
                    Stream.of(
                        spec(cell, InputKind.EMBEDDING, OutputKind.FULL),
                        spec(cell, InputKind.ONE_HOT, OutputKind.FULL),
                        spec(cell, InputKind.EMBEDDING, OutputKind.TIED),
                        spec(cell, InputKind.ONE_HOT, OutputKind.ADAPTIVE))),
        Stream.of(Activation.SIGMOID, Activation.RELU, Activation.IDENTITY)
            .map(spec(CellKind.RNN_LAG_2, InputKind.EMBEDDING, OutputKind.FULL)::with));
  }

  /** Biases that are not zero, and nothing chaotic, in which rounding would grow. */
  private static float[] parameters(LanguageNetwork spec) {
    float[] values = InitialParameters.create(spec, 5);
    KeyedRandom random = KeyedRandom.of(6, "spread");
    // What is never squashed would grow from step to step.
    boolean squashed =
        spec.activation() != Activation.RELU && spec.activation() != Activation.IDENTITY;
    for (int i = 0; i < values.length; i++) {
      values[i] = squashed ? values[i] + (float) (0.1 * random.normal(i)) : values[i] / 2;
    }
    return values;
  }

  private static Stretch stretch(int number, int length, int from, int vocabulary) {
    KeyedRandom random = KeyedRandom.of(9, "stretch", number);
    int[] tokens = new int[length];
    Arrays.setAll(tokens, i -> (int) (random.uniform(i) * vocabulary));
    return new Stretch(tokens, from);
  }

  /** Of several windows, with and without a warm-up, one all but empty. */
  private static List<Stretch> stretches(int vocabulary) {
    return List.of(
        stretch(0, 700, 300, vocabulary),
        stretch(1, 1, 1, vocabulary),
        stretch(2, 431, 1, vocabulary),
        stretch(3, 2, 1, vocabulary));
  }

  private static double[] byPlainJava(LanguageNetwork spec, float[] parameters, Stretch stretch) {
    LanguageModel.Reading reading =
        new RecurrentLanguageModel(spec, parameters, Letters.vocabulary(spec.vocabulary())).blank();
    double[] nats = new double[stretch.tokens().length - stretch.from()];
    for (int i = 0; i < stretch.tokens().length; i++) {
      int token = stretch.tokens()[i];
      if (i >= stretch.from()) {
        nats[i - stretch.from()] = -reading.logProbability(token);
      }
      reading.read(token);
    }
    return nats;
  }

  private static boolean can(Engine<?> engine, LanguageNetwork spec) {
    try {
      engine.check(spec, Execution.CPU);
      return true;
    } catch (UserException refused) {
      return false;
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void engineEqualsPlainJava(LanguageNetwork spec) {
    float[] parameters = parameters(spec);
    List<Stretch> stretches = stretches(VOCABULARY);
    List<double[]> plain =
        stretches.stream().map(stretch -> byPlainJava(spec, parameters, stretch)).toList();
    for (Engine<?> engine :
        List.of(new TorchEngine(), new Dl4jEngine(), new Dl4jEngine(LayerOrigin.DL4J))) {
      if (can(engine, spec)) {
        double[][] nats = engine.scorer(spec, Execution.CPU).nats(parameters, stretches);
        assertThat(nats).as(engine.name()).hasNumberOfRows(stretches.size());
        for (int i = 0; i < nats.length; i++) {
          assertThat(nats[i]).as(engine.name()).containsExactly(plain.get(i), within(1e-5));
        }
        assertThat(engine.scorer(spec, Execution.CPU).nats(parameters, stretches))
            .as("%s again, to the bit", engine.name())
            .isDeepEqualTo(nats);
      }
    }
  }

  /** Wider than what is spelt out, and than the rows of a window that fit at a time. */
  @Test
  void ofALargeVocabulary() {
    LanguageNetwork spec =
        new LanguageNetwork(
            InputKind.ONE_HOT,
            0,
            CellKind.LSTM,
            Activation.TANH,
            1,
            6,
            20_000,
            0,
            0,
            1,
            OutputKind.FULL,
            List.of());
    float[] parameters = parameters(spec);
    Stretch stretch = stretch(5, 600, 20, spec.vocabulary());
    double[][] nats =
        new TorchEngine().scorer(spec, Execution.CPU).nats(parameters, List.of(stretch));
    double[] few = new double[3];
    RecurrentLanguageModel model =
        new RecurrentLanguageModel(spec, parameters, Letters.vocabulary(spec.vocabulary()));
    LanguageModel.Reading reading = model.blank();
    for (int i = 0; i < 23; i++) {
      if (i >= 20) {
        few[i - 20] = -reading.logProbability(stretch.tokens()[i]);
      }
      reading.read(stretch.tokens()[i]);
    }
    assertThat(Arrays.copyOf(nats[0], 3)).containsExactly(few, within(1e-5));
  }

  /** Whatever the training's precision is. */
  @Test
  void scoresInFloat32() {
    LanguageNetwork spec = spec(CellKind.LSTM, InputKind.EMBEDDING, OutputKind.FULL);
    Execution bf16 = new Execution(Execution.Device.CPU, Precision.BF16);
    float[] parameters = parameters(spec);
    List<Stretch> stretches = stretches(VOCABULARY);
    assertThat(new TorchEngine().scorer(spec, bf16).nats(parameters, stretches))
        .isDeepEqualTo(new TorchEngine().scorer(spec, Execution.CPU).nats(parameters, stretches));
  }

  /** As learners do: nothing falls back to the CPU in silence. */
  @Test
  void leavesNoGpuIdle() {
    LanguageNetwork spec = spec(CellKind.LSTM, InputKind.EMBEDDING, OutputKind.FULL);
    Execution auto = new Execution(Execution.Device.AUTO, Precision.FLOAT32);
    TorchDevice.taskGpu(GpuAddress.of(3));
    try {
      for (Engine<?> engine : List.of(new TorchEngine(), new Dl4jEngine())) {
        assertThatThrownBy(
                () -> engine.scorer(spec, auto).nats(parameters(spec), stretches(VOCABULARY)))
            .isInstanceOfSatisfying(
                UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.PLATFORM))
            .hasMessageContaining("this task was given GPU 3");
      }
    } finally {
      TorchDevice.taskGpu(null);
    }
  }
}
