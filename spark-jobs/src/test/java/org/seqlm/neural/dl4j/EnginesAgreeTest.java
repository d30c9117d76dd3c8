package org.seqlm.neural.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.torch.TorchEngine;

/** Two rounds of four steps leave the engines at the same parameters, moments and state. */
class EnginesAgreeTest {
  private static final int VOCABULARY = 11;
  private static final int BATCH = 3;
  private static final int TIME = 6;
  private static final int STEPS = 4;

  private static LanguageNetwork spec(
      CellKind cell, Activation activation, InputKind input, OutputKind output, double dropout) {
    return new LanguageNetwork(
        input,
        8,
        cell,
        activation,
        2,
        8,
        VOCABULARY,
        input == InputKind.EMBEDDING ? dropout : 0,
        dropout,
        1,
        output,
        List.of());
  }

  private static int token(int stream, int at) {
    return (int) (KeyedRandom.of(9, "text").uniform(100_000L * stream + at) * VOCABULARY);
  }

  private static <S> WorkerResult round(
      Engine<S> engine,
      LanguageNetwork spec,
      InnerOptimizer optimizer,
      float[] parameters,
      WorkerState state) {
    engine.check(spec, Execution.CPU);
    List<S> windows = new ArrayList<>();
    for (int w = 0; w < STEPS; w++) {
      int[] inputs = new int[BATCH * TIME];
      int[] targets = new int[BATCH * TIME];
      for (int b = 0; b < BATCH; b++) {
        for (int t = 0; t < TIME; t++) {
          int at = ((int) state.step() + w) * TIME + t;
          inputs[b * TIME + t] = token(b, at);
          targets[b * TIME + t] = token(b, at + 1);
        }
      }
      windows.add(engine.step(spec, BATCH, TIME, inputs, targets));
    }
    double[] rates = new double[STEPS];
    Arrays.fill(rates, optimizer.kind() == InnerOptimizer.Kind.SGD ? 0.5 : 0.01);
    RoundPlan plan = new RoundPlan(1, 0, 4, state.step(), rates, 1000, 100, InnerMoments.LOCAL);
    return engine
        .learners(spec, new Recipe(optimizer), TIME, Execution.CPU)
        .create()
        .run(parameters, state, windows.iterator(), plan);
  }

  private static void agree(
      Engine<?> one, Engine<?> other, LanguageNetwork spec, InnerOptimizer optimizer) {
    agree(one, other, spec, optimizer, 1e-5);
  }

  private static void agree(
      Engine<?> one, Engine<?> other, LanguageNetwork spec, InnerOptimizer optimizer, double loss) {
    float[] begin = InitialParameters.create(spec, 2);
    WorkerResult expected = round(one, spec, optimizer, begin, WorkerState.FRESH);
    WorkerResult result = round(other, spec, optimizer, begin, WorkerState.FRESH);
    assertThat(expected.parameters()).isNotEqualTo(begin);
    same(result, expected, loss);
    // The second round goes on from the other engine's state.
    WorkerState state = expected.state();
    same(
        round(other, spec, optimizer, expected.parameters(), state),
        round(one, spec, optimizer, expected.parameters(), state),
        loss);
  }

  private static void same(WorkerResult result, WorkerResult expected, double loss) {
    assertThat(result.rejected()).isNull();
    assertThat(expected.rejected()).isNull();
    assertThat(result.tokens()).isEqualTo(expected.tokens());
    same(result.parameters(), expected.parameters());
    assertThat(result.loss()).isCloseTo(expected.loss(), within(loss));
    same(result.state().hidden(), expected.state().hidden());
    same(result.state().moments(), expected.state().moments());
    assertThat(result.state().updates()).isEqualTo(expected.state().updates());
    assertThat(result.state().step()).isEqualTo(expected.state().step());
  }

  private static void same(float[] values, float[] expected) {
    assertThat(values).hasSameSizeAs(expected).containsExactly(expected, within(1e-4f));
  }

  private static final InnerOptimizer ADAM =
      new InnerOptimizer(InnerOptimizer.Kind.ADAM, 0.3, 0.05);

