package org.seqlm.spark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.core.storage.StatsStorageRouter;
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
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.seqlm.UserException;
import org.seqlm.spark.dl4j.AveragedFit;
import org.seqlm.spark.dl4j.HadoopSource;
import org.seqlm.spark.dl4j.MasterSettings;
import org.seqlm.spark.dl4j.MinibatchHooks;
import org.seqlm.spark.dl4j.RoundListeners;
import org.seqlm.spark.training.AveragingRound;
import org.seqlm.spark.training.OnDivergence;

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

  private final MasterSettings settings;
  private final MinibatchHooks hooks;
  private final RoundListeners listeners = new RoundListeners();
  private final AveragedFit fit;

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

    /** Changes nothing: sums are taken by stripes of the parameters, in one step. */
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
          new MasterSettings(
              workers, batchSizePerWorker, averagingFrequency, saveUpdater, rngSeed, onDivergence),
          hooks);
    }
  }

  private AveragingTrainingMaster(MasterSettings settings, List<TrainingHook> hooks) {
    this.settings = settings;
    this.hooks = new MinibatchHooks(hooks);
    fit = new AveragedFit(settings, this.hooks, listeners);
  }

  /** What the last round came to, its losses being scores an example; null before the first. */
  public AveragingRound.Outcome lastRound() {
    return fit.lastRound();
  }

  @Override
  public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> data) {
    fit.of(network.getNetwork(), data);
    network.setScore(lastRound().loss());
  }

  @Override
  public void executeTraining(SparkComputationGraph graph, JavaRDD<DataSet> data) {
    fit.of(graph.getNetwork(), data);
    graph.setScore(lastRound().loss());
  }

  @Override
  public void executeTrainingMDS(SparkComputationGraph graph, JavaRDD<MultiDataSet> data) {
    fit.ofMulti(graph.getNetwork(), data);
    graph.setScore(lastRound().loss());
  }

  @Override
  public void executeTrainingPaths(
      SparkDl4jMultiLayer network,
      SparkComputationGraph graph,
      JavaRDD<String> paths,
      DataSetLoader loader,
      MultiDataSetLoader multiLoader) {
    if (network != null) {
      executeTraining(network, HadoopSource.dataSets(paths, loader));
    } else if (loader != null) {
      executeTraining(graph, HadoopSource.dataSets(paths, loader));
    } else {
      executeTrainingMDS(graph, HadoopSource.multiDataSets(paths, multiLoader));
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
  }

  @Override
  public void removeHook(TrainingHook hook) {
    hooks.remove(hook);
  }

  /** The builder's terms, without hooks and listeners. */
  @Override
  public String toJson() {
    return settings.toJson();
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
    return new AveragingTrainingMaster(MasterSettings.fromJson(json), List.of());
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
    listeners.set(all);
  }

  /** As {@link #setListeners(Collection)}; those that route statistics do so to this router. */
  @Override
  public void setListeners(StatsStorageRouter router, Collection<TrainingListener> all) {
    setListeners(all);
    listeners.route(router);
  }

  /** Removes the files of the shuffle that holds the last RDD's batches. */
  @Override
  public boolean deleteTempFiles(JavaSparkContext spark) {
    fit.removeBatches();
    return true;
  }

  /** As {@link #deleteTempFiles(JavaSparkContext)}. */
  @Override
  public boolean deleteTempFiles(SparkContext spark) {
    fit.removeBatches();
    return true;
  }
}
