package org.seqlm.neural.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.UserException;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.ScheduledSampling;
import org.seqlm.neural.Truncation;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.PassWindows;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.network.AttentionBody;
import org.seqlm.neural.network.Classifier;
import org.seqlm.neural.network.Direction;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.network.Pooling;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.StepInput;
import org.seqlm.neural.network.Tagger;
import org.seqlm.neural.optimizer.AveragingMode;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.optimizer.InnerOptimizer;

class ModuleLearnerTest {
  private static final int TOKENS = 7;
  private static final int TIME = 6;
  private static final StepInput INPUT = StepInput.tokens(TOKENS, 5);
  private static final InnerOptimizer ADAM =
      new InnerOptimizer(InnerOptimizer.Kind.ADAM, 0.3, 0.05);
  private static final InnerOptimizer SGD = new InnerOptimizer(InnerOptimizer.Kind.SGD, 0, 0);

  private static RecurrentBody layers(double drop) {
    return new RecurrentBody(CellKind.LSTM, Activation.TANH, 2, 6, Direction.BOTH, drop, 1);
  }

  static Stream<Network> networks() {
    return Stream.of(
        new Tagger(INPUT, layers(0.2), TOKENS),
        new Classifier(INPUT, new AttentionBody(1, 8, 2, 12, 0.2), Pooling.CLASS_TOKEN, TOKENS));
  }

  /** Sequences whose tags are the tokens before them, and whose label is the first token. */
  private static Batch batch(long seed, int size) {
    Random random = new Random(seed);
    int[] lengths = new int[size];
    int[] ids = new int[size * TIME];
    int[] tags = new int[size * TIME];
    int[] labels = new int[size];
    for (int b = 0; b < size; b++) {
      lengths[b] = b == 0 ? TIME : 2 + random.nextInt(TIME - 1);
      for (int t = 0; t < lengths[b]; t++) {
        ids[b * TIME + t] = random.nextInt(TOKENS);
        tags[b * TIME + t] = t == 0 ? 0 : ids[b * TIME + t - 1];
      }
      labels[b] = ids[b * TIME];
    }
    return new Batch(size)
        .put("input", new Batch.Ints(ids, size, TIME))
        .putLengths("input", lengths)
        .put("tags", new Batch.Ints(tags, size, TIME))
        .putLengths("tags", lengths)
        .put("label", new Batch.Ints(labels, size));
  }

  /** Some sequences of a batch, by themselves. */
  private static Batch part(Batch all, int from, int size) {
    int[] lengths = Arrays.copyOfRange(all.lengths("input"), from, from + size);
    int begin = from * TIME;
    int end = begin + size * TIME;
    int[] ids = Arrays.copyOfRange(all.ints("input").values(), begin, end);
    int[] tags = Arrays.copyOfRange(all.ints("tags").values(), begin, end);
    int[] labels = Arrays.copyOfRange(all.ints("label").values(), from, from + size);
    return new Batch(size)
        .put("input", new Batch.Ints(ids, size, TIME))
        .putLengths("input", lengths)
        .put("tags", new Batch.Ints(tags, size, TIME))
        .put("label", new Batch.Ints(labels, size));
  }