  @ParameterizedTest
  @EnumSource(CellKind.class)
  void onEveryCell(CellKind cell) {
    LanguageNetwork spec = spec(cell, Activation.TANH, InputKind.ONE_HOT, OutputKind.FULL, 0);
    agree(new TorchEngine(), new Dl4jEngine(LayerOrigin.TORCH), spec, ADAM);
  }

  @ParameterizedTest
  @EnumSource(CellKind.class)
  void onTiedOutputUnderDropout(CellKind cell) {
    LanguageNetwork spec = spec(cell, Activation.TANH, InputKind.EMBEDDING, OutputKind.TIED, 0.3);
    agree(new TorchEngine(), new Dl4jEngine(LayerOrigin.TORCH), spec, ADAM);
  }

  @ParameterizedTest
  @CsvSource({"RNN, SIGMOID", "RNN, RELU", "RNN_LAG_2, IDENTITY"})
  void onEveryActivation(CellKind cell, Activation.Kind kind) {
    Activation activation = new Activation(kind, 0, null);
    LanguageNetwork spec = spec(cell, activation, InputKind.EMBEDDING, OutputKind.FULL, 0.2);
    agree(new TorchEngine(), new Dl4jEngine(LayerOrigin.TORCH), spec, ADAM);
  }

  @ParameterizedTest
  @CsvSource({
    "ADAM, 0.3, 0.05",
    "ADAGRAD, 0.3, 0.05",
    "ADAGRAD, 0, 0.02",
    "SGD, 0.3, 0.05",
    "SGD, 0, 0",
    "ADAMW, 0.3, 0",
    "MOMENTUM, 0.3, 0.05",
    "NESTEROV, 0.3, 0",
    "RMSPROP, 0.3, 0.05"
  })
  void onEveryUpdate(InnerOptimizer.Kind kind, double norm, double value) {
    LanguageNetwork spec =
        spec(CellKind.GRU, Activation.TANH, InputKind.EMBEDDING, OutputKind.FULL, 0.2);
    InnerOptimizer optimizer = new InnerOptimizer(kind, norm, value);
    agree(new TorchEngine(), new Dl4jEngine(LayerOrigin.TORCH), spec, optimizer);
  }

  /**
   * What Deeplearning4j's own layers can. Their score is of the output layer's input before it is
   * dropped from, the gradient of that after.
   */
  @ParameterizedTest
  @CsvSource({"EMBEDDING, TORCH", "ONE_HOT, TORCH", "EMBEDDING, DL4J", "ONE_HOT, DL4J"})
  void withDeeplearning4jsOwnLstm(InputKind input, LayerOrigin others) {
    LanguageNetwork spec = new LanguageNetwork(input, 5, CellKind.LSTM, 2, 8, VOCABULARY, 0.3, 1);
    agree(
        others == LayerOrigin.TORCH ? new Dl4jEngine(others) : new TorchEngine(),
        new Dl4jEngine(LayerOrigin.DL4J),
        spec,
        ADAM,
        0.05);
  }

  /** ND4J's updaters take settings that are not their own. */
  @ParameterizedTest
  @EnumSource(
      value = InnerOptimizer.Kind.class,
      names = {"ADAM", "ADAGRAD"})
  void withDeeplearning4jsOwnLstmAndOtherSettings(InnerOptimizer.Kind kind) {
    boolean adam = kind == InnerOptimizer.Kind.ADAM;
    InnerOptimizer optimizer =
        new InnerOptimizer(
            kind,
            0.3,
            0,
            new InnerOptimizer.Settings(
                adam ? 0.5 : null, adam ? 0.8 : null, 0.01, null, null, null));
    LanguageNetwork spec =
        new LanguageNetwork(InputKind.EMBEDDING, 5, CellKind.LSTM, 1, 8, VOCABULARY, 0, 1);
    agree(new TorchEngine(), new Dl4jEngine(LayerOrigin.DL4J), spec, optimizer, 1e-5);
  }
}
