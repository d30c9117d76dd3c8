package org.seqlm.spark;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.api.TrainingResult;
import org.deeplearning4j.spark.api.TrainingWorker;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.common.loader.Source;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.seqlm.neural.OuterOptimizer;
import org.seqlm.neural.RoundPlan;
import org.seqlm.neural.dl4j.Dl4jLearners;
import org.seqlm.neural.dl4j.ParameterOrder;

/**
 * Parameter averaging for {@code SparkDl4jMultiLayer}: one {@code fit} is one round, a partition is
 * a worker, a {@link DataSet} one step of it. Every data set is trained exactly once, in the order
 * it has in its partition; workers count by what they trained.
 *
 * <pre>{@code
 * var master = AveragingTrainingMaster.plain(spark);
 * new SparkDl4jMultiLayer(spark, network, master).fit(dataSets);
 * }</pre>
 *
 * <p>It takes the place of dl4j-spark's {@code ParameterAveragingTrainingMaster}, which in 1.0.0-M2
 * trains on a part of the data only (of 190 examples in batches of 10 by 2 workers: 100) and gives
 * unequal workers equal weights. Unlike that one it keeps the updaters' state only where it is
 * given a folder for it.
 */
public final class AveragingTrainingMaster
    implements TrainingMaster<TrainingResult, TrainingWorker<TrainingResult>> {

  private final JavaSparkContext spark;
  private final ParameterOrder order;
  private Averaging<DataSet> averaging;
  private AveragingRound.Planner planner;
  private AveragingRound.Keep keep;
  private AveragingRound.Outcome last;

  private AveragingTrainingMaster(
      JavaSparkContext spark, Averaging<DataSet> averaging, ParameterOrder order) {
    this.spark = spark;
    this.averaging = averaging;
    this.order = order;
  }

  /** Plain averaging of any network by its own updaters; stops when a worker is not finite. */
  public static AveragingTrainingMaster plain(JavaSparkContext spark) {
    return new AveragingTrainingMaster(spark, null, ParameterOrder.identity());
  }

  /**
   * Runs the rounds of a training that somebody else plans; the network only receives their
   * results.
   *
   * @param order of the training's parameters, as seen from the network's
   */
  static AveragingTrainingMaster planned(
      JavaSparkContext spark, Averaging<DataSet> averaging, ParameterOrder order) {
    return new AveragingTrainingMaster(spark, averaging, order);
  }

  /** Says what the workers do in the next round. */
  void plan(AveragingRound.Planner round, AveragingRound.Keep states) {
    planner = round;
    keep = states;
  }

  /** What the last round came to; null before the first. */
  public AveragingRound.Outcome lastRound() {
    return last;
  }

  @Override
  public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> trainingData) {
    MultiLayerNetwork model = network.getNetwork();
    if (planner != null) {
      last = averaging.next(trainingData, planner, keep);
    } else {
      float[] before = order.fromEngine(model.params().dup().data().asFloat());
      if (averaging == null) {
        averaging = plainRounds(model, before);
      }
      averaging.replaceModel(SharedModel.of(before));
      int number = averaging.position().round() + 1;
      last =
          averaging.next(
              trainingData,
              worker -> RoundPlan.all(number, worker, 0, 0, Double.POSITIVE_INFINITY),
              AveragingRound.Keep.MEMORY);
    }
    float[] theirs = order.toEngine(averaging.position().model().parameters());
    INDArray parameters = Nd4j.create(theirs, new long[] {1, theirs.length}, 'f');
    model.setParams(parameters);
    network.setScore(last.loss());
  }

  private Averaging<DataSet> plainRounds(MultiLayerNetwork model, float[] before) {
    return new Averaging<>(
        new AveragingRound<>(
            spark, Dl4jLearners.of(model.getLayerWiseConfigurations(), 0), null, null, 1),
        null,
        new Averaging.Settings(OuterOptimizer.plain(), OnDivergence.STOP, Double.POSITIVE_INFINITY),
        Averaging.Position.start(OuterOptimizer.plain(), before));
  }

  @Override
  public void executeTrainingPaths(
      SparkDl4jMultiLayer network,
      SparkComputationGraph graph,
      JavaRDD<String> trainingDataPaths,
      DataSetLoader dsLoader,
      MultiDataSetLoader mdsLoader) {
    if (network == null) {
      throw graphs();
    }
    SerializableConfiguration conf = new SerializableConfiguration(spark.hadoopConfiguration());
    executeTraining(
        network,
        trainingDataPaths.map(
            path -> {
              try {
                return dsLoader.load(new HadoopSource(conf, path));
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            }));
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

  private static UnsupportedOperationException graphs() {
    return new UnsupportedOperationException(
        "AveragingTrainingMaster trains MultiLayerNetwork, not ComputationGraph");
  }

  @Override
  public void executeTraining(SparkComputationGraph graph, JavaRDD<DataSet> trainingData) {
    throw graphs();
  }

  @Override
  public void executeTrainingMDS(SparkComputationGraph graph, JavaRDD<MultiDataSet> trainingData) {
    throw graphs();
  }

  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkDl4jMultiLayer network) {
    throw new UnsupportedOperationException("workers are learners here, see Learner.Factory");
  }

  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkComputationGraph graph) {
    throw graphs();
  }

  @Override
  public void addHook(TrainingHook trainingHook) {
    throw new UnsupportedOperationException("training hooks are not called");
  }

  @Override
  public void removeHook(TrainingHook trainingHook) {
    // None was ever added.
  }

  @Override
  public String toJson() {
    return "{}";
  }

  @Override
  public String toYaml() {
    return toJson();
  }

  @Override
  public void setCollectTrainingStats(boolean collectTrainingStats) {
    if (collectTrainingStats) {
      throw new UnsupportedOperationException("lastRound() has what is collected");
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

  @Override
  public void setListeners(Collection<TrainingListener> listeners) {
    if (!listeners.isEmpty()) {
      throw new UnsupportedOperationException("listeners are not called on executors");
    }
  }

  @Override
  public void setListeners(StatsStorageRouter router, Collection<TrainingListener> listeners) {
    setListeners(listeners);
  }

  @Override
  public boolean deleteTempFiles(JavaSparkContext sc) {
    return true;
  }

  @Override
  public boolean deleteTempFiles(SparkContext sc) {
    return true;
  }
}