  private static List<Batch> batches(int count, int size) {
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batches.add(batch(i, size));
    }
    return batches;
  }

  private static ModuleLearner learner(Network network, InnerOptimizer optimizer) {
    return new ModuleLearner(network, new Recipe(optimizer), Execution.CPU);
  }

  private static void assertSame(WorkerResult actual, WorkerResult expected) {
    assertThat(actual.rejected()).isNull();
    assertThat(actual.parameters()).containsExactly(expected.parameters());
    assertThat(actual.state().moments()).containsExactly(expected.state().moments());
    assertThat(actual.state().hidden()).isEmpty();
    assertThat(actual.state().updates()).isEqualTo(expected.state().updates());
    assertThat(actual.state().step()).isEqualTo(expected.state().step());
  }

  /** The same bits twice, on another thread, and when cut in two; the arguments are not changed. */
  @ParameterizedTest
  @MethodSource("networks")
  void fourStepsAreTwoAndTwo(Network network) throws Exception {
    float[] parameters = InitialParameters.create(network, 2);
    List<Batch> batches = batches(4, 3);
    RoundPlan four = Windows.plan(0, 0.01, 4);
    ModuleLearner learner = learner(network, ADAM);
    WorkerResult whole = learner.run(parameters, WorkerState.FRESH, batches.iterator(), four);
    assertThat(parameters).containsExactly(InitialParameters.create(network, 2));
    assertThat(whole.parameters()).isNotEqualTo(parameters);
    assertThat(whole.tokens()).isEqualTo(12);
    assertThat(whole.gradients().updates()).isEqualTo(4);
    WorkerResult again =
        CompletableFuture.supplyAsync(
                () ->
                    learner(network, ADAM)
                        .run(parameters, WorkerState.FRESH, batches.iterator(), four))
            .get();
    assertSame(again, whole);
    assertThat(again.nats()).isEqualTo(whole.nats());
    WorkerResult first =
        learner.run(parameters, WorkerState.FRESH, batches.iterator(), Windows.plan(0, 0.01, 2));
    assertThat(first.state().moments()).hasSize(2 * parameters.length);
    WorkerResult second =
        learner.run(
            first.parameters(),
            first.state(),
            batches.subList(2, 4).iterator(),
            Windows.plan(2, 0.01, 2));
    assertSame(second, whole);
    // The mean is over targets, of which the halves may have different numbers.
    assertThat(whole.loss())
        .isBetween(
            Math.min(first.loss(), second.loss()) - 1e-9,
            Math.max(first.loss(), second.loss()) + 1e-9);
    assertThat(whole.nats()).isCloseTo(whole.loss() * 12, within(1e-9));
    // A round that resets begins with moments at zero.
    WorkerState forgotten = new WorkerState(2, 0, new float[0], new float[0]);
    RoundPlan resets = Windows.plan(2, 0.01, 2, InnerMoments.RESET);
    List<Batch> rest = batches.subList(2, 4);
    WorkerResult reset = learner.run(first.parameters(), first.state(), rest.iterator(), resets);
    assertSame(reset, learner.run(first.parameters(), forgotten, rest.iterator(), resets));
    assertThat(reset.parameters()).isNotEqualTo(whole.parameters());
    assertThat(reset.state().moments()).isEmpty();
  }

  private static RoundPlan gradients(int steps) {
    double[] rates = new double[steps];
    Arrays.fill(rates, 0.01);
    return new RoundPlan(
        1,
        0,
        4,
        0,
        rates,
        PassWindows.fixed(1000, 1),
        100,
        InnerMoments.LOCAL,
        AveragingMode.GRADIENTS);
  }

  /** Two halves of a batch make the update of the whole, however long their sequences are. */
  @Test
  void halvesMakeTheUpdateOfTheWhole() {
    for (Network network :
        List.of(
            new Tagger(INPUT, layers(0), TOKENS),
            new Classifier(INPUT, layers(0), Pooling.MAX, TOKENS))) {
      float[] parameters = InitialParameters.create(network, 2);
      Batch all = batch(1, 6);
      List<Batch> halves = List.of(part(all, 0, 2), part(all, 2, 4));
      WorkerResult whole =
          learner(network, SGD)
              .run(parameters, WorkerState.FRESH, List.of(all).iterator(), Windows.plan(0, 0.5, 1));
      WorkerResult two =
          new ModuleLearner(network, new Recipe(SGD, 2), Execution.CPU)
              .run(parameters, WorkerState.FRESH, halves.iterator(), Windows.plan(0, 0.5, 2));
      assertThat(two.state().updates()).isEqualTo(1);
      assertThat(two.parameters()).containsExactly(whole.parameters(), within(1e-6f));
      assertThat(whole.parameters()).isNotEqualTo(parameters);
      // What synchronous workers send is that gradient: the update is 0.5 of it.
      WorkerResult sent =
          learner(network, ADAM)
              .run(parameters, WorkerState.FRESH, halves.iterator(), gradients(2));
      assertThat(sent.state().moments()).isEmpty();
      assertThat(sent.state().updates()).isZero();
      for (int i = 0; i < parameters.length; i++) {
        float moved = parameters[i] - 0.5f * sent.parameters()[i];
        assertThat(moved).isCloseTo(whole.parameters()[i], within(1e-6f));
      }
    }
  }

  @Test
  void aRoundThatExplodedIsRejected() {
    Network network = new Tagger(INPUT, layers(0), TOKENS);
    float[] broken = InitialParameters.create(network, 2);
    Arrays.fill(broken, Float.NaN);
    WorkerResult result =
        learner(network, ADAM)
            .run(broken, WorkerState.FRESH, batches(3, 2).iterator(), Windows.plan(7, 0.01, 3));
    assertThat(result.rejected()).isEqualTo("the loss is NaN at step 8");
    assertThat(result.parameters()).isNull();
    assertThat(result.skipped()).isEqualTo(6);
    assertThat(result.state().step()).isEqualTo(10);
    RoundPlan low = new RoundPlan(1, 0, 4, 0, new double[3], 1000, 0.5, InnerMoments.LOCAL);
    float[] parameters = InitialParameters.create(network, 2);
    assertThat(
            learner(network, ADAM)
                .run(parameters, WorkerState.FRESH, batches(3, 2).iterator(), low)
                .rejected())
        .isEqualTo("the loss is above its bound");
    // Nothing to do is nothing done.
    WorkerResult idle =
        learner(network, ADAM)
            .run(parameters, WorkerState.FRESH, List.<Batch>of().iterator(), Windows.plan(0, 1, 2));
    assertThat(idle.parameters()).containsExactly(parameters);
    assertThat(idle.tokens()).isZero();
  }

  static Stream<Network> whole() {
    return Stream.of(
        new Tagger(INPUT, new RecurrentBody(CellKind.LSTM, 1, 16, Direction.BOTH), TOKENS),
        new Classifier(INPUT, new AttentionBody(1, 8, 2, 12, 0), Pooling.CLASS_TOKEN, TOKENS));
  }

  /** What can be learnt is, and the predictor says it. */
  @ParameterizedTest
  @MethodSource("whole")
  void learns(Network network) throws IOException {
    List<Batch> batches = batches(80, 16);
    WorkerResult result =
        learner(network, new InnerOptimizer(InnerOptimizer.Kind.ADAM, 1, 0))
            .run(
                InitialParameters.create(network, 2),
                WorkerState.FRESH,
                batches.iterator(),
                Windows.plan(0, 0.03, 80));
    int[] counts = new int[2];
    new ModulePredictor(network, Execution.CPU)
        .predict(
            result.parameters(),
            List.of(batch(1000, 50)).iterator(),
            (batch, predicted) -> {
              int[] ids = predicted.values().ints("ids").values();
              assertThat(predicted.nats() / predicted.targets()).isBetween(0.0, 0.4);
              boolean tags = network instanceof Tagger;
              int[] expected = batch.ints(tags ? "tags" : "label").values();
              for (int b = 0; b < batch.size(); b++) {
                for (int t = 0; t < (tags ? batch.lengths("input")[b] : 1); t++) {
                  int place = tags ? b * TIME + t : b;
                  counts[0] += ids[place] == expected[place] ? 1 : 0;
                  counts[1]++;
                }
              }
            });
    assertThat(counts[0]).isGreaterThan((int) (0.9 * counts[1]));
  }

  @Test
  void refusesWhatIsOfText() {
    Network network = new Tagger(INPUT, layers(0), TOKENS);
    Recipe recipe =
        new Recipe(
            SGD,
            0.1,
            new ScheduledSampling(ScheduledSampling.Kind.LINEAR, 10, 0),
            new Truncation(Truncation.Kind.RANDOMISED, 0.5));
    Execution narrow = new Execution(Execution.Device.CPU, Precision.BF16);
    assertThatThrownBy(() -> ModuleLearner.factory(network, recipe, narrow))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("training.truncation is of text's windows, but a tagger")
        .hasMessageContaining("training.scheduled-sampling")
        .hasMessageContaining("execution.precision bf16");
    RecurrentBody steps =
        new RecurrentBody(
            CellKind.RNN,
            Activation.step(0, Activation.AtThreshold.ZERO),
            1,
            3,
            Direction.FORWARD,
            0,
            0);
    assertThatThrownBy(
            () ->
                ModuleLearner.factory(
                    new Tagger(INPUT, steps, TOKENS), new Recipe(SGD), Execution.CPU))
        .hasMessageContaining("network.activation step has no gradient");
  }
}
