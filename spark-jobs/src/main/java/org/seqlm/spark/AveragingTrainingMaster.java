package org.seqlm.spark;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
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
import org.seqlm.UserException;
import org.seqlm.artifact.StateFile;
import org.seqlm.neural.Learner;
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
  private final Settings settings;
  private final WorkerStates states;
  private AveragingRound<DataSet> round;
  private Position position;
  private AveragingRound.Planner planner;
  private AveragingRound.Outcome last;

  /**
   * How rounds are run.
   *
   * @param learners of executors; null takes the network's own configuration
   * @param order of the learners' parameters, as seen from the network's
   * @param outer what turns the average into the next parameters
   * @param onDivergence what an exploded or not finite worker does
   * @param lossBound in nats: a worker's mean loss above it is an explosion
   * @param seed of all randomness
   * @param sliceTasks tasks that average, at least 1
   */
  public record Settings(
      Learner.Factory<DataSet> learners,
      ParameterOrder order,
      OuterOptimizer outer,
      OnDivergence onDivergence,
      double lossBound,
      long seed,
      int sliceTasks) {}

  /**
   * Where the training is between two rounds.
   *
   * @param round rounds done
   * @param velocity of the outer optimiser, empty if it has none
   * @param states of the workers, empty before the first round
   */
  public record Position(int round, float[] velocity, List<StateFile> states) {
    /** Before the first round. */
    public static Position start(OuterOptimizer outer, int parameters) {
      return new Position(0, outer.initialVelocity(parameters), List.of());
    }
  }

  /**
   * @param states where workers keep moments and hidden state between rounds, or null to begin
   *     every round afresh
   */
  public AveragingTrainingMaster(JavaSparkContext spark, Settings settings, WorkerStates states) {
    this.spark = spark;
    this.settings = settings;
    this.states = states;
  }

  /** Plain averaging of any network by its own updaters; stops when a worker is not finite. */
  public static AveragingTrainingMaster plain(JavaSparkContext spark) {
    return new AveragingTrainingMaster(
        spark,
        new Settings(
            null,
            ParameterOrder.identity(),
            OuterOptimizer.plain(),
            OnDivergence.STOP,
            Double.POSITIVE_INFINITY,
            0,
            1),
        null);
  }

  /** Goes on from a position, for instance a checkpoint's. */
  public void resume(Position from) {
    position = from;
  }

  /** Where the training is; null before the first {@code fit}. */
  public Position position() {
    return position;
  }

  /** Says what the workers do in the next rounds; without it, all steps there are. */
  public void plan(AveragingRound.Planner rounds) {
    planner = rounds;
  }

  /** What the last round came to; null before the first. */
  public AveragingRound.Outcome lastRound() {
    return last;
  }

  @Override
  public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> trainingData) {
    MultiLayerNetwork model = network.getNetwork();
    if (round == null) {
      Learner.Factory<DataSet> learners =
          settings.learners() != null
              ? settings.learners()
              : Dl4jLearners.of(model.getLayerWiseConfigurations(), 0);
      round = new AveragingRound<>(spark, learners, states, settings.sliceTasks());
    }
    float[] before = settings.order().fromEngine(model.params().dup().data().asFloat());
    if (position == null) {
      position = Position.start(settings.outer(), before.length);
    }
    int number = position.round() + 1;
    AveragingRound.Outcome outcome =
        round.run(trainingData, before, position.states(), planner != null ? planner : all(number));
    guard(outcome, number);
    float[] velocity = position.velocity().clone();
    float[] next = settings.outer().step(before, outcome.mean(), velocity);
    float[] theirs = settings.order().toEngine(next);
    INDArray parameters = Nd4j.create(theirs, new long[] {1, theirs.length}, 'f');
    model.setParams(parameters);
    position = new Position(number, velocity, states == null ? List.of() : outcome.states());
    last = outcome;
    network.setScore(outcome.loss());
  }

  private AveragingRound.Planner all(int number) {
    if (states != null) {
      throw new IllegalStateException("workers that keep their state need a plan");
    }
    long seed = settings.seed();
    double bound = settings.lossBound();
    return worker -> RoundPlan.all(number, worker, seed, 0, bound);
  }

  /** Stops where the policy says so, or where nothing is left to average. */
  private void guard(AveragingRound.Outcome outcome, int number) {
    if (outcome.mean() == null && outcome.skipped() == 0) {
      throw UserException.data("round " + number + " was given no data to train on");
    }
    if (outcome.mean() != null && settings.onDivergence() == OnDivergence.SKIP_WORKER) {
      return;
    }
    for (WorkerReport report : outcome.reports()) {
      if (report.rejected() != null) {
        throw UserException.diverged(
            "the training diverged in round "
                + number
                + " at worker "
                + report.worker()
                + ": "
                + report.rejected()
                + (report.loss() == null
                    ? ""
                    : String.format(
                        java.util.Locale.ROOT, " (mean loss %.4g nats a token)", report.loss()))
                + String.format(
                    java.util.Locale.ROOT,
                    ", bound %.4g: lower training.learning-rate or training.clip-norm",
                    settings.lossBound()));
      }
    }
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
    return org.seqlm.artifact.Json.pretty(settings.outer());
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
