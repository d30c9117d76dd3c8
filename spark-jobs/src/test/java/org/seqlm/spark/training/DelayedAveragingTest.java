package org.seqlm.spark.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.Exhaustive;
import org.seqlm.ExitCode;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Learner;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.learner.WorkerResult;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.optimizer.OuterOptimizer;
import org.seqlm.neural.optimizer.Published;
import org.seqlm.spark.task.ActiveTasks;

/** Averages that come one round later, against a simulation of a few lines. */
class DelayedAveragingTest {
  private static final int WORKERS = 3;
  private static final int STEPS = 2;
  private static final int ROUNDS = 6;
  private static final float[] START = {1, -2, 0.3f, 100, 1e-3f};

  /** Moves the outer parameters so that an average before and after differ. */
  private static final OuterOptimizer OUTER =
      new OuterOptimizer(OuterOptimizer.Kind.HEAVY_BALL, 0.9, 0.5);

  @TempDir Path folder;

  private final ActiveTasks tasks = new ActiveTasks(TestSpark.context());

  /** A round that is thrown away may write its states still, while the folder is removed. */
  @AfterEach
  void noTaskIsLeft() {
    tasks.await();
    tasks.close();
  }

  /** Each worker is pulled to a place of its own, with a momentum that it keeps. */
  private static void train(float[] parameters, float[] momentum, int worker, long step) {
    for (int i = 0; i < parameters.length; i++) {
      float target = (float) Math.sin(17 * worker + 5 * i + step);
      momentum[i] = 0.7f * momentum[i] + 0.1f * (target - parameters[i]);
      parameters[i] += momentum[i];
    }
  }

  /** How many workers trained each round in this process, by any training; again counts again. */
  private static final Map<String, Integer> TRAINED = new ConcurrentHashMap<>();

  /** Worker 1 is rejected in round {@code broken}. */
  private record Pulled(String name, int broken) implements Learner.Factory<Integer> {
    @Override
    public Learner<Integer> create() {
      return this::round;
    }

    @Override
    public String key() {
      return "pulled " + name + broken;
    }

    private WorkerResult round(
        float[] parameters, WorkerState state, Iterator<Integer> steps, RoundPlan plan) {
      TRAINED.merge(name + plan.round(), 1, Integer::sum);
      float[] theta = parameters.clone();
      float[] momentum = state.moments().length == 0 ? new float[theta.length] : state.moments();
      momentum = momentum.clone();
      while (steps.hasNext()) {
        train(theta, momentum, plan.worker(), steps.next());
      }
      long end = plan.firstStep() + STEPS;
      if (plan.round() == broken && plan.worker() == 1) {
        return WorkerResult.rejected(end, STEPS, Double.NaN, "it is broken");
      }
      WorkerState after = new WorkerState(end, end, momentum, new float[0]);
      return new WorkerResult(theta, after, STEPS, STEPS + plan.worker(), 0, 1, null);
    }
  }

  /** The parameters after each round. */
  private static List<float[]> simulated(int broken) {
    List<float[]> consensus = new ArrayList<>(List.of(START, START)); // A(-1), A(0)
    float[][] moved = new float[WORKERS][START.length];
    float[][] momentum = new float[WORKERS][START.length];
    float[] outer = OUTER.initialState(START.length);
    for (int r = 1; r <= ROUNDS; r++) {
      double[] sum = new double[START.length];
      long weight = 0;
      for (int k = 0; k < WORKERS; k++) {
        float[] theta = START.clone();
        for (int i = 0; i < theta.length; i++) {
          theta[i] = consensus.get(r - 1)[i] + moved[k][i]; // A(r - 2) and what k moved last
        }
        float[] begun = theta.clone();
        for (int s = 0; s < STEPS; s++) {
          train(theta, momentum[k], k, (long) (r - 1) * STEPS + s);
        }
        boolean counts = r != broken || k != 1;
        for (int i = 0; i < theta.length; i++) {
          moved[k][i] = counts ? theta[i] - begun[i] : 0;
          momentum[k][i] = counts ? momentum[k][i] : 0;
          sum[i] += counts ? (STEPS + k) * (double) moved[k][i] : 0;
        }
        weight += counts ? STEPS + k : 0;
      }
      float[] before = consensus.get(r); // A(r - 1)
      float[] mean = new float[START.length];
      for (int i = 0; i < mean.length; i++) {
        mean[i] = before[i] + (float) (sum[i] / weight);
      }
      consensus.add(OUTER.step(before, mean, outer));
    }
    return consensus.subList(2, consensus.size());
  }

