package org.seqlm.spark;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.dataset.DataSet;
import org.seqlm.neural.InnerMoments;
import org.seqlm.neural.InnerOptimizer;
import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.OuterOptimizer;
import org.seqlm.neural.RoundPlan;
import org.seqlm.neural.Schedule;
import org.seqlm.neural.Shard;
import org.seqlm.neural.dl4j.Dl4jLearners;
import org.seqlm.neural.dl4j.Dl4jNetworks;
import org.seqlm.neural.dl4j.ParameterOrder;

/**
 * Trains a language model round by round: K lazy partitions, each of which reads its windows from
 * its worker's tokens in the executor, through {@code SparkDl4jMultiLayer.fit} and our {@link
 * AveragingTrainingMaster}.
 */
public final class LanguageModelTraining {
  /** How far above a uniform guess, in nats a token, a mean loss is an explosion. */
  public static final double EXPLOSION = 5;

  /** A worker's tokens; one an executor. */
  private static final Map<String, SoftReference<int[]>> TOKENS = new ConcurrentHashMap<>();

  private final JavaSparkContext spark;
  private final TokenSource source;
  private final NetworkSpec spec;
  private final Settings settings;
  private final SparkDl4jMultiLayer network;
  private final AveragingTrainingMaster master;
  private final Averaging<DataSet> averaging;
  private final long totalSteps;
  private List<String> locations = List.of();
  private long step;

  /**
   * How to train.
   *
   * @param workers K
   * @param batch B, sequences of a worker
   * @param timeSteps T, tokens of a window
   * @param frequency H, local steps of a round
   * @param epochs passes over the text, with their fraction
   * @param optimizer of a worker
   * @param learningRate before the schedule
   * @param schedule of the learning rate
   * @param moments between rounds
   * @param outer of the average
   * @param onDivergence what an exploded worker does
   * @param seed of all randomness
   */
  public record Settings(
      int workers,
      int batch,
      int timeSteps,
      int frequency,
      double epochs,
      InnerOptimizer optimizer,
      double learningRate,
      Schedule schedule,
      InnerMoments moments,
      OuterOptimizer outer,
      OnDivergence onDivergence,
      long seed)
      implements java.io.Serializable {

    /** The local steps of a worker over the whole run, at least 1. */
    public long totalSteps(long tokens) {
      // Worker 0 has the fewest tokens.
      long windows = Shard.of(0, workers, tokens, batch, timeSteps).windows();
      return Math.max(1, Math.round(epochs * windows));
    }

    /** The rounds of the whole run. */
    public long rounds(long tokens) {
      return (totalSteps(tokens) + frequency - 1) / frequency;
    }

    /** The tokens of the whole run, by all workers. */
    public long totalTokens(long tokens) {
      return totalSteps(tokens) * workers * batch * timeSteps;
    }
  }

  /**
   * @param start where to go on, at step 0 or a checkpoint's
   * @param localSteps of a worker so far
   * @param states where workers keep theirs
   * @param sliceTasks tasks that average, or 0 for as many as are worth it
   */
  public LanguageModelTraining(
      JavaSparkContext spark,
      TokenSource source,
      NetworkSpec spec,
      Settings settings,
      Averaging.Position start,
      long localSteps,
      WorkerStates states,
      int sliceTasks) {
    this.spark = spark;
    this.source = source;
    this.spec = spec;
    this.settings = settings;
    step = localSteps;
    totalSteps = settings.totalSteps(source.tokens());
    averaging =
        new Averaging<>(
            new AveragingRound<>(
                spark,
                Dl4jLearners.of(spec, settings.optimizer(), settings.timeSteps()),
                states,
                plan -> windows(source, spec, settings, plan),
                sliceTasks),
            states,
            new Averaging.Settings(settings.outer(), settings.onDivergence(), lossBound(spec)),
            start);
    MultiLayerNetwork dl4j =
        Dl4jNetworks.network(
            spec, settings.optimizer().kind(), settings.timeSteps(), start.model().parameters());
    master = AveragingTrainingMaster.planned(averaging, ParameterOrder.of(spec));
    network = new SparkDl4jMultiLayer(spark, dl4j, master);
  }

  private static double lossBound(NetworkSpec spec) {
    return Math.log(spec.vocabulary()) + EXPLOSION;
  }

