package org.seqlm.neural.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.dataset.DataSet;
import org.seqlm.Exhaustive;
import org.seqlm.lm.LanguageModel;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.ParameterLayout;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.plain.Letters;
import org.seqlm.neural.plain.RecurrentLanguageModel;

class Dl4jLearnerTest {
  private static final int VOCABULARY = 9;
  private static final int BATCH = 3;

  private static LanguageNetwork spec(InputKind input, int layers, double dropout) {
    return new LanguageNetwork(input, 5, CellKind.LSTM, layers, 7, VOCABULARY, dropout, 1);
  }

  private static RoundPlan plan(long first, double rate, int steps) {
    double[] rates = new double[steps];
    Arrays.fill(rates, rate);
    return new RoundPlan(1, 0, 4, first, rates, 1000, 100, InnerMoments.LOCAL);
  }

  /** Windows of {@code steps} tokens from a random (BATCH, ·) text. */
  private static List<DataSet> windows(
      LayerOrigin layers, LanguageNetwork spec, int windows, int steps) {
    KeyedRandom random = KeyedRandom.of(9, "text");
    List<DataSet> result = new ArrayList<>();
    for (int w = 0; w < windows; w++) {
      int[] inputs = new int[BATCH * steps];
      int[] targets = new int[BATCH * steps];
      for (int b = 0; b < BATCH; b++) {
        for (int t = 0; t < steps; t++) {
          inputs[b * steps + t] = token(random, b, w * steps + t);
          targets[b * steps + t] = token(random, b, w * steps + t + 1);
        }
      }
      result.add(Dl4jNetworks.dataSet(layers, spec, BATCH, steps, inputs, targets));
    }
    return result;
  }

  private static int token(KeyedRandom random, int stream, int at) {
    return (int) (random.uniform(1000L * stream + at) * VOCABULARY);
  }

  /** The engine's loss is that of the plain-Java model: layout, gates, state and mean agree. */
  @ParameterizedTest
  @CsvSource({
    "TORCH, EMBEDDING, 1",
    "TORCH, EMBEDDING, 2",
    "TORCH, ONE_HOT, 1",
    "TORCH, ONE_HOT, 2",
    "DL4J, EMBEDDING, 2",
    "DL4J, ONE_HOT, 1"
  })
  void lossIsThePlainModelsAndStateGoesOnFromWindowToWindow(
      LayerOrigin whose, InputKind input, int layers) {
    LanguageNetwork spec = spec(input, layers, 0);
    float[] parameters = InitialParameters.create(spec, 2);
    RecurrentLanguageModel model =
        new RecurrentLanguageModel(spec, parameters, Letters.vocabulary(VOCABULARY));
    Dl4jLearner learner =
        Dl4jLearner.of(
            whose, spec, new Recipe(new InnerOptimizer(InnerOptimizer.Kind.SGD, 0, 0)), 4);
    Iterator<DataSet> steps = windows(whose, spec, 3, 4).iterator();
    KeyedRandom random = KeyedRandom.of(9, "text");
    LanguageModel.Reading[] streams = new LanguageModel.Reading[BATCH];
    for (int b = 0; b < BATCH; b++) {
      streams[b] = model.blank();
    }
    WorkerState state = WorkerState.FRESH;
    for (int w = 0; w < 3; w++) {
      double nats = 0;
      for (int b = 0; b < BATCH; b++) {
        for (int t = 0; t < 4; t++) {
          streams[b].read(token(random, b, 4 * w + t));
          nats -= streams[b].logProbability(token(random, b, 4 * w + t + 1));
        }
      }
      // Learning rate 0: the parameters stay, the state goes on, from round to round too.
      WorkerResult result = learner.run(parameters, state, steps, plan(w, 0, 1));
      assertThat(result.loss()).isCloseTo(nats / (4 * BATCH), within(1e-5));
      assertThat(result.parameters()).containsExactly(parameters);
      state = result.state();
    }
    assertThat(state.hidden()).hasSize(layers * 2 * BATCH * 7);
  }