  private static RoundPlan plan(int round, int worker) {
    return new RoundPlan(
        round,
        worker,
        1,
        (long) (round - 1) * STEPS,
        new double[STEPS],
        1000,
        100,
        InnerMoments.LOCAL);
  }

  private static Iterator<Integer> steps(RoundPlan plan) {
    return IntStream.range(0, STEPS).map(s -> (int) plan.firstStep() + s).iterator();
  }

  /** What happens in a worker's task before it looks for its state. */
  private interface Before extends Serializable {
    void task(int worker);
  }

  /** Round r of a training whose states are kept as a rule says. */
  private static Averaging.Work<Integer> work(int round, IntFunction<AveragingRound.Keep> keep) {
    return work(round, keep, worker -> {});
  }

  private static Averaging.Work<Integer> work(
      int round, IntFunction<AveragingRound.Keep> keep, Before before) {
    List<Integer> workers = IntStream.range(0, WORKERS).boxed().toList();
    AveragingRound.Planner planner = worker -> plan(round, worker);
    return new Averaging.Work<>(
        TestSpark.context()
            .parallelize(workers, WORKERS)
            .mapPartitionsWithIndex(
                (worker, none) -> {
                  before.task(worker);
                  return steps(planner.plan(worker));
                },
                false),
        planner,
        keep.apply(round));
  }

  private final class Run implements AutoCloseable {
    private final WorkerStates states;
    private final IntFunction<AveragingRound.Keep> keep;
    private final Averaging<Integer> averaging;
    private Before before = worker -> {};

    Run(String name, int broken, int tasks, Averaging.Position start, int every) {
      states = new WorkerStates(new Configuration(), folder.resolve(name).toString(), "w");
      keep = r -> r % every == 0 ? AveragingRound.Keep.FILES : AveragingRound.Keep.MEMORY;
      averaging =
          new Averaging<>(
              new AveragingRound<>(
                  TestSpark.context(),
                  Execution.CPU,
                  new Pulled(name, broken),
                  states,
                  DelayedAveragingTest::steps,
                  tasks,
                  2),
              states,
              new Averaging.Settings(
                  OUTER,
                  broken > 0 ? OnDivergence.SKIP_WORKER : OnDivergence.STOP,
                  100,
                  Published.NEXT,
                  Averaging.Overlap.ONE_ROUND,
                  "lower the rate"),
              start);
    }

    AveragingRound.Outcome next() {
      int round = averaging.position().round() + 1;
      return averaging.next(
          () -> work(round, keep, before),
          reports -> round < ROUNDS ? work(round + 1, keep, before) : null);
    }

    float[] parameters() {
      return averaging.position().model().parameters();
    }

    @Override
    public void close() {
      averaging.close();
    }
  }

  private static Averaging.Position start() {
    return Averaging.Position.start(OUTER, START);
  }

  @Test
  void isTheSimulation() {
    assertSimulated(0, 4);
    assertSimulated(3, 1);
  }

  @Test
  @Exhaustive
  void isTheSimulationForAnyTasksAndKeeping() {
    assertSimulated(0, 1);
    assertSimulated(3, 4);
  }

  /**
   * @param broken tasks, as for {@link Run}; 0 for none
   * @param every rounds after which states are written
   */
  private void assertSimulated(int broken, int every) {
    List<float[]> expected = simulated(broken);
    try (Run run = new Run("s" + broken + every, broken, every, start(), every)) {
      for (int r = 1; r <= ROUNDS; r++) {
        AveragingRound.Outcome outcome = run.next();
        assertThat(run.parameters()).as("round " + r).containsExactly(expected.get(r - 1));
        assertThat(outcome.drift().workers()).hasSize(WORKERS);
        assertThat(outcome.drift().rms()).isPositive();
      }
    }
  }

