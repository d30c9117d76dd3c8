package org.seqlm.neural.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.dataset.DataSet;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.dl4j.Dl4jLearner;
import org.seqlm.neural.dl4j.Dl4jNetworks;
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

class TorchLearnerTest {
  private static final int VOCABULARY = 11;
  private static final int BATCH = 3;
  private static final int TIME = 6;
  private static final InnerOptimizer ADAM =
      new InnerOptimizer(InnerOptimizer.Kind.ADAM, 0.3, 0.05);

  private static LanguageNetwork lstm(InputKind input, int layers) {
    return new LanguageNetwork(input, 5, CellKind.LSTM, layers, 8, VOCABULARY, 0, 1);
  }

  private static TorchLearner learner(LanguageNetwork spec, InnerOptimizer optimizer) {
    return new TorchLearner(spec, new Recipe(optimizer), Execution.CPU);
  }

  /** The same parameters, moments, state and loss as Deeplearning4j's after ten steps. */
  @ParameterizedTest
  @CsvSource({
    "ADAM, EMBEDDING, 0.01, 0.3, 0.05",
    "ADAM, ONE_HOT, 0.01, 0.3, 0",
    "ADAGRAD, EMBEDDING, 0.05, 0.3, 0.05",
    "ADAGRAD, ONE_HOT, 0.05, 0, 0.02",
    "SGD, EMBEDDING, 1, 0.3, 0.05",
    "SGD, ONE_HOT, 1, 0, 0"
  })
  void equalsDeeplearning4j(
      InnerOptimizer.Kind kind, InputKind input, double rate, double norm, double value) {
    LanguageNetwork spec = lstm(input, 2);
    InnerOptimizer optimizer = new InnerOptimizer(kind, norm, value);
    float[] parameters = InitialParameters.create(spec, 2);
    List<DataSet> theirs = new ArrayList<>();
    for (int w = 0; w < 10; w++) {
      int[][] tokens = Windows.tokens(VOCABULARY, BATCH, TIME, w);
      theirs.add(Dl4jNetworks.dataSet(spec, BATCH, TIME, tokens[0], tokens[1]));
    }
    RoundPlan plan = Windows.plan(0, rate, 10);
    WorkerResult expected =
        Dl4jLearner.of(spec, new Recipe(optimizer), TIME)
            .run(parameters, WorkerState.FRESH, theirs.iterator(), plan);
    WorkerResult result =
        learner(spec, optimizer)
            .run(
                parameters,
                WorkerState.FRESH,
                Windows.of(VOCABULARY, BATCH, TIME, 10).iterator(),
                plan);
    assertThat(result.loss()).isCloseTo(expected.loss(), within(1e-5));
    assertThat(result.tokens()).isEqualTo(expected.tokens());
    assertThat(expected.parameters()).isNotEqualTo(parameters);
    assertThat(result.parameters())
        .hasSameSizeAs(expected.parameters())
        .containsExactly(expected.parameters(), within(1e-4f));
    assertThat(result.state().hidden())
        .hasSameSizeAs(expected.state().hidden())
        .containsExactly(expected.state().hidden(), within(1e-4f));
    assertThat(result.state().moments())
        .hasSameSizeAs(expected.state().moments())
        .containsExactly(expected.state().moments(), within(1e-4f));
    assertThat(result.state().updates()).isEqualTo(expected.state().updates());
    assertThat(result.state().step()).isEqualTo(expected.state().step());
  }