  /**
   * Gradients are of the mean loss a token, and see the carried state: one step of SGD against
   * finite differences of the plain-Java model, in a pass's first window and in its second.
   */
  @ParameterizedTest
  @CsvSource({
    "TORCH, EMBEDDING, 1, 0",
    "TORCH, ONE_HOT, 1, 0",
    "TORCH, EMBEDDING, 2, 1",
    "TORCH, ONE_HOT, 1, 1",
    "DL4J, EMBEDDING, 2, 1",
    "DL4J, ONE_HOT, 1, 1"
  })
  void sgdFollowsTheGradientOfTheMeanLoss(
      LayerOrigin whose, InputKind input, int layers, int window) {
    LanguageNetwork spec = spec(input, layers, 0);
    float[] parameters = InitialParameters.create(spec, 2);
    Dl4jLearner learner =
        Dl4jLearner.of(
            whose, spec, new Recipe(new InnerOptimizer(InnerOptimizer.Kind.SGD, 0, 0)), 6);
    List<DataSet> windows = windows(whose, spec, 2, 6);
    WorkerState state = WorkerState.FRESH;
    if (window == 1) {
      state = learner.run(parameters, state, windows.iterator(), plan(0, 0, 1)).state();
    }
    float[] after =
        learner
            .run(
                parameters,
                state,
                windows.subList(window, window + 1).iterator(),
                plan(window, 1, 1))
            .parameters();
    for (ParameterLayout.Tensor tensor : spec.layout().tensors()) {
      for (int probe = 0; probe < 5; probe++) {
        int at = tensor.offset() + probe * (tensor.size() - 1) / 4;
        double slope =
            (loss(spec, parameters, at, 1e-2f, window) - loss(spec, parameters, at, -1e-2f, window))
                / 2e-2;
        assertThat((double) parameters[at] - after[at])
            .as("%s[%s]", tensor.name(), at - tensor.offset())
            .isCloseTo(slope, within(2e-5));
      }
    }
  }

  /** Mean loss of a window with one parameter moved; the state before it is of those unmoved. */
  private static double loss(
      LanguageNetwork spec, float[] parameters, int at, float shift, int window) {
    float[] moved = parameters.clone();
    moved[at] += shift;
    RecurrentLanguageModel before =
        new RecurrentLanguageModel(spec, parameters, Letters.vocabulary(VOCABULARY));
    RecurrentLanguageModel model =
        new RecurrentLanguageModel(spec, moved, Letters.vocabulary(VOCABULARY));
    KeyedRandom random = KeyedRandom.of(9, "text");
    double nats = 0;
    for (int b = 0; b < BATCH; b++) {
      LanguageModel.Reading past = before.blank();
      for (int t = 0; t < 6 * window; t++) {
        past.read(token(random, b, t));
      }
      LanguageModel.Reading reading = model.continuing(past);
      for (int t = 6 * window; t < 6 * window + 6; t++) {
        reading.read(token(random, b, t));
        nats -= reading.logProbability(token(random, b, t + 1));
      }
    }
    return nats / (6 * BATCH);
  }

  @Test
  void clipsByGlobalNorm() {
    LanguageNetwork spec = spec(InputKind.ONE_HOT, 1, 0);
    float[] parameters = InitialParameters.create(spec, 2);
    DataSet window = windows(LayerOrigin.TORCH, spec, 1, 6).get(0);
    double[] free = step(spec, parameters, window, 0);
    double norm = Math.sqrt(Arrays.stream(free).map(x -> x * x).sum());
    double[] clipped = step(spec, parameters, window, norm / 10);
    for (int i = 0; i < free.length; i++) {
      assertThat(clipped[i]).isCloseTo(free[i] / 10, within(1e-6));
    }
    assertThat(step(spec, parameters, window, norm * 2)).containsExactly(free);
  }

  private static double[] step(
      LanguageNetwork spec, float[] parameters, DataSet window, double norm) {
    float[] after =
        Dl4jLearner.of(spec, new Recipe(new InnerOptimizer(InnerOptimizer.Kind.SGD, norm, 0)), 6)
            .run(parameters, WorkerState.FRESH, List.of(window).iterator(), plan(0, 1, 1))
            .parameters();
    double[] moved = new double[after.length];
    for (int i = 0; i < moved.length; i++) {
      moved[i] = (double) parameters[i] - after[i];
    }
    return moved;
  }