  /**
   * What executors remembered is lost before each worker's round, of the round in flight, too: all
   * since the last files is trained again.
   */
  @Test
  void lostStatesAreTrainedAgainToTheSameBits() {
    try (Run run = new Run("lost", 0, 1, start(), 3)) {
      WorkerStates states = run.states;
      run.before = worker -> states.remember(-1, worker, WorkerState.FRESH);
      for (int r = 1; r <= ROUNDS; r++) {
        run.next();
      }
      assertThat(run.parameters()).containsExactly(simulated(0).get(ROUNDS - 1));
      int[] times = {3, 2, 1, 3, 2, 1}; // files are written in rounds 3 and 6
      for (int r = 1; r <= ROUNDS; r++) {
        assertThat(TRAINED).as("round " + r).containsEntry("lost" + r, times[r - 1] * WORKERS);
      }
    }
  }

  @Test
  void goesOnToTheSameBits() {
    assertGoesOn(2);
  }

  /** Anywhere. */
  @Test
  @Exhaustive
  void goesOnFromAnyRoundToTheSameBits() {
    for (int stop = 1; stop < ROUNDS; stop++) {
      assertGoesOn(stop);
    }
  }

  /** With a round in flight that nobody waits for. */
  private void assertGoesOn(int stop) {
    float[] expected = simulated(0).get(ROUNDS - 1);
    Averaging.Position stopped;
    try (Run run = new Run("stop" + stop, 0, 1, start(), 1)) {
      for (int r = 1; r <= stop; r++) {
        run.next();
      }
      stopped = run.averaging.position();
    }
    try (Run again = new Run("stop" + stop, 0, 2, stopped, 1)) {
      for (int worker = 0; worker < WORKERS; worker++) {
        again.states.remember(-1, worker, WorkerState.FRESH);
      }
      for (int r = stop + 1; r <= ROUNDS; r++) {
        again.next();
      }
      assertThat(again.parameters()).as("from " + stop).containsExactly(expected);
    }
  }

  @Test
  void theNextRoundTrainsWithoutBeingAskedAndIsThrownAway() throws Exception {
    try (Run run = new Run("ahead", 0, 1, start(), 1)) {
      run.next();
      for (int i = 0; i < 1000 && !TRAINED.containsKey("ahead2"); i++) {
        Thread.sleep(20);
      }
      assertThat(TRAINED).containsKey("ahead2").doesNotContainKey("ahead3");
      assertThat(run.averaging.position().round()).isEqualTo(1);
      run.close();
      assertThat(run.averaging.position().round()).isEqualTo(1);
      // Asked for again, it is trained again.
      run.next();
      assertThat(run.parameters()).containsExactly(simulated(0).get(1));
    }
  }

  @Test
  void aDivergenceStopsBeforeAnythingIsBegun() {
    Run run = new Run("diverged", 2, 1, start(), 1);
    Averaging<Integer> strict =
        new Averaging<>(
            new AveragingRound<>(
                TestSpark.context(),
                Execution.CPU,
                new Pulled("diverged", 2),
                run.states,
                DelayedAveragingTest::steps,
                1),
            run.states,
            new Averaging.Settings(
                OUTER,
                OnDivergence.STOP,
                100,
                Published.NEXT,
                Averaging.Overlap.ONE_ROUND,
                "lower the rate"),
            start());
    strict.next(() -> work(1, run.keep), reports -> work(2, run.keep));
    assertThatThrownBy(() -> strict.next(() -> work(2, run.keep), reports -> work(3, run.keep)))
        .isInstanceOfSatisfying(
            UserException.class,
            problem -> assertThat(problem.exitCode()).isEqualTo(ExitCode.DIVERGED))
        .hasMessageContaining("round 2 at worker 1");
    assertThat(strict.position().round()).isEqualTo(1);
    assertThat(strict.position().model().parameters()).containsExactly(simulated(0).get(0));
    assertThat(TRAINED).doesNotContainKey("diverged3");
  }

