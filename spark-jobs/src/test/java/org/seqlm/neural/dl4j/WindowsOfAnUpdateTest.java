package org.seqlm.neural.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.PassWindows;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.AveragingMode;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.optimizer.InnerOptimizer.Kind;
import org.seqlm.neural.optimizer.SynchronousUpdate;
import org.seqlm.neural.torch.TorchEngine;

/** Several windows to an update: of one worker, and of all workers. */
class WindowsOfAnUpdateTest {
  private static final int VOCABULARY = 11;
  private static final int TIME = 5;
  private static final LanguageNetwork SPEC =
      new LanguageNetwork(InputKind.EMBEDDING, 6, CellKind.LSTM, 1, 8, VOCABULARY, 0, 1);

  static List<Engine<?>> engines() {
    return List.of(
        new TorchEngine(), new Dl4jEngine(LayerOrigin.TORCH), new Dl4jEngine(LayerOrigin.DL4J));
  }

  private static int token(int stream, long at) {
    return (int) (KeyedRandom.of(9, "text").uniform(100_000L * stream + at) * VOCABULARY);
  }

  /** A round from a state on, of the streams {@code [stream, stream + batch)}. */
  private static <S> WorkerResult round(
      Engine<S> engine,
      Recipe recipe,
      AveragingMode mode,
      int stream,
      int batch,
      float[] parameters,
      WorkerState state,
      double... rates) {
    List<S> windows = new ArrayList<>();
    for (int w = 0; w < rates.length; w++) {
      int[] inputs = new int[batch * TIME];
      int[] targets = new int[batch * TIME];
      for (int b = 0; b < batch; b++) {
        for (int t = 0; t < TIME; t++) {
          long at = (state.step() + w) * TIME + t;
          inputs[b * TIME + t] = token(stream + b, at);
          targets[b * TIME + t] = token(stream + b, at + 1);
        }
      }
      windows.add(engine.step(SPEC, batch, TIME, inputs, targets));
    }
    RoundPlan plan =
        new RoundPlan(
            1,
            0,
            4,
            state.step(),
            rates,
            PassWindows.fixed(1000, 1),
            100,
            InnerMoments.LOCAL,
            mode);
    return engine
        .learners(SPEC, recipe, TIME, Execution.CPU)
        .create()
        .run(parameters, state, windows.iterator(), plan);
  }

  private static WorkerResult round(
      Engine<?> engine, Recipe recipe, float[] parameters, WorkerState state, double... rates) {
    return round(engine, recipe, AveragingMode.PARAMETERS, 0, 3, parameters, state, rates);
  }

  /** One step down the mean gradient, at the last window's rate. */
  @ParameterizedTest
  @MethodSource("engines")
  void anUpdateIsByTheMeanGradient(Engine<?> engine) {
    Recipe recipe = new Recipe(new InnerOptimizer(Kind.SGD, 0, 0), 2);
    float[] begin = InitialParameters.create(SPEC, 2);
    WorkerResult sent =
        round(engine, recipe, AveragingMode.GRADIENTS, 0, 3, begin, WorkerState.FRESH, 9, 9);
    WorkerResult trained = round(engine, recipe, begin, WorkerState.FRESH, 9, 0.5);
    double norm = 0;
    for (int i = 0; i < begin.length; i++) {
      norm += (double) sent.parameters()[i] * sent.parameters()[i];
      assertThat(trained.parameters()[i])
          .isCloseTo(begin[i] - 0.5f * sent.parameters()[i], within(1e-6f));
    }
    assertThat(trained.state().updates()).isEqualTo(1);
    assertThat(trained.state().step()).isEqualTo(2);
    assertThat(sent.state().updates()).isZero();
    assertThat(sent.state().step()).isEqualTo(2);
    assertThat(sent.state().moments()).isEmpty();
    assertThat(sent.loss()).isEqualTo(trained.loss());
    assertThat(sent.tokens()).isEqualTo(2L * 3 * TIME);
    assertThat(trained.gradients().updates()).isEqualTo(1);
    assertThat(sent.gradients().updates()).isEqualTo(1);
    for (WorkerResult result : List.of(sent, trained)) {
      assertThat(result.gradients().clipped()).isZero();
      assertThat(result.gradients().meanNorm()).isCloseTo(Math.sqrt(norm), within(1e-5));
      assertThat(result.gradients().maxNorm()).isCloseTo(Math.sqrt(norm), within(1e-5));
    }
  }