  /** Adam, by its algorithm 1 in double precision, from the engine's own gradients. */
  @Test
  void adamKeepsItsMomentsAcrossRounds() {
    LanguageNetwork spec = spec(InputKind.ONE_HOT, 1, 0);
    float[] parameters = InitialParameters.create(spec, 2);
    List<DataSet> windows = windows(LayerOrigin.TORCH, spec, 2, 6);
    InnerOptimizer adam = new InnerOptimizer(InnerOptimizer.Kind.ADAM, 0, 0);
    Dl4jLearner learner = Dl4jLearner.of(spec, new Recipe(adam), 6);
    WorkerResult whole =
        learner.run(parameters, WorkerState.FRESH, windows.iterator(), plan(0, 0.01, 2));
    WorkerResult first =
        learner.run(
            parameters, WorkerState.FRESH, windows.subList(0, 1).iterator(), plan(0, 0.01, 1));
    WorkerResult second =
        Dl4jLearner.of(spec, new Recipe(adam), 6)
            .run(
                first.parameters(),
                first.state(),
                windows.subList(1, 2).iterator(),
                plan(1, 0.01, 1));
    assertThat(second.parameters()).containsExactly(whole.parameters());
    assertThat(second.state().moments()).containsExactly(whole.state().moments());
    // The first step of Adam moves every parameter by the learning rate, but for the ε.
    double[] gradient = step(spec, parameters, windows.get(0), 0);
    for (int i = 0; i < gradient.length; i++) {
      if (Math.abs(gradient[i]) > 1e-4) {
        assertThat(first.parameters()[i] - parameters[i])
            .isCloseTo((float) (-0.01 * Math.signum(gradient[i])), within(5e-5f));
      }
    }
  }

  @Test
  void dropoutIsAFunctionOfItsKey() {
    LanguageNetwork spec = spec(InputKind.EMBEDDING, 2, 0.5);
    float[] parameters = InitialParameters.create(spec, 2);
    InnerOptimizer sgd = new InnerOptimizer(InnerOptimizer.Kind.SGD, 0, 0);
    DataSet window = windows(LayerOrigin.TORCH, spec, 1, 6).get(0);
    float[] once =
        Dl4jLearner.of(spec, new Recipe(sgd), 6)
            .run(parameters, WorkerState.FRESH, List.of(window).iterator(), plan(0, 1, 1))
            .parameters();
    float[] again =
        Dl4jLearner.of(spec, new Recipe(sgd), 6)
            .run(parameters, WorkerState.FRESH, List.of(window).iterator(), plan(0, 1, 1))
            .parameters();
    float[] later =
        Dl4jLearner.of(spec, new Recipe(sgd), 6)
            .run(parameters, WorkerState.FRESH, List.of(window).iterator(), plan(1, 1, 1))
            .parameters();
    assertThat(again).containsExactly(once);
    assertThat(later).isNotEqualTo(once);
  }

  @Test
  void orderIsAPermutation() {
    for (InputKind input : InputKind.values()) {
      LanguageNetwork spec = spec(input, 2, 0);
      float[] values = new float[2 * spec.layout().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = i;
      }
      ParameterOrder order = ParameterOrder.of(spec, LayerOrigin.DL4J);
      assertThat(order.fromEngine(order.toEngine(values))).containsExactly(values);
      assertThat(order.toEngine(values)).isNotEqualTo(values);
    }
  }

  /** 300 steps in rounds of ten, as a worker's: native memory is that of the first. */
  @Exhaustive
  @Test
  void trainingDoesNotGrow() {
    LanguageNetwork spec =
        new LanguageNetwork(InputKind.ONE_HOT, 0, CellKind.GRU, 2, 128, VOCABULARY, 0.2, 1);
    float[] parameters = InitialParameters.create(spec, 2);
    Dl4jLearner learner =
        Dl4jLearner.of(
            LayerOrigin.TORCH,
            spec,
            new Recipe(new InnerOptimizer(InnerOptimizer.Kind.ADAM, 1, 0)),
            64);
    List<DataSet> windows = windows(LayerOrigin.TORCH, spec, 10, 64);
    WorkerState state = WorkerState.FRESH;
    long before = 0;
    long growth = Long.MAX_VALUE;
    for (int round = 0; round < 35; round++) {
      // Losing the buffers of each step would be 170 MB a half. The heap may grow by as much once,
      // but not twice.
      if (round == 5) {
        before = residentBytes();
      } else if (round == 20) {
        growth = residentBytes() - before;
        before = residentBytes();
      }
      WorkerResult result =
          learner.run(parameters, state, windows.iterator(), plan(10L * round, 1e-3, 10));
      assertThat(result.rejected()).isNull();
      parameters = result.parameters();
      state = result.state();
    }
    assertThat(Math.min(growth, residentBytes() - before)).isLessThan(60L << 20);
  }

  private static long residentBytes() {
    System.gc();
    return Pointer.physicalBytes();
  }
}