  /** An executor dies with what its workers sent, after all have trained and before the average. */
  @Test
  void whatIsLostBeforeTheAverageIsTrainedAgain() {
    WorkerStates states =
        new WorkerStates(new Configuration(), folder.resolve("fetched").toString(), "w");
    AveragingRound<Integer> rounds =
        new AveragingRound<>(
            TestSpark.context(),
            Execution.CPU,
            new Pulled("fetched", 0),
            states,
            DelayedAveragingTest::steps,
            2,
            2);
    IntFunction<AveragingRound.Keep> memory = r -> AveragingRound.Keep.MEMORY;
    List<float[]> means = new ArrayList<>();
    for (boolean lost : new boolean[] {false, true}) {
      PastRounds past = PastRounds.of(List.of());
      for (int r = 1; r <= 3; r++) {
        Averaging.Work<Integer> work = work(r, memory);
        SharedModel began = SharedModel.of(START);
        StartedRound round = rounds.begin(work.steps(), began, past, work.planner(), work.keep());
        assertThat(round.trained()).hasSize(WORKERS);
        if (lost) {
          loseShuffles();
        }
        round.average();
        means.add(round.outcome(START).mean().parameters());
        rounds.end(round);
        past = past.and(new PastRounds.Round(shared(states, r, began), work.planner()));
      }
    }
    for (int r = 0; r < 3; r++) {
      assertThat(means.get(3 + r)).containsExactly(means.get(r));
    }
  }

  private static org.seqlm.neural.files.StateFile shared(
      WorkerStates states, int round, SharedModel began) {
    try {
      return states.writeShared(round, began);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void loseShuffles() {
    var tracker =
        (org.apache.spark.MapOutputTrackerMaster)
            org.apache.spark.SparkEnv.get().mapOutputTracker();
    scala.collection.JavaConverters.asJavaCollection(tracker.shuffleStatuses().keys())
        .forEach(id -> tracker.unregisterAllMapAndMergeOutput((Integer) id));
  }

  /** They have moved nothing yet, so nothing of the last round may be missing. */
  @Test
  void otherWorkersBeginWithTheConsensus() {
    Averaging.Position before =
        new Averaging.Position(
            2,
            SharedModel.of(new float[] {1, 2}),
            new float[] {3},
            List.of(),
            new float[] {4, 5},
            new float[] {6, 7},
            8);
    Averaging.Position after = before.withWorkers(List.of());
    assertThat(after.base()).containsExactly(1, 2);
    assertThat(after.published()).containsExactly(4, 5);
    assertThat(after.interval()).isEqualTo(8);
  }

  /** One worker's own progress is the consensus: it begins where its average is. */
  @Test
  void whatAWorkerMovedIsInItsState() throws Exception {
    WorkerState state = new WorkerState(3, 2, new float[] {1}, new float[0], new float[] {0.5f, 2});
    assertThat(state.beginning(new float[] {1, 1})).containsExactly(1.5f, 3);
    assertThat(WorkerState.FRESH.beginning(START)).isSameAs(START);
    var out = new java.io.ByteArrayOutputStream();
    state.writeTo(out);
    byte[] bytes = out.toByteArray();
    assertThat(bytes[7]).isEqualTo((byte) 2);
    WorkerState read = WorkerState.read(new java.io.ByteArrayInputStream(bytes));
    assertThat(read.moved()).containsExactly(0.5f, 2);
    assertThat(read.moments()).containsExactly(1);
    assertThat(read.step()).isEqualTo(3);
    byte[] shorter = Arrays.copyOf(bytes, bytes.length - 1);
    assertThatThrownBy(() -> WorkerState.read(new java.io.ByteArrayInputStream(shorter)))
        .isInstanceOf(java.io.EOFException.class);
    // Who moved nothing writes what version 1 reads.
    var plain = new java.io.ByteArrayOutputStream();
    new WorkerState(3, 2, new float[] {1}, new float[0]).writeTo(plain);
    assertThat(plain.toByteArray()[7]).isEqualTo((byte) 1);
    assertThat(plain.size()).isEqualTo(2 * 4 + 2 * 8 + 2 * 4 + 4);
  }
}