  /** What a layer passes on is dropped, also the only one's, with equal masks in both engines. */
  @Test
  void dropoutActsWithOneLayerToo() {
    LanguageNetwork without = lstm(InputKind.EMBEDDING, 1);
    LanguageNetwork with =
        new LanguageNetwork(InputKind.EMBEDDING, 5, CellKind.LSTM, 1, 8, VOCABULARY, 0.5, 1);
    float[] parameters = InitialParameters.create(with, 2);
    RoundPlan plan = Windows.plan(0, 0.01, 3);
    List<DataSet> theirs = new ArrayList<>();
    for (int w = 0; w < 3; w++) {
      int[][] tokens = Windows.tokens(VOCABULARY, BATCH, TIME, w);
      theirs.add(Dl4jNetworks.dataSet(with, BATCH, TIME, tokens[0], tokens[1]));
    }
    WorkerResult dl4j =
        Dl4jLearner.of(with, new Recipe(ADAM), TIME)
            .run(parameters, WorkerState.FRESH, theirs.iterator(), plan);
    WorkerResult torch =
        learner(with, ADAM)
            .run(
                parameters,
                WorkerState.FRESH,
                Windows.of(VOCABULARY, BATCH, TIME, 3).iterator(),
                plan);
    WorkerResult whole =
        learner(without, ADAM)
            .run(
                parameters,
                WorkerState.FRESH,
                Windows.of(VOCABULARY, BATCH, TIME, 3).iterator(),
                plan);
    assertThat(torch.loss()).isCloseTo(dl4j.loss(), within(1e-5));
    assertThat(torch.parameters()).containsExactly(dl4j.parameters(), within(1e-4f));
    assertThat(Math.abs(torch.loss() - whole.loss())).isGreaterThan(1e-3);
  }

  private static LanguageNetwork network(CellKind cell, OutputKind output) {
    return new LanguageNetwork(
        InputKind.EMBEDDING,
        8,
        cell,
        Activation.TANH,
        2,
        8,
        VOCABULARY,
        0.2,
        0.3,
        1,
        output,
        output == OutputKind.ADAPTIVE ? List.of(4, 8) : List.of());
  }

  static Stream<LanguageNetwork> networks() {
    return Stream.concat(
        Arrays.stream(CellKind.values()).map(cell -> network(cell, OutputKind.FULL)),
        Stream.of(
            network(CellKind.GRU, OutputKind.TIED), network(CellKind.RNN, OutputKind.ADAPTIVE)));
  }

  /** A file's bytes and back, as a checkpoint does it. */
  private static WorkerState stored(WorkerState state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    state.writeTo(bytes);
    return WorkerState.read(new ByteArrayInputStream(bytes.toByteArray()));
  }

  private static void assertSame(WorkerResult actual, WorkerResult expected) {
    assertThat(actual.rejected()).isNull();
    assertThat(actual.parameters()).containsExactly(expected.parameters());
    assertSame(actual.state(), expected.state());
  }

  private static void assertSame(WorkerState actual, WorkerState expected) {
    assertThat(actual.hidden()).containsExactly(expected.hidden());
    assertThat(actual.moments()).containsExactly(expected.moments());
    assertThat(actual.updates()).isEqualTo(expected.updates());
    assertThat(actual.step()).isEqualTo(expected.step());
  }

  /** The same bits twice, on another thread, and when cut in two; the arguments are not changed. */
  @ParameterizedTest
  @MethodSource("networks")
  void tenStepsAreFiveAndFive(LanguageNetwork spec) throws Exception {
    for (Precision precision : List.of(Precision.FLOAT32, Precision.BF16)) {
      Execution execution = new Execution(Execution.Device.CPU, precision);
      TorchLearner learner = new TorchLearner(spec, new Recipe(ADAM), execution);
      float[] parameters = InitialParameters.create(spec, 2);
      List<TorchWindow> windows = Windows.of(VOCABULARY, BATCH, TIME, 10);
      RoundPlan ten = Windows.plan(0, 0.01, 10);
      WorkerResult whole = learner.run(parameters, WorkerState.FRESH, windows.iterator(), ten);
      assertThat(parameters).containsExactly(InitialParameters.create(spec, 2));
      assertThat(whole.parameters()).isNotEqualTo(parameters);
      assertThat(whole.tokens()).isEqualTo(10L * BATCH * TIME);

      WorkerResult again =
          CompletableFuture.supplyAsync(
                  () ->
                      new TorchLearner(spec, new Recipe(ADAM), execution)
                          .run(parameters, WorkerState.FRESH, windows.iterator(), ten))
              .get();
      assertSame(again, whole);
      assertThat(again.nats()).isEqualTo(whole.nats());

      WorkerResult first =
          learner.run(parameters, WorkerState.FRESH, windows.iterator(), Windows.plan(0, 0.01, 5));
      WorkerState middle = stored(first.state());
      float[] carried = middle.hidden().clone();
      WorkerResult second =
          learner.run(
              first.parameters(),
              middle,
              windows.subList(5, 10).iterator(),
              Windows.plan(5, 0.01, 5));
      assertSame(second, whole);
      assertThat(middle.hidden()).containsExactly(carried);
      assertThat(first.nats() + second.nats()).isCloseTo(whole.nats(), within(1e-9));

      // The state does matter.
      WorkerState forgotten =
          new WorkerState(middle.step(), middle.updates(), middle.moments(), new float[0]);
      WorkerResult other =
          learner.run(
              first.parameters(),
              forgotten,
              windows.subList(5, 10).iterator(),
              Windows.plan(5, 0.01, 5));
      assertThat(other.parameters()).isNotEqualTo(whole.parameters());
    }
  }

