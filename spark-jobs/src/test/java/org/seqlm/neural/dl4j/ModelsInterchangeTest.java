package org.seqlm.neural.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.seqlm.Exhaustive;
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
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.plain.Letters;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.neural.torch.TorchEngine;
import org.seqlm.neural.torch.TorchNetwork;
import org.seqlm.neural.torch.TorchWindow;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.device.TorchThreads;

/**
 * A model trained by any engine has the same log-probabilities, to 1e-4, in libtorch, in
 * Deeplearning4j and in plain Java.
 */
class ModelsInterchangeTest {
  private static final int VOCABULARY = 12;
  private static final int BATCH = 3;
  private static final int TIME = 8;
  private static final int STEPS = 50;
  private static final InnerOptimizer ADAM = new InnerOptimizer(InnerOptimizer.Kind.ADAM, 1, 0);

  private static LanguageNetwork spec(CellKind cell, InputKind input, OutputKind output) {
    return new LanguageNetwork(
        input,
        10,
        cell,
        Activation.TANH,
        2,
        10,
        VOCABULARY,
        0,
        0.1,
        1,
        output,
        output == OutputKind.ADAPTIVE ? List.of(4, 8) : List.of());
  }

  static Stream<LanguageNetwork> networks() {
    return Stream.concat(
        Arrays.stream(CellKind.values())
            .flatMap(
                cell ->
                    Stream.of(
                        spec(cell, InputKind.EMBEDDING, OutputKind.FULL),
                        spec(cell, InputKind.ONE_HOT, OutputKind.FULL),
                        spec(cell, InputKind.EMBEDDING, OutputKind.TIED),
                        spec(cell, InputKind.EMBEDDING, OutputKind.ADAPTIVE))),
        Stream.of(Activation.SIGMOID, Activation.RELU)
            .map(spec(CellKind.RNN, InputKind.EMBEDDING, OutputKind.FULL)::with));
  }

  /** Every cell and activation, and every input and output with a cell. */
  static Stream<LanguageNetwork> some() {
    List<LanguageNetwork> all = networks().toList();
    int cells = CellKind.values().length;
    return Stream.concat(
        IntStream.range(0, cells).mapToObj(cell -> all.get(4 * cell + cell % 4)),
        all.stream().skip(4L * cells));
  }

  private static boolean can(Engine<?> engine, LanguageNetwork spec) {
    try {
      engine.check(spec, Execution.CPU);
      return true;
    } catch (UserException refused) {
      return false;
    }
  }

  /** A token of a stream in which two in three follow from the one before. */
  private static int token(int stream, int at) {
    KeyedRandom random = KeyedRandom.of(4, "text", stream);
    return at % 3 == 0
        ? (int) (random.uniform(at) * VOCABULARY)
        : (token(stream, at - 1) * 5 + 1) % VOCABULARY;
  }

  /** Inputs and targets, (B, T) each. */
  private static int[][] window(int number) {
    int[][] window = new int[2][BATCH * TIME];
    for (int b = 0; b < BATCH; b++) {
      for (int t = 0; t < TIME; t++) {
        window[0][b * TIME + t] = token(b, number * TIME + t);
        window[1][b * TIME + t] = token(b, number * TIME + t + 1);
      }
    }
    return window;
  }

  private static <S> float[] trained(Engine<S> engine, LanguageNetwork spec) {
    List<S> steps = new ArrayList<>();
    for (int i = 0; i < STEPS; i++) {
      int[][] window = window(i);
      steps.add(engine.step(spec, BATCH, TIME, window[0], window[1]));
    }
    double[] rates = new double[STEPS];
    Arrays.fill(rates, 0.04);
    WorkerResult result =
        engine
            .learners(spec, new Recipe(ADAM), TIME, Execution.CPU)
            .create()
            .run(
                InitialParameters.create(spec, 6),
                WorkerState.FRESH,
                steps.iterator(),
                new RoundPlan(1, 0, 4, 0, rates, 1000, 100, InnerMoments.LOCAL));
    assertThat(result.rejected()).isNull();
    return result.parameters();
  }

  /** Of the targets of three windows that follow one another, (3, B, T). */
  private static double[] byPlainJava(LanguageNetwork spec, float[] parameters) {
    double[] all = new double[3 * BATCH * TIME];
    for (int b = 0; b < BATCH; b++) {
      LanguageModel.Reading reading =
          new RecurrentLanguageModel(spec, parameters, Letters.vocabulary(VOCABULARY)).blank();
      for (int at = 0; at < 3 * TIME; at++) {
        reading.read(token(b, at));
        all[(at / TIME * BATCH + b) * TIME + at % TIME] = reading.logProbability(token(b, at + 1));
      }
    }
    return all;
  }

  private static double[] byTorch(LanguageNetwork spec, float[] parameters) {
    TorchThreads.one();
    double[] all = new double[3 * BATCH * TIME];
    try (PointerScope scope = new PointerScope()) {
      TorchNetwork network =
          new TorchNetwork(spec, parameters, BATCH, TIME, TorchDevice.cpu(), Precision.FLOAT32);
      for (int w = 0; w < 3; w++) {
        int[][] window = window(w);
        double[] logs =
            network.logProbabilities(new TorchWindow(BATCH, TIME, window[0], window[1]));
        for (int b = 0; b < BATCH; b++) {
          for (int t = 0; t < TIME; t++) {
            all[(w * BATCH + b) * TIME + t] = logs[t * BATCH + b];
          }
        }
      }
    }
    return all;
  }

  private static double[] byDeeplearning4j(LanguageNetwork spec, float[] parameters) {
    MultiLayerNetwork network =
        Dl4jNetworks.network(spec, InnerOptimizer.Kind.SGD, TIME, parameters);
    double[] all = new double[3 * BATCH * TIME];
    for (int w = 0; w < 3; w++) {
      int[][] window = window(w);
      INDArray features =
          Dl4jNetworks.dataSet(spec, BATCH, TIME, window[0], window[1]).getFeatures();
      INDArray probabilities = network.rnnTimeStep(features); // (B, V, T)
      for (int b = 0; b < BATCH; b++) {
        for (int t = 0; t < TIME; t++) {
          all[(w * BATCH + b) * TIME + t] =
              Math.log(probabilities.getDouble(b, window[1][b * TIME + t], t));
        }
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("some")
  void modelsInterchange(LanguageNetwork spec) {
    assertInterchange(spec);
  }

  @Exhaustive
  @ParameterizedTest
  @MethodSource("networks")
  void allModelsInterchange(LanguageNetwork spec) {
    assertInterchange(spec);
  }

  private static void assertInterchange(LanguageNetwork spec) {
    Engine<?> torch = new TorchEngine();
    Engine<?> dl4j = new Dl4jEngine();
    boolean both = can(dl4j, spec);
    assertThat(both).isEqualTo(spec.output() != OutputKind.ADAPTIVE);
    for (Engine<?> engine : both ? List.of(torch, dl4j) : List.of(torch)) {
      float[] parameters = trained(engine, spec);
      double[] plain = byPlainJava(spec, parameters);
      // It has learnt something: guessing is -ln 12.
      assertThat(Arrays.stream(plain).average().orElseThrow()).isGreaterThan(-2.35);
      assertThat(byTorch(spec, parameters)).containsExactly(plain, within(1e-4));
      if (both) {
        assertThat(byDeeplearning4j(spec, parameters)).containsExactly(plain, within(1e-4));
      }
    }
  }
}
