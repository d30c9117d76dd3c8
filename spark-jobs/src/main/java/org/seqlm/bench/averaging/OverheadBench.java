package org.seqlm.bench.averaging;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.Median;
import org.seqlm.Problems;
import org.seqlm.Progress;
import org.seqlm.bench.meter.Meter;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.optimizer.OuterOptimizer;
import org.seqlm.spark.training.Averaging;
import org.seqlm.spark.training.AveragingRound;
import org.seqlm.spark.training.OnDivergence;
import org.seqlm.spark.training.WorkerStates;

/**
 * What a round of averaging costs beside the local steps: rounds of learners that train nothing,
 * for several sizes of the model and numbers of workers, and the share of each part of a round.
 */
public final class OverheadBench {
  /** Tasks of the two empty jobs whose times tell what a task adds. */
  private static final int FEW = 10;

  private static final int MANY = 410;

  /** A collector needs room, the more so for arrays larger than its regions. */
  private static final double HEAP_SLACK = 1.5;

  private OverheadBench() {}

  /** What workers keep from round to round. */
  public enum State {
    /** Nothing. */
    NONE,
    /** Two moments a parameter, in a file of each worker. */
    FILES,
    /** Two moments a parameter, averaged as the parameters are. */
    AVERAGED;

    /** Values a parameter that travel through the shuffle and the broadcast. */
    public int valuesEach() {
      return this == AVERAGED ? 3 : 1;
    }

    /** Bytes a parameter that a worker's round moves or writes. */
    private long bytes() {
      return this == NONE ? 4 : 12;
    }
  }

  /**
   * What to measure.
   *
   * @param parameters sizes of the model
   * @param workers numbers of workers
   * @param states what workers keep
   * @param rounds measured of each, after one that is not; the table has medians
   * @param secondsEach after which a cell measures no further round
   * @param maxGigabytes a cell whose workers would move and write more in a round is left out
   * @param gigabitsPerSecond of a cluster's network, for the prediction
   * @param executors of that cluster, with one worker each
   * @param executorCores of each
   */
  public record Settings(
      List<Integer> parameters,
      List<Integer> workers,
      List<State> states,
      int rounds,
      double secondsEach,
      double maxGigabytes,
      double gigabitsPerSecond,
      int executors,
      int executorCores) {
    public Settings {
      Problems problems =
          new Problems()
              .present("overhead.parameters", parameters, "for instance [100000, 1000000]")
              .present("overhead.workers", workers, "for instance [1, 2, 4]")
              .present("overhead.states", states, "none, files, averaged")
              .inRange("overhead.rounds", rounds, 1, 1000)
              .positive("overhead.seconds-each", secondsEach)
              .positive("overhead.max-gigabytes", maxGigabytes)
              .positive("overhead.gigabits-per-second", gigabitsPerSecond)
              .inRange("overhead.executors", executors, 1, 1_000_000)
              .inRange("overhead.executor-cores", executorCores, 1, 1024);
      if (parameters != null) {
        parameters.forEach(p -> problems.inRange("overhead.parameters", p, 1, 500_000_000));
      }
      if (workers != null) {
        workers.forEach(k -> problems.inRange("overhead.workers", k, 1, 100_000));
      }
      problems.throwIfAny();
    }
  }

  /**
   * A cell of the table; medians over its rounds.
   *
   * @param rounds measured
   * @param tokens that the workers say they trained in all rounds; one a worker and round
   * @param wrong values of the means that are not what every worker returned; 0
   * @param seconds of a round
   * @param cpuSeconds of this process in a round
   * @param movedBytes of a round, without state files
   * @param before seconds on the driver before the job: the broadcast is made
   * @param map seconds of the workers' stage
   * @param reduce seconds of the averaging stage
   * @param after seconds on the driver after that stage: the mean is put together, the outer step
   * @param workerSeconds of one worker's task: receiving parameters, writing state and shuffle
   * @param averagingSeconds of all averaging tasks together
   * @param averagingTasks that there are
   */
  public record Cell(
      int parameters,
      int workers,
      State state,
      int rounds,
      long tokens,
      long wrong,
      double seconds,
      double cpuSeconds,
      long movedBytes,
      double before,
      double map,
      double reduce,
      double after,
      double workerSeconds,
      double averagingSeconds,
      int averagingTasks) {}

  /** One round. */
  private record Round(
      Meter.Usage usage,
      double before,
      double map,
      double reduce,
      double after,
      double workerSeconds,
      double averagingSeconds,
      int averagingTasks) {
    static Round of(Meter.Usage usage, int workers) {
      Meter.Timeline time = usage.timeline();
      Meter.Stage map = time.stages().get(0);
      Meter.Stage reduce = time.stages().get(time.stages().size() - 1);
      return new Round(
          usage,
          (time.jobStart() - time.begin()) / 1e3,
          (map.completed() - map.submitted()) / 1e3,
          (reduce.completed() - reduce.submitted()) / 1e3,
          (time.end() - reduce.completed()) / 1e3,
          map.taskMillis() / workers / 1e3,
          reduce.taskMillis() / 1e3,
          reduce.tasks());
    }
  }