  /** Three steps a pass: the fourth begins with the state zero, in one round or in two. */
  @ParameterizedTest
  @MethodSource("networks")
  void aPassBeginsWithoutState(LanguageNetwork spec) {
    TorchLearner learner = learner(spec, ADAM);
    float[] parameters = InitialParameters.create(spec, 2);
    List<TorchWindow> windows = Windows.of(VOCABULARY, BATCH, TIME, 6);
    WorkerResult whole =
        learner.run(parameters, WorkerState.FRESH, windows.iterator(), passes(0, 6, 3));
    WorkerResult first =
        learner.run(parameters, WorkerState.FRESH, windows.iterator(), passes(0, 3, 3));
    assertThat(first.state().hidden()).isNotEqualTo(new float[first.state().hidden().length]);
    List<TorchWindow> rest = windows.subList(3, 6);
    assertSame(
        learner.run(first.parameters(), first.state(), rest.iterator(), passes(3, 3, 3)), whole);
    WorkerState zero =
        new WorkerState(3, first.state().updates(), first.state().moments(), new float[0]);
    assertSame(learner.run(first.parameters(), zero, rest.iterator(), passes(3, 3, 1000)), whole);
    WorkerResult carried =
        learner.run(first.parameters(), first.state(), rest.iterator(), passes(3, 3, 1000));
    assertThat(carried.parameters()).isNotEqualTo(whole.parameters());
  }

  private static RoundPlan passes(long first, int steps, long stepsPerPass) {
    double[] rates = new double[steps];
    Arrays.fill(rates, 0.01);
    return new RoundPlan(1, 0, 4, first, rates, stepsPerPass, 100, InnerMoments.LOCAL);
  }

  /** Whatever the worker had, a round that resets begins with moments and their count at zero. */
  @ParameterizedTest
  @EnumSource(InnerOptimizer.Kind.class)
  void momentsAreReset(InnerOptimizer.Kind kind) {
    LanguageNetwork spec = network(CellKind.GRU, OutputKind.FULL);
    TorchLearner learner = learner(spec, new InnerOptimizer(kind, 0.3, 0.05));
    float[] parameters = InitialParameters.create(spec, 2);
    List<TorchWindow> windows = Windows.of(VOCABULARY, BATCH, TIME, 8);
    WorkerResult first =
        learner.run(parameters, WorkerState.FRESH, windows.iterator(), Windows.plan(0, 0.01, 4));
    assertThat(first.state().moments()).hasSize(kind.moments() * parameters.length);
    assertThat(first.state().updates()).isEqualTo(4);

    RoundPlan resets = Windows.plan(4, 0.01, 4, InnerMoments.RESET);
    List<TorchWindow> rest = windows.subList(4, 8);
    WorkerState without = new WorkerState(4, 0, new float[0], first.state().hidden());
    WorkerResult reset = learner.run(first.parameters(), first.state(), rest.iterator(), resets);
    assertSame(reset, learner.run(first.parameters(), without, rest.iterator(), resets));
    assertThat(reset.state().moments()).isEmpty();
    assertThat(reset.state().hidden()).isNotEmpty();

    // With plain descent there is nothing to reset.
    WorkerResult kept =
        learner.run(first.parameters(), first.state(), rest.iterator(), Windows.plan(4, 0.01, 4));
    assertThat(Arrays.equals(kept.parameters(), reset.parameters())).isEqualTo(kind.moments() == 0);
  }

