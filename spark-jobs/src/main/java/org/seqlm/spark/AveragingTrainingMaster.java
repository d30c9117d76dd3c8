package org.seqlm.spark;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.api.RepartitionStrategy;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.api.TrainingResult;
import org.deeplearning4j.spark.api.TrainingWorker;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.common.loader.Source;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.seqlm.Problems;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.neural.dl4j.fit.FitLearners;
import org.seqlm.neural.dl4j.fit.FittedNetwork;
import org.seqlm.neural.dl4j.fit.MinibatchHook;
import org.seqlm.neural.learner.InnerMoments;
import org.seqlm.neural.learner.Learner;
import org.seqlm.neural.learner.OuterOptimizer;
import org.seqlm.neural.learner.RoundPlan;
import org.seqlm.spark.dl4j.PartialBatch;
import org.seqlm.spark.dl4j.Rebatching;
import org.seqlm.spark.training.Averaging;
import org.seqlm.spark.training.AveragingRound;
import org.seqlm.spark.training.OnDivergence;
import org.seqlm.spark.training.SharedModel;
import org.seqlm.spark.training.WorkerReport;

/**
 * Parameter averaging for {@code SparkDl4jMultiLayer} and {@code SparkComputationGraph} that trains
 * on every example, exactly once a {@code fit}. It takes the place of dl4j-spark's {@code
 * ParameterAveragingTrainingMaster} by one word:
 *
 * <pre>{@code
 * TrainingMaster<?, ?> master =
 *     new AveragingTrainingMaster.Builder(workers, 1) // was: ParameterAveragingTrainingMaster.Builder
 *         .batchSizePerWorker(32)
 *         .averagingFrequency(5)
 *         .build();
 * new SparkDl4jMultiLayer(spark, network, master).fit(dataSets);
 * }</pre>
 *
 * <p>The shipped one, in 1.0.0-M2, trains on a part of the data only and does not say so (of 190
 * examples in batches of 10 by 2 workers: 100), runs three Spark jobs a split, and gives unequal
 * workers equal weights. This one:
 *
 * <ul>
 *   <li>cuts and merges data sets of any size into batches of {@code batchSizePerWorker}, in the
 *       RDD's order, and deals them to the workers in turn; the last batch may be smaller;
 *   <li>runs one Spark job a round of {@code averagingFrequency} batches a worker, and one to count
 *       the examples; the batches are read from the files of one shuffle;
 *   <li>makes each update by Deeplearning4j's own {@code fit}, with the network's updaters,
 *       schedules, regularisation and truncation;
 *   <li>weights workers by the examples they trained, sums in their order in float64, and so gives
 *       the same bits for any number of partitions, executors, retries and speculative copies;
 *   <li>stops at a score or parameter that is not finite, or leaves that worker out.
 * </ul>
 */