  /** The gradient that is sent is that of one window of all the streams. */
  @ParameterizedTest
  @MethodSource("engines")
  void aMeanGradientIsOverTokens(Engine<?> engine) {
    Recipe recipe = new Recipe(new InnerOptimizer(Kind.ADAM, 1, 0));
    float[] begin = InitialParameters.create(SPEC, 2);
    float[] whole = gradient(engine, recipe, 0, 4, begin);
    float[] one = gradient(engine, recipe, 0, 1, begin);
    float[] three = gradient(engine, recipe, 1, 3, begin);
    for (int i = 0; i < begin.length; i++) {
      assertThat((one[i] + 3 * three[i]) / 4).isCloseTo(whole[i], within(1e-6f));
    }
  }

  private static float[] gradient(
      Engine<?> engine, Recipe recipe, int stream, int batch, float[] begin) {
    return round(
            engine, recipe, AveragingMode.GRADIENTS, stream, batch, begin, WorkerState.FRESH, 0.1)
        .parameters();
  }

  /** Nothing depends on how the windows lie in rounds; those left at the end make an update. */
  @ParameterizedTest
  @MethodSource("engines")
  void roundsCutNoGroup(Engine<?> engine) {
    Recipe recipe = new Recipe(new InnerOptimizer(Kind.ADAM, 0.05, 0), 2);
    float[] begin = InitialParameters.create(SPEC, 2);
    WorkerResult whole =
        round(engine, recipe, begin, WorkerState.FRESH, 0.01, 0.02, 0.01, 0.02, 0.01);
    assertThat(whole.state().updates()).isEqualTo(3);
    assertThat(whole.gradients().updates()).isEqualTo(3);
    assertThat(whole.gradients().clipped()).isEqualTo(3);
    WorkerResult first = round(engine, recipe, begin, WorkerState.FRESH, 0.01, 0.02);
    WorkerResult rest = round(engine, recipe, first.parameters(), first.state(), 0.01, 0.02, 0.01);
    assertThat(rest.parameters()).containsExactly(whole.parameters());
    assertThat(rest.state().moments()).containsExactly(whole.state().moments());
    assertThat(rest.state().updates()).isEqualTo(3);
  }

  /** K workers of B streams, a window a round: one worker of all the streams. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void synchronousWorkersAreOne(Kind kind) {
    int workers = 4;
    int batch = 2;
    int rounds = 6;
    double rate = kind == Kind.SGD ? 0.5 : 0.02;
    Engine<?> engine = new TorchEngine();
    InnerOptimizer optimizer = new InnerOptimizer(kind, 0.1, 0.03);
    Recipe recipe = new Recipe(optimizer);
    float[] begin = InitialParameters.create(SPEC, 2);
    double[] rates = new double[rounds];
    java.util.Arrays.fill(rates, rate);
    WorkerResult one =
        round(
            engine,
            recipe,
            AveragingMode.PARAMETERS,
            0,
            workers * batch,
            begin,
            WorkerState.FRESH,
            rates);
    assertThat(one.gradients().clipped()).as("some are clipped").isPositive();

    SynchronousUpdate update = new SynchronousUpdate(optimizer);
    float[] moments = update.initialState(begin.length);
    float[] parameters = begin;
    WorkerState[] states = new WorkerState[workers];
    java.util.Arrays.fill(states, WorkerState.FRESH);
    double nats = 0;
    for (int r = 1; r <= rounds; r++) {
      double[] sum = new double[begin.length];
      for (int k = 0; k < workers; k++) {
        WorkerResult sent =
            round(
                engine,
                recipe,
                AveragingMode.GRADIENTS,
                k * batch,
                batch,
                parameters,
                states[k],
                rate);
        states[k] = sent.state();
        nats += sent.nats();
        for (int i = 0; i < sum.length; i++) {
          sum[i] += (double) sent.parameters()[i] / workers;
        }
      }
      float[] mean = new float[sum.length];
      for (int i = 0; i < sum.length; i++) {
        mean[i] = (float) sum[i];
      }
      parameters = update.step(parameters, mean, moments, r, rate);
    }
    assertThat(nats / one.tokens()).isCloseTo(one.loss(), within(1e-5));
    assertThat(parameters).containsExactly(one.parameters(), within(1e-4f));
  }

  @Test
  void aGradientThatIsNotFiniteIsRejected() {
    float[] begin = InitialParameters.create(SPEC, 2);
    java.util.Arrays.fill(begin, 3e38f);
    WorkerResult sent =
        round(
            new TorchEngine(),
            new Recipe(new InnerOptimizer(Kind.SGD, 0, 0)),
            AveragingMode.GRADIENTS,
            0,
            3,
            begin,
            WorkerState.FRESH,
            1);
    assertThat(sent.rejected()).isNotNull();
    assertThat(sent.parameters()).isNull();
  }
}