  /**
   * Measures all cells, the small ones first.
   *
   * @param stripeTasks tasks that average, or 0 for as many as are worth it
   * @param folder for state files, which every executor must reach
   */
  public static List<Cell> run(
      JavaSparkContext spark, Settings settings, int stripeTasks, String folder, Progress progress)
      throws Exception {
    List<Integer> sizes = settings.parameters().stream().sorted().toList();
    progress.stage(
        "overhead",
        (long) sizes.size() * settings.workers().size() * settings.states().size(),
        "cells");
    List<Cell> cells = new ArrayList<>();
    long done = 0;
    boolean local = spark.sc().isLocal();
    long heap = Runtime.getRuntime().maxMemory();
    try (Meter meter = new Meter(spark)) {
      // Classes are loaded, and compiled a little, by a cell that is not in the table.
      cell(spark, meter, 1000, 2, State.FILES, settings, stripeTasks, folder + "/warm");
      for (int parameters : sizes) {
        for (int workers : settings.workers()) {
          for (State state : settings.states()) {
            if (state.bytes() * parameters * workers <= settings.maxGigabytes() * 1e9
                && (!local || heapBytes(parameters, state) <= heap)) {
              String place = folder + "/" + parameters + "-" + workers + "-" + state;
              cells.add(
                  cell(spark, meter, parameters, workers, state, settings, stripeTasks, place));
            }
            progress.update(++done, parameters + " parameters, " + workers + " workers");
          }
        }
      }
    } finally {
      IdleLearner.forget();
    }
    return cells;
  }

  private static Cell cell(
      JavaSparkContext spark,
      Meter meter,
      int parameters,
      int workers,
      State state,
      Settings settings,
      int stripeTasks,
      String folder)
      throws Exception {
    WorkerStates states =
        state == State.NONE ? null : new WorkerStates(spark.hadoopConfiguration(), folder);
    OuterOptimizer outer = new OuterOptimizer(OuterOptimizer.Kind.NESTEROV, 1, 0.5);
    Averaging<Integer> averaging =
        new Averaging<>(
            new AveragingRound<>(
                spark,
                Execution.CPU,
                new IdleLearner(parameters, state == State.NONE ? 0 : 2),
                states,
                null,
                stripeTasks),
            states,
            new Averaging.Settings(outer, OnDivergence.STOP, Double.POSITIVE_INFINITY),
            Averaging.Position.start(outer, IdleLearner.start(parameters)));
    List<Integer> numbers = IntStream.range(0, workers).boxed().toList();
    List<Round> rounds = new ArrayList<>();
    long tokens = 0;
    long wrong = 0;
    System.gc();
    double spent = 0;
    for (int i = 0; i <= settings.rounds() && (i < 2 || spent < settings.secondsEach()); i++) {
      int number = i + 1;
      AveragingRound.Outcome[] outcome = {null};
      Meter.Usage usage =
          meter.measure(
              () ->
                  outcome[0] =
                      averaging.next(
                          spark.parallelize(numbers, workers),
                          planner(number, state),
                          AveragingRound.Keep.FILES));
      spent += usage.seconds();
      wrong += IdleLearner.wrong(outcome[0].mean().parameters());
      if (i > 0) {
        tokens += outcome[0].tokens();
        rounds.add(Round.of(usage, workers));
      }
      if (states != null) {
        states.deleteExcept(List.of(), outcome[0].states());
      }
    }
    if (states != null) {
      Path path = new Path(folder);
      path.getFileSystem(spark.hadoopConfiguration()).delete(path, true);
    }
    return median(parameters, workers, state, rounds, tokens, wrong);
  }

  private static AveragingRound.Planner planner(int round, State state) {
    InnerMoments moments = state == State.AVERAGED ? InnerMoments.AVERAGED : InnerMoments.LOCAL;
    // Without files every round begins afresh.
    long first = state == State.NONE ? 0 : round - 1;
    return worker ->
        new RoundPlan(
            round, worker, 0, first, new double[] {1}, 1, Double.POSITIVE_INFINITY, moments);
  }

  private static Cell median(
      int parameters, int workers, State state, List<Round> rounds, long tokens, long wrong) {
    List<Round> sorted = new ArrayList<>(rounds);
    sorted.sort(Comparator.comparingDouble(round -> round.usage().seconds()));
    Round middle = sorted.get(sorted.size() / 2);
    return new Cell(
        parameters,
        workers,
        state,
        rounds.size(),
        tokens,
        wrong,
        middle.usage().seconds(),
        middle.usage().cpuSeconds(),
        middle.usage().movedBytes(),
        middle.before(),
        middle.map(),
        middle.reduce(),
        middle.after(),
        middle.workerSeconds(),
        middle.averagingSeconds(),
        middle.averagingTasks());
  }

  /**
   * Bytes of heap that a cell needs where one process is driver and executor: the model before, the
   * mean, the broadcast's blocks, one result that all workers share and what is on its way, with
   * the velocity before and after and the next parameters.
   */
  static long heapBytes(int parameters, State state) {
    int values = state == State.NONE ? 1 : 3;
    int shared = state.valuesEach();
    double arrays = 3.0 * shared + values + 0.5 * shared + 3;
    return (long) (HEAP_SLACK * arrays * Float.BYTES * parameters);
  }

  /** Seconds that an empty task adds to a job of many. */
  public static double launch(JavaSparkContext spark) throws Exception {
    List<Double> each = new ArrayList<>();
    try (Meter meter = new Meter(spark)) {
      for (int i = 0; i < 6; i++) {
        double few = empty(spark, meter, FEW);
        double many = empty(spark, meter, MANY);
        if (i > 0) {
          each.add(Math.max(0, many - few) / (MANY - FEW));
        }
      }
    }
    return Median.of(each);
  }

  private static double empty(JavaSparkContext spark, Meter meter, int tasks) throws Exception {
    List<Integer> numbers = IntStream.range(0, tasks).boxed().toList();
    return meter.measure(() -> spark.parallelize(numbers, tasks).map(i -> i).collect()).seconds();
  }
}
