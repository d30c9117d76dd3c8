package org.seqlm.neural.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.kernels.KernelSet;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.KeyedRandom;
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
import org.seqlm.neural.torch.TorchEngine;

/** A round whose windows differ in length, on every engine. */
class WindowsOfAnyLengthTest {
  private static final int VOCABULARY = 11;
  private static final int BATCH = 3;

  /** Shorter, longer, a single token, and the longest more than once. */
  private static final int[] LENGTHS = {4, 3, 6, 1, 6, 2};

  private static final Recipe RECIPE =
      new Recipe(new InnerOptimizer(InnerOptimizer.Kind.ADAM, 0.3, 0));

  private static LanguageNetwork spec(InputKind input, CellKind cell) {
    return new LanguageNetwork(input, 8, cell, 2, 8, VOCABULARY, 0.3, 1);
  }

  static Stream<Arguments> engines() {
    Execution bf16 = new Execution(Execution.Device.CPU, Precision.BF16, KernelSet.NATIVE);
    Dl4jEngine own = new Dl4jEngine(LayerOrigin.DL4J);
    Stream<Arguments> cells =
        Stream.of(CellKind.GRU_RESET_AFTER, CellKind.RNN_LAG_2)
            .map(cell -> spec(InputKind.EMBEDDING, cell))
            .flatMap(
                spec ->
                    Stream.of(new TorchEngine(), new Dl4jEngine(LayerOrigin.TORCH))
                        .map(engine -> Arguments.of(engine, spec, Execution.CPU)));
    LanguageNetwork oneHot = spec(InputKind.ONE_HOT, CellKind.LSTM);
    LanguageNetwork embedded = spec(InputKind.EMBEDDING, CellKind.LSTM);
    return Stream.concat(
        cells,
        Stream.of(
            Arguments.of(new TorchEngine(), oneHot, Execution.CPU),
            Arguments.of(new TorchEngine(), oneHot, bf16),
            Arguments.of(new TorchEngine(), embedded, bf16),
            Arguments.of(new Dl4jEngine(LayerOrigin.TORCH), oneHot, Execution.CPU),
            Arguments.of(new Dl4jEngine(LayerOrigin.TORCH), embedded, Execution.CPU),
            Arguments.of(own, oneHot, Execution.CPU),
            Arguments.of(own, embedded, Execution.CPU)));
  }

  private static int token(int stream, int at) {
    return (int) (KeyedRandom.of(9, "text").uniform(100_000L * stream + at) * VOCABULARY);
  }

  /** A round of the windows {@code [from, to)} of {@link #LENGTHS}. */
  private static <S> WorkerResult round(
      Engine<S> engine,
      LanguageNetwork spec,
      Execution execution,
      float[] parameters,
      WorkerState state,
      int to) {
    int from = (int) state.step();
    int at = Arrays.stream(LENGTHS, 0, from).sum();
    List<S> windows = new ArrayList<>();
    for (int w = from; w < to; w++) {
      int time = LENGTHS[w];
      int[] inputs = new int[BATCH * time];
      int[] targets = new int[BATCH * time];
      for (int b = 0; b < BATCH; b++) {
        for (int t = 0; t < time; t++) {
          inputs[b * time + t] = token(b, at + t);
          targets[b * time + t] = token(b, at + t + 1);
        }
      }
      windows.add(engine.step(spec, BATCH, time, inputs, targets));
      at += time;
    }
    double[] rates = new double[to - from];
    Arrays.fill(rates, 0.01);
    int longest = Arrays.stream(LENGTHS, from, to).max().orElseThrow();
    return engine
        .learners(spec, RECIPE, longest, execution)
        .create()
        .run(
            parameters,
            state,
            windows.iterator(),
            new RoundPlan(1, 0, 4, from, rates, 1000, 100, InnerMoments.LOCAL));
  }

  private static WorkerResult inOneRound(
      Engine<?> engine, LanguageNetwork spec, Execution execution) {
    float[] begin = InitialParameters.create(spec, 2);
    return round(engine, spec, execution, begin, WorkerState.FRESH, LENGTHS.length);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void equalsNetworksMadeForEachLengthAndTheOtherEngines(
      Engine<?> engine, LanguageNetwork spec, Execution execution) {
    WorkerResult one = inOneRound(engine, spec, execution);
    float[] parameters = InitialParameters.create(spec, 2);
    WorkerState state = WorkerState.FRESH;
    double nats = 0;
    for (int w = 0; w < LENGTHS.length; w++) {
      WorkerResult alone = round(engine, spec, execution, parameters, state, w + 1);
      parameters = alone.parameters();
      state = alone.state();
      nats += alone.nats();
    }
    assertThat(one.rejected()).isNull();
    assertThat(one.tokens()).isEqualTo((long) BATCH * Arrays.stream(LENGTHS).sum());
    assertThat(one.parameters()).containsExactly(parameters);
    assertThat(one.state().hidden()).containsExactly(state.hidden());
    assertThat(one.state().moments()).containsExactly(state.moments());
    assertThat(one.nats()).isCloseTo(nats, within(1e-9));
    assertThat(parameters).isNotEqualTo(InitialParameters.create(spec, 2));
    WorkerResult expected = inOneRound(new TorchEngine(), spec, Execution.CPU);
    float close = execution.precision() == Precision.BF16 ? 0.03f : 1e-4f;
    assertThat(one.tokens()).isEqualTo(expected.tokens());
    assertThat(parameters).containsExactly(expected.parameters(), within(close));
    assertThat(state.hidden()).containsExactly(expected.state().hidden(), within(close));
  }
}