public final class AveragingTrainingMaster
    implements TrainingMaster<TrainingResult, TrainingWorker<TrainingResult>> {

  private final Settings settings;
  private final List<TrainingHook> hooks;
  private String hookKey;
  private List<TrainingListener> listeners = List.of();
  private AveragingRound.Outcome last;
  private Rebatching batches;
  private int batchesOf = -1;

  /**
   * What a master is made of; its JSON.
   *
   * @param workers K, or 0 for the cluster's default parallelism
   * @param batchSizePerWorker examples of an update, at least 1
   * @param averagingFrequency updates of a worker between two averages, at least 1
   * @param saveUpdater whether the updaters' state is averaged and kept
   * @param rngSeed of dropout
   * @param onDivergence what a worker does whose score or parameters are not finite
   */
  record Settings(
      int workers,
      int batchSizePerWorker,
      int averagingFrequency,
      boolean saveUpdater,
      long rngSeed,
      OnDivergence onDivergence) {
    Settings {
      new Problems()
          .atLeast("numWorkers", workers, 0)
          .atLeast("batchSizePerWorker", batchSizePerWorker, 1)
          .atLeast("averagingFrequency", averagingFrequency, 1)
          .present("onDivergence", onDivergence, "STOP or SKIP_WORKER")
          .throwIfAny();
    }
  }

  /**
   * Builds a master with the terms of the shipped one's builder. Those that only say how the
   * shipped one moves data have nothing to steer here and change nothing.
   */
  public static final class Builder {
    private final int workers;
    private int batchSizePerWorker = 16;
    private int averagingFrequency = 5;
    private boolean saveUpdater = true;
    private long rngSeed = 1;
    private OnDivergence onDivergence = OnDivergence.STOP;
    private final List<TrainingHook> hooks = new ArrayList<>();

    /**
     * As many workers as the cluster's default parallelism. Give their number where a result is to
     * be had again on another cluster.
     *
     * @param rddDataSetNumExamples no longer needed: data sets of the RDD may have any size, and
     *     are counted
     */
    public Builder(int rddDataSetNumExamples) {
      this(0, rddDataSetNumExamples);
    }

    /**
     * @param numWorkers K, which belongs to the result; null or 0 takes the cluster's default
     *     parallelism
     * @param rddDataSetNumExamples no longer needed: data sets of the RDD may have any size, and
     *     are counted
     */
    public Builder(Integer numWorkers, int rddDataSetNumExamples) {
      workers = numWorkers == null ? 0 : numWorkers;
    }

    /** Examples of an update (16). */
    public Builder batchSizePerWorker(int examples) {
      batchSizePerWorker = examples;
      return this;
    }

    /** Updates of a worker between two averages (5). */
    public Builder averagingFrequency(int updates) {
      averagingFrequency = updates;
      return this;
    }

    /**
     * Whether the updaters' state, for instance Adam's moments, is averaged as the parameters are
     * and stays with the network (true), or begins anew each round.
     */
    public Builder saveUpdater(boolean save) {
      saveUpdater = save;
      return this;
    }

    /** Decides the dropout (1). The order of the data is always the RDD's own. */
    public Builder rngSeed(long seed) {
      rngSeed = seed;
      return this;
    }

    /** What is done around each minibatch, on the executors. */
    public Builder trainingHooks(Collection<TrainingHook> more) {
      hooks.addAll(more);
      return this;
    }

    /** What is done around each minibatch, on the executors. */
    public Builder trainingHooks(TrainingHook... more) {
      return trainingHooks(Arrays.asList(more));
    }

    /** What a worker does whose score or parameters are not finite ({@link OnDivergence#STOP}). */
    public Builder onDivergence(OnDivergence policy) {
      onDivergence = policy;
      return this;
    }

    /** Changes nothing: a round's job reads its batches from the shuffle, which fetches ahead. */
    public Builder workerPrefetchNumBatches(int batches) {
      return this;
    }

    /** Changes nothing: sums are taken by slices of the parameters, in one step. */
    public Builder aggregationDepth(int depth) {
      return this;
    }

    /** Changes nothing: examples are always dealt out evenly. */
    public Builder repartionData(Repartition repartition) {
      return this;
    }

    /** Changes nothing: examples are always dealt out evenly. */
    public Builder repartitionStrategy(RepartitionStrategy strategy) {
      return this;
    }

    /** Changes nothing: the data is kept in the files of a shuffle, not in memory. */
    public Builder storageLevel(StorageLevel level) {
      return this;
    }

    /** Changes nothing: the data is kept in the files of a shuffle, not in memory. */
    public Builder storageLevelStreams(StorageLevel level) {
      return this;
    }

    /** Changes nothing: nothing is exported. */
    public Builder rddTrainingApproach(RDDTrainingApproach approach) {
      return this;
    }

    /** Changes nothing: nothing is exported. */
    public Builder exportDirectory(String folder) {
      return this;
    }

    /**
     * Only false: what was trained is in {@link AveragingTrainingMaster#lastRound}, and times are
     * in Spark's own pages.
     */
    public Builder collectTrainingStats(boolean collect) {
      refuseStats(collect);
      return this;
    }

    /**
     * The master.
     *
     * @throws UserException with exit code 2 if a term is out of its range
     */
    public AveragingTrainingMaster build() {
      return new AveragingTrainingMaster(
          new Settings(
              workers, batchSizePerWorker, averagingFrequency, saveUpdater, rngSeed, onDivergence),
          hooks);
    }
  }

  private AveragingTrainingMaster(Settings settings, List<TrainingHook> hooks) {
    this.settings = settings;
    this.hooks = new ArrayList<>(hooks);
    hookKey = hooks.isEmpty() ? "" : UUID.randomUUID().toString();
  }

  /** What the last round came to, its losses being scores an example; null before the first. */
  public AveragingRound.Outcome lastRound() {
    return last;
  }

  @Override
  public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> data) {
    fit(
        network.getSparkContext(),
        FittedNetwork.of(network.getNetwork()),
        FitLearners.of(network.getNetwork(), new OnDataSets(hooks), hookKey),
        batches(network.getSparkContext(), data.id(), data.map(PartialBatch::of)),
        PartialBatch::dataSet);
    network.setScore(last.loss());
  }

  @Override
  public void executeTraining(SparkComputationGraph graph, JavaRDD<DataSet> data) {
    fit(graph, data.id(), data.map(PartialBatch::of));
  }

  @Override
  public void executeTrainingMDS(SparkComputationGraph graph, JavaRDD<MultiDataSet> data) {
    fit(graph, data.id(), data.map(PartialBatch::of));
  }

  private void fit(SparkComputationGraph graph, int id, JavaRDD<PartialBatch> data) {
    fit(
        graph.getSparkContext(),
        FittedNetwork.of(graph.getNetwork()),
        FitLearners.of(graph.getNetwork(), new OnMultiDataSets(hooks), hookKey),
        batches(graph.getSparkContext(), id, data),
        PartialBatch::multiDataSet);
    graph.setScore(last.loss());
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

  private void removeBatches() {
    if (batches != null) {
      batches.remove();
      batches = null;
    }
  }

  private <S> void fit(
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
            new AveragingRound<>(spark, learners, null, null, 0),
            null,
            new Averaging.Settings(outer, settings.onDivergence(), Double.POSITIVE_INFINITY),
            new Averaging.Position(0, start, outer.initialVelocity(0), List.of()));
    listeners.forEach(listener -> listener.onEpochStart(network.model()));
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
      score(network.model(), last.loss());
      for (TrainingListener listener : listeners) {
        listener.iterationDone(network.model(), iterations, epoch);
      }
    }
    // The front counts the epoch itself.
    listeners.forEach(listener -> listener.onEpochEnd(network.model()));
  }

  /** What listeners read. */
  private static void score(Model model, double score) {
    if (model instanceof org.deeplearning4j.nn.multilayer.MultiLayerNetwork network) {
      network.setScore(score);
    } else if (model instanceof org.deeplearning4j.nn.graph.ComputationGraph graph) {
      graph.setScore(score);
    }
  }

  @Override
  public void executeTrainingPaths(
      SparkDl4jMultiLayer network,
      SparkComputationGraph graph,
      JavaRDD<String> paths,
      DataSetLoader loader,
      MultiDataSetLoader multiLoader) {
    JavaSparkContext spark = network != null ? network.getSparkContext() : graph.getSparkContext();
    SerializableConfiguration conf = new SerializableConfiguration(spark.hadoopConfiguration());
    if (network != null) {
      executeTraining(network, paths.map(path -> loader.load(new HadoopSource(conf, path))));
    } else if (loader != null) {
      executeTraining(graph, paths.map(path -> loader.load(new HadoopSource(conf, path))));
    } else {
      executeTrainingMDS(graph, paths.map(path -> multiLoader.load(new HadoopSource(conf, path))));
    }
  }

  private record HadoopSource(SerializableConfiguration conf, String path) implements Source {
    @Override
    public InputStream getInputStream() throws IOException {
      Path file = new Path(path);
      return file.getFileSystem(conf.value()).open(file);
    }

    @Override
    public String getPath() {
      return path;
    }
  }

  /** The hooks of a network's minibatches. */
  private record OnDataSets(ArrayList<TrainingHook> hooks) implements MinibatchHook<DataSet> {
    OnDataSets(List<TrainingHook> hooks) {
      this(new ArrayList<>(hooks));
    }

    @Override
    public void before(DataSet minibatch, Model model) {
      hooks.forEach(hook -> hook.preUpdate(minibatch, model));
    }

    @Override
    public void after(DataSet minibatch, Model model) {
      hooks.forEach(hook -> hook.postUpdate(minibatch, model));
    }
  }

  /** The hooks of a graph's minibatches. */
  private record OnMultiDataSets(ArrayList<TrainingHook> hooks)
      implements MinibatchHook<MultiDataSet> {
    OnMultiDataSets(List<TrainingHook> hooks) {
      this(new ArrayList<>(hooks));
    }

    @Override
    public void before(MultiDataSet minibatch, Model model) {
      hooks.forEach(hook -> hook.preUpdate(minibatch, model));
    }

    @Override
    public void after(MultiDataSet minibatch, Model model) {
      hooks.forEach(hook -> hook.postUpdate(minibatch, model));
    }
  }

  /** Not needed here: executors train by learners of their own. */
  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkDl4jMultiLayer network) {
    throw noWorkers();
  }

  /** Not needed here: executors train by learners of their own. */
  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkComputationGraph graph) {
    throw noWorkers();
  }

  private static UnsupportedOperationException noWorkers() {
    return new UnsupportedOperationException(
        "AveragingTrainingMaster has no TrainingWorker: call fit on the network it was given to");
  }

  @Override
  public void addHook(TrainingHook hook) {
    hooks.add(hook);
    hookKey = UUID.randomUUID().toString();
  }

  @Override
  public void removeHook(TrainingHook hook) {
    hooks.remove(hook);
    hookKey = hooks.isEmpty() ? "" : UUID.randomUUID().toString();
  }

  /** The builder's terms, without hooks and listeners. */
  @Override
  public String toJson() {
    return Json.pretty(settings);
  }

  /** JSON, which is YAML, too. */
  @Override
  public String toYaml() {
    return toJson();
  }

  /**
   * A master of the terms that {@link #toJson} wrote.
   *
   * @throws UserException with exit code 2 if it is not its JSON, or a term is out of its range
   */
  public static AveragingTrainingMaster fromJson(String json) {
    try {
      return new AveragingTrainingMaster(Json.mapper().readValue(json, Settings.class), List.of());
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw UserException.configuration(
          "no JSON of an AveragingTrainingMaster: " + e.getOriginalMessage());
    }
  }

  /** As {@link #fromJson}. */
  public static AveragingTrainingMaster fromYaml(String yaml) {
    return fromJson(yaml);
  }

  @Override
  public void setCollectTrainingStats(boolean collect) {
    refuseStats(collect);
  }

  private static void refuseStats(boolean collect) {
    if (collect) {
      throw new UnsupportedOperationException(
          "AveragingTrainingMaster collects no SparkTrainingStats: lastRound() tells what was"
              + " trained, Spark's own pages how long it took; leave collectTrainingStats out");
    }
  }

  @Override
  public boolean getIsCollectTrainingStats() {
    return false;
  }

  @Override
  public SparkTrainingStats getTrainingStats() {
    return null;
  }

  /**
   * Listeners are called on the driver, with the averaged network: around each {@code fit}, which
   * is an epoch, and after each round with the updates made so far and the round's mean score.
   */
  @Override
  public void setListeners(Collection<TrainingListener> all) {
    listeners = all == null ? List.of() : List.copyOf(all);
  }

  /** As {@link #setListeners(Collection)}; those that route statistics do so to this router. */
  @Override
  public void setListeners(StatsStorageRouter router, Collection<TrainingListener> all) {
    setListeners(all);
    for (TrainingListener listener : listeners) {
      if (router != null && listener instanceof RoutingIterationListener routing) {
        routing.setStorageRouter(router);
      }
    }
  }

  /** Removes the files of the shuffle that holds the last RDD's batches. */
  @Override
  public boolean deleteTempFiles(JavaSparkContext spark) {
    removeBatches();
    return true;
  }

  /** As {@link #deleteTempFiles(JavaSparkContext)}. */
  @Override
  public boolean deleteTempFiles(SparkContext spark) {
    removeBatches();
    return true;
  }
}
