package org.seqlm.spark.training;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.kernels.Kernels;
import org.seqlm.neural.learner.Engine;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.network.Network;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.spark.feed.Feed;
import org.seqlm.spark.task.Placement;

/**
 * One engine's side of a training: K lazy partitions, each of which reads its worker's steps from
 * the feed in the executor.
 *
 * @param <S> one step's data
 */
final class EngineTraining<S> implements AutoCloseable {
  private final Engine<S> engine;
  private final JavaSparkContext spark;
  private final Feed feed;
  private final Network network;
  private final NetworkTraining.Settings settings;
  private final Averaging<S> averaging;

  EngineTraining(
      Engine<S> engine,
      JavaSparkContext spark,
      Feed feed,
      Network network,
      NetworkTraining.Settings settings,
      Averaging.Position start,
      WorkerStates states,
      int stripeTasks) {
    this.engine = engine;
    this.spark = spark;
    this.feed = feed;
    this.network = network;
    this.settings = settings;
    engine.check(network, settings.recipe(), settings.execution());
    engine.load();
    averaging =
        new Averaging<>(
            new AveragingRound<>(
                spark,
                settings.execution(),
                engine.learners(
                    network, settings.recipe(), settings.dealing().longest(), settings.execution()),
                states,
                plan -> steps(engine, feed, network, settings, plan),
                stripeTasks),
            states,
            new Averaging.Settings(
                settings.outerStep(),
                settings.rounds().onDivergence(),
                network.lossBound(),
                settings.rounds().published(),
                settings.rounds().overlap(),
                remedy(settings.recipe().optimizer())),
            start);
  }

  /** What to change where a training with such updates diverges. */
  static String remedy(InnerOptimizer optimizer) {
    String rate = "lower training.learning-rate";
    return optimizer.kind().normalises()
        ? rate
        : rate
            + (optimizer.clipNorm() == 0
                ? ", or set training.clip-norm above 0"
                : ", or lower training.clip-norm");
  }

  Averaging.Position position() {
    return averaging.position();
  }

  int atWork() {
    return averaging.atWork();
  }

  /**
   * What a round is to do.
   *
   * @param planner of the workers
   * @param keep where their states are kept
   */
  record Planned(AveragingRound.Planner planner, AveragingRound.Keep keep) {}

  /**
   * @param now the round
   * @param then the round after it, which may begin ahead; null if this one is the last
   * @param locations where each worker ran last, empty before the first round
   */
  AveragingRound.Outcome next(Planned now, Planned then, List<String> locations) {
    return averaging.next(
        () -> work(now, locations), reports -> then == null ? null : work(then, places(reports)));
  }

  /** Where each worker of a round ran. */
  static List<String> places(List<WorkerReport> reports) {
    return reports.stream().map(WorkerReport::location).toList();
  }

  private Averaging.Work<S> work(Planned planned, List<String> locations) {
    return new Averaging.Work<>(
        steps(planned.planner(), locations), planned.planner(), planned.keep());
  }

  @Override
  public void close() {
    averaging.close();
  }

  /** Partition k holds worker k's steps of a round. */
  private JavaRDD<S> steps(AveragingRound.Planner planner, List<String> locations) {
    Engine<S> by = engine;
    Feed from = feed;
    Network of = network;
    NetworkTraining.Settings how = settings;
    return Placement.workers(spark, settings.workers(), locations)
        .mapPartitionsWithIndex(
            (worker, number) -> steps(by, from, of, how, planner.plan(worker)), false);
  }

  private static <S> Iterator<S> steps(
      Engine<S> engine,
      Feed feed,
      Network network,
      NetworkTraining.Settings settings,
      RoundPlan plan)
      throws IOException {
    // The first that touches an engine in an executor.
    Kernels.pin(settings.execution().kernels());
    return feed.steps(engine, network, plan);
  }
}