  /** By what is not a number, by an update that is too large, and by the plan's bound. */
  @ParameterizedTest
  @MethodSource("networks")
  void rejectsWhatExploded(LanguageNetwork spec) {
    TorchLearner learner = learner(spec, new InnerOptimizer(InnerOptimizer.Kind.SGD, 0, 0));
    float[] parameters = InitialParameters.create(spec, 2);
    List<TorchWindow> windows = Windows.of(VOCABULARY, BATCH, TIME, 5);
    WorkerState before = new WorkerState(7, 7, new float[0], new float[0]);

    float[] broken = parameters.clone();
    Arrays.fill(broken, Float.NaN);
    WorkerResult result = learner.run(broken, before, windows.iterator(), Windows.plan(7, 0.01, 5));
    assertRejected(result, "the loss is NaN at step 8");

    result = learner.run(parameters, before, windows.iterator(), Windows.plan(7, 1e38, 5));
    assertThat(result.rejected())
        .matches(
            "the loss is (NaN|Infinity) at step .*|a parameter .*|the loss is above its bound");
    assertRejected(result, result.rejected());

    double[] rates = new double[5];
    RoundPlan low = new RoundPlan(1, 0, 4, 7, rates, 1000, 0.5, InnerMoments.LOCAL);
    result = learner.run(parameters, before, windows.iterator(), low);
    assertRejected(result, "the loss is above its bound");
    assertThat(result.loss()).isGreaterThan(0.5);

    if (spec.output() == OutputKind.FULL) {
      // The vector of a token that is never read: no loss sees it.
      float[] unseen = parameters.clone();
      unseen[spec.embedding() * VOCABULARY - 1] = Float.POSITIVE_INFINITY;
      List<TorchWindow> others = Windows.of(VOCABULARY - 1, BATCH, TIME, 5);
      result = learner.run(unseen, before, others.iterator(), Windows.plan(7, 0.01, 5));
      assertRejected(result, "a parameter is not finite");
    }
  }

  private static void assertRejected(WorkerResult result, String why) {
    assertThat(result.rejected()).isEqualTo(why);
    assertThat(result.parameters()).isNull();
    assertThat(result.nats()).isZero();
    assertThat(result.tokens()).isZero();
    assertThat(result.skipped()).isEqualTo(5L * BATCH * TIME);
    assertSame(result.state(), new WorkerState(12, 0, new float[0], new float[0]));
  }

  /** A text that repeats itself is learnt, in float32 and in bfloat16, by every network. */
  @ParameterizedTest
  @MethodSource("networks")
  void learns(LanguageNetwork spec) {
    for (Precision precision : List.of(Precision.FLOAT32, Precision.BF16)) {
      TorchLearner learner =
          new TorchLearner(spec, new Recipe(ADAM), new Execution(Execution.Device.CPU, precision));
      int[] cycle = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5};
      int[] inputs = new int[BATCH * TIME];
      int[] targets = new int[BATCH * TIME];
      List<TorchWindow> windows = new ArrayList<>();
      for (int w = 0; w < 60; w++) {
        for (int b = 0; b < BATCH; b++) {
          for (int t = 0; t < TIME; t++) {
            int at = b + w * TIME + t;
            inputs[b * TIME + t] = cycle[at % cycle.length];
            targets[b * TIME + t] = cycle[(at + 1) % cycle.length];
          }
        }
        windows.add(new TorchWindow(BATCH, TIME, inputs, targets));
      }
      float[] parameters = InitialParameters.create(spec, 2);
      WorkerResult begun =
          learner.run(parameters, WorkerState.FRESH, windows.iterator(), Windows.plan(0, 0.02, 30));
      WorkerResult then =
          learner.run(
              begun.parameters(),
              begun.state(),
              windows.subList(30, 60).iterator(),
              Windows.plan(30, 0.02, 30));
      assertThat(then.loss()).as("%s", precision).isLessThan(0.85 * begun.loss());
    }
  }

  /** Nothing to do changes nothing. */
  @Test
  void noSteps() {
    LanguageNetwork spec = network(CellKind.LSTM, OutputKind.FULL);
    float[] parameters = InitialParameters.create(spec, 2);
    WorkerState state = new WorkerState(3, 3, new float[] {1}, new float[] {2});
    WorkerResult result =
        learner(spec, ADAM)
            .run(parameters, state, Collections.emptyIterator(), Windows.plan(3, 0.01, 4));
    assertThat(result.parameters()).containsExactly(parameters);
    assertThat(result.tokens()).isZero();
    assertSame(result.state(), state);
  }
}
