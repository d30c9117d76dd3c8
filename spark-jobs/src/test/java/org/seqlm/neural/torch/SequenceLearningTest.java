package org.seqlm.neural.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.seqlm.UserException;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.ScheduledSampling;
import org.seqlm.neural.Truncation;
import org.seqlm.neural.learner.Batch;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.network.Alignment;
import org.seqlm.neural.network.Decoding;
import org.seqlm.neural.network.Direction;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.RecurrentBody;
import org.seqlm.neural.network.SequenceToSequence;
import org.seqlm.neural.network.StepInput;
import org.seqlm.neural.optimizer.InnerOptimizer;

/** What a sequence-to-sequence network learns, and what it is refused. */
class SequenceLearningTest {
  private static final int LETTERS = 4;
  private static final int LONGEST = 4;
  private static final InnerOptimizer ADAM = new InnerOptimizer(InnerOptimizer.Kind.ADAM, 1, 0);

  private static SequenceToSequence network(
      Alignment alignment, SequenceToSequence.Feeding feeding) {
    RecurrentBody encoder = new RecurrentBody(CellKind.GRU, 1, 16, Direction.BOTH);
    RecurrentBody decoder = new RecurrentBody(CellKind.GRU, 1, 32, Direction.FORWARD);
    return new SequenceToSequence(
        StepInput.tokens(LETTERS + 1, 12), encoder, LETTERS + 1, 12, decoder, alignment, feeding);
  }

  /** Words of 1 to 4 letters, which are to be copied. */
  private static Batch words(long seed, int size) {
    Random random = new Random(seed);
    int[] lengths = new int[size];
    int[] ids = new int[size * LONGEST];
    for (int b = 0; b < size; b++) {
      lengths[b] = b == 0 ? LONGEST : 1 + random.nextInt(LONGEST);
      for (int t = 0; t < lengths[b]; t++) {
        ids[b * LONGEST + t] = 1 + random.nextInt(LETTERS);
      }
    }
    Batch.Ints array = new Batch.Ints(ids, size, LONGEST);
    return new Batch(size)
        .put("source", array)
        .putLengths("source", lengths)
        .put("target", array)
        .putLengths("target", lengths);
  }

  @Test
  void copies() throws Exception {
    SequenceToSequence network = network(Alignment.DOT, SequenceToSequence.Feeding.TOKENS);
    ScheduledSampling late = new ScheduledSampling(ScheduledSampling.Kind.LINEAR, 1000, 0.8);
    Recipe recipe = new Recipe(ADAM, 0, late, Truncation.WINDOW);
    int steps = 170;
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      batches.add(words(i, 48));
    }
    WorkerResult result =
        ModuleLearner.factory(network, recipe, Execution.CPU)
            .create()
            .run(
                InitialParameters.create(network, 2),
                WorkerState.FRESH,
                batches.iterator(),
                Windows.plan(0, 0.02, steps));
    assertThat(result.rejected()).isNull();
    for (Decoding decoding : List.of(Decoding.greedy(9), Decoding.beam(3, 0.6, 9))) {
      assertThat(exact(network, result.parameters(), decoding)).isGreaterThanOrEqualTo(0.99);
    }
    // What was trained with dot may be read with hard.
    SequenceToSequence hard = network(Alignment.HARD, SequenceToSequence.Feeding.TOKENS);
    assertThat(exact(hard, result.parameters(), Decoding.greedy(9))).isGreaterThanOrEqualTo(0.95);
  }

  /** The share of words that are copied to the letter. */
  private static double exact(SequenceToSequence network, float[] parameters, Decoding decoding)
      throws IOException {
    Batch words = words(-1, 400);
    int[] right = new int[1];
    new ModulePredictor(network, Execution.CPU, decoding)
        .predict(
            parameters,
            List.of(words).iterator(),
            (batch, predicted) -> {
              Batch.Ints ids = predicted.values().ints("ids");
              int time = ids.shape()[1];
              for (int b = 0; b < batch.size(); b++) {
                int from = b * LONGEST;
                int[] word =
                    Arrays.copyOfRange(
                        batch.ints("target").values(), from, from + batch.lengths("target")[b]);
                int length = predicted.values().lengths("ids")[b];
                int[] written = Arrays.copyOfRange(ids.values(), b * time, b * time + length);
                right[0] += Arrays.equals(word, written) ? 1 : 0;
              }
            });
    return right[0] / 400.0;
  }

  /** What is drawn and dropped belongs to a worker's step, wherever a round begins. */
  @Test
  void fourStepsAreTwoAndTwo() {
    RecurrentBody both = new RecurrentBody(CellKind.LSTM, null, 2, 5, Direction.BOTH, 0.2, 1);
    RecurrentBody decoder = new RecurrentBody(CellKind.LSTM, null, 2, 6, Direction.FORWARD, 0.2, 1);
    StepInput letters = StepInput.tokens(LETTERS + 1, 4);
    SequenceToSequence network =
        new SequenceToSequence(
            letters,
            both,
            LETTERS + 1,
            4,
            decoder,
            Alignment.ADDITIVE,
            SequenceToSequence.Feeding.TOKENS);
    ScheduledSampling half = new ScheduledSampling(ScheduledSampling.Kind.LINEAR, 4, 0.3);
    ModuleLearner learner =
        new ModuleLearner(network, new Recipe(ADAM, 0.1, half, Truncation.WINDOW), Execution.CPU);
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      batches.add(words(i, 5));
    }
    float[] parameters = InitialParameters.create(network, 2);
    WorkerResult whole =
        learner.run(parameters, WorkerState.FRESH, batches.iterator(), Windows.plan(0, 0.01, 4));
    WorkerResult first =
        learner.run(parameters, WorkerState.FRESH, batches.iterator(), Windows.plan(0, 0.01, 2));
    WorkerResult second =
        learner.run(
            first.parameters(),
            first.state(),
            batches.subList(2, 4).iterator(),
            Windows.plan(2, 0.01, 2));
    assertThat(second.parameters()).containsExactly(whole.parameters());
    assertThat(whole.tokens()).isEqualTo(20);
  }

  @Test
  void refusesWhatTrainsNothing() throws Exception {
    SequenceToSequence hard = network(Alignment.HARD, SequenceToSequence.Feeding.TOKENS);
    assertThatThrownBy(() -> ModuleLearner.factory(hard, new Recipe(ADAM), Execution.CPU))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("passes no useful gradient to the other keys")
        .hasMessageContaining("train with network.attention dot, and evaluate with hard");
    SequenceToSequence silent = network(Alignment.DOT, SequenceToSequence.Feeding.NOTHING);
    ScheduledSampling samples = new ScheduledSampling(ScheduledSampling.Kind.LINEAR, 10, 0);
    Recipe recipe = new Recipe(ADAM, 0, samples, Truncation.WINDOW);
    assertThatThrownBy(() -> ModuleLearner.factory(silent, recipe, Execution.CPU))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("this decoder reads nothing");
  }
}
