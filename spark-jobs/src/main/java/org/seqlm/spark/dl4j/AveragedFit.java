package org.seqlm.spark.dl4j;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.seqlm.neural.dl4j.fit.FittedNetwork;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Learner;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.optimizer.OuterOptimizer;
import org.seqlm.spark.training.Averaging;
import org.seqlm.spark.training.AveragingRound;
import org.seqlm.spark.training.SharedModel;
import org.seqlm.spark.training.WorkerReport;

/**
 * Fits a Deeplearning4j network to an RDD by parameter averaging: an RDD's examples, in batches of
 * one size, are the steps of its rounds, and the network receives each round's mean. The batches of
 * the last RDD are kept, for it is mostly fitted again.
 */
public final class AveragedFit {
  private final MasterSettings settings;
  private final MinibatchHooks hooks;
  private final RoundListeners listeners;
  private AveragingRound.Outcome last;
  private Rebatching batches;
  private int batchesOf = -1;

  public AveragedFit(MasterSettings settings, MinibatchHooks hooks, RoundListeners listeners) {
    this.settings = settings;
    this.hooks = hooks;
    this.listeners = listeners;
  }

  /** What the last round came to, its losses being scores an example; null before the first. */
  public AveragingRound.Outcome lastRound() {
    return last;
  }

  /** An epoch of a network. */
  public void of(MultiLayerNetwork network, JavaRDD<DataSet> data) {
    JavaSparkContext spark = context(data);
    epoch(
        spark,
        FittedNetwork.of(network),
        hooks.learners(network),
        batches(spark, data.id(), data.map(PartialBatch::of)),
        PartialBatch::dataSet);
  }

  /** An epoch of a graph of one input and one output. */
  public void of(ComputationGraph graph, JavaRDD<DataSet> data) {
    epoch(graph, context(data), data.id(), data.map(PartialBatch::of));
  }

  /** An epoch of a graph. */
  public void ofMulti(ComputationGraph graph, JavaRDD<MultiDataSet> data) {
    epoch(graph, context(data), data.id(), data.map(PartialBatch::of));
  }

  private void epoch(
      ComputationGraph graph, JavaSparkContext spark, int id, JavaRDD<PartialBatch> data) {
    epoch(
        spark,
        FittedNetwork.of(graph),
        hooks.learners(graph),
        batches(spark, id, data),
        PartialBatch::multiDataSet);
  }

  private static JavaSparkContext context(JavaRDD<?> data) {
    return JavaSparkContext.fromSparkContext(data.context());
  }

  /** The batches of an RDD; those of the last one are there already. */
  private Rebatching batches(JavaSparkContext spark, int id, JavaRDD<PartialBatch> data) {
    if (batches == null || batchesOf != id) {
      removeBatches();
      int workers = settings.workers() > 0 ? settings.workers() : spark.defaultParallelism();
      batches =
          Rebatching.of(
              spark, data, settings.batchSizePerWorker(), workers, settings.averagingFrequency());
      batchesOf = id;
    }
    return batches;
  }

  /** Removes the files of the shuffle that holds the last RDD's batches. */
  public void removeBatches() {
    if (batches != null) {
      batches.remove();
      batches = null;
    }
  }

  private <S> void epoch(
      JavaSparkContext spark,
      FittedNetwork<S> network,
      Learner.Factory<S> learners,
      Rebatching data,
      Rebatching.Merger<S> merger) {
    InnerMoments moments = settings.saveUpdater() ? InnerMoments.AVERAGED : InnerMoments.RESET;
    int epoch = network.epochs();
    int iterations = network.iterations();
    SharedModel start =
        new SharedModel(
            network.parameters(),
            settings.saveUpdater() ? network.moments() : new float[0],
            iterations);
    OuterOptimizer outer = OuterOptimizer.plain();
    Averaging<S> averaging =
        new Averaging<>(
            new AveragingRound<>(spark, Execution.CPU, learners, null, null, 0),
            null,
            new Averaging.Settings(outer, settings.onDivergence(), Double.POSITIVE_INFINITY),
            new Averaging.Position(0, start, outer.initialState(0), List.of()));
    listeners.epochStarts(network);
    for (int r = 0; r < data.rounds(); r++) {
      int number = r + 1;
      long first = iterations;
      long seed = settings.rngSeed();
      AveragingRound.Planner plan =
          worker ->
              RoundPlan.all(number, worker, seed, first, epoch, moments, Double.POSITIVE_INFINITY);
      last = averaging.next(data.round(r, merger), plan, AveragingRound.Keep.MEMORY);
      iterations =
          Math.toIntExact(
              last.reports().stream().mapToLong(WorkerReport::steps).max().orElse(first));
      SharedModel model = averaging.position().model();
      network.setParameters(model.parameters());
      network.setMoments(model.moments());
      network.setCounts(iterations, epoch);
      listeners.roundDone(network, last.loss());
    }
    listeners.epochEnds(network);
  }
}