  /** Whether all steps are done. */
  public boolean finished() {
    return step >= totalSteps;
  }

  /** Whether the next round is the last. */
  public boolean lastRound() {
    return totalSteps - step <= settings.frequency();
  }

  /** Local steps of a worker so far. */
  public long step() {
    return step;
  }

  /** Rounds so far, the parameters, the outer velocity and where the states lie. */
  public Averaging.Position position() {
    return averaging.position();
  }

  /** The learning rate of a step. */
  public double learningRate(long ofStep) {
    return settings.learningRate() * settings.schedule().factor(ofStep, totalSteps);
  }

  /**
   * Trains the next round.
   *
   * @throws org.seqlm.UserException with exit code 4 if it diverged
   * @throws IllegalStateException if the tokens planned are not those trained and skipped
   */
  public AveragingRound.Outcome nextRound(AveragingRound.Keep keep) {
    int steps = (int) Math.min(settings.frequency(), totalSteps - step);
    double[] rates = new double[steps];
    for (int i = 0; i < steps; i++) {
      rates[i] = learningRate(step + i);
    }
    int number = position().round() + 1;
    AveragingRound.Planner planner =
        planner(settings, source.tokens(), lossBound(spec), number, step, rates);
    master.plan(planner, keep);
    network.fit(steps(planner));
    AveragingRound.Outcome outcome = master.lastRound();
    long planned = (long) steps * settings.workers() * settings.batch() * settings.timeSteps();
    if (outcome.tokens() + outcome.skipped() != planned) {
      throw new IllegalStateException(
          "round "
              + number
              + " planned "
              + planned
              + " tokens, but trained "
              + outcome.tokens()
              + " and skipped "
              + outcome.skipped());
    }
    locations = outcome.reports().stream().map(WorkerReport::location).toList();
    step += steps;
    return outcome;
  }

  private static AveragingRound.Planner planner(
      Settings settings, long tokens, double bound, int round, long first, double[] rates) {
    int workers = settings.workers();
    int batch = settings.batch();
    int timeSteps = settings.timeSteps();
    long seed = settings.seed();
    InnerMoments moments = settings.moments();
    return worker ->
        new RoundPlan(
            round,
            worker,
            seed,
            first,
            rates,
            Shard.of(worker, workers, tokens, batch, timeSteps).windows(),
            bound,
            moments);
  }

  /** Partition k holds worker k's windows of a round. */
  private JavaRDD<DataSet> steps(AveragingRound.Planner planner) {
    TokenSource from = source;
    NetworkSpec network = spec;
    Settings how = settings;
    return Executors.workers(spark, settings.workers(), locations)
        .mapPartitionsWithIndex(
            (worker, number) -> windows(from, network, how, planner.plan(worker)), false);
  }

  private static Iterator<DataSet> windows(
      TokenSource source, NetworkSpec spec, Settings settings, RoundPlan plan) throws IOException {
    Shard shard =
        Shard.of(
            plan.worker(),
            settings.workers(),
            source.tokens(),
            settings.batch(),
            settings.timeSteps());
    return windows(spec, shard, tokens(source, shard), plan.firstStep(), plan.steps());
  }

  private static int[] tokens(TokenSource source, Shard shard) throws IOException {
    String key = source.key() + " " + shard.from() + " " + shard.to();
    SoftReference<int[]> kept = TOKENS.get(key);
    int[] tokens = kept == null ? null : kept.get();
    if (tokens == null) {
      tokens = source.read(shard.from(), shard.to());
      TOKENS.put(key, new SoftReference<>(tokens));
    }
    return tokens;
  }

  private static Iterator<DataSet> windows(
      NetworkSpec spec, Shard shard, int[] tokens, long first, int count) {
    int[] inputs = new int[shard.batch() * shard.timeSteps()];
    int[] targets = new int[inputs.length];
    return new Iterator<>() {
      private int done;

      @Override
      public boolean hasNext() {
        return done < count;
      }

      @Override
      public DataSet next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        shard.window(tokens, first + done, inputs, targets);
        done++;
        return Dl4jNetworks.dataSet(spec, shard.batch(), shard.timeSteps(), inputs, targets);
      }
    };
  }
}
