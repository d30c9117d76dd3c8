package org.seqlm.bench.averaging;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.learner.Reading;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.optimizer.OuterOptimizer;
import org.seqlm.neural.optimizer.Schedule;
import org.seqlm.spark.feed.StreamFeed;
import org.seqlm.spark.feed.TokenSource;
import org.seqlm.spark.training.Averaging;
import org.seqlm.spark.training.AveragingRound;
import org.seqlm.spark.training.NetworkTraining;
import org.seqlm.spark.training.OnDivergence;
import org.seqlm.spark.training.WorkerStates;
import org.seqlm.store.Sha256;

/** A real training of a small LSTM, a round at a time. */
final class SoakTraining {
  private final JavaSparkContext spark;
  private final SoakBench.Settings soak;
  private final int stripeTasks;
  private final long seed;
  private final LanguageNetwork spec;
  private final Cycle text;
  private final NetworkTraining.Settings how;
  private NetworkTraining training; // null before the first round
  private WorkerStates states;
  private long trained;
  private double seconds;
  private double loss;

  SoakTraining(JavaSparkContext spark, SoakBench.Settings soak, int stripeTasks, long seed) {
    this.spark = spark;
    this.soak = soak;
    this.stripeTasks = stripeTasks;
    this.seed = seed;
    spec =
        new LanguageNetwork(InputKind.EMBEDDING, 16, CellKind.LSTM, 1, soak.hidden(), 32, 0.1, 1);
    text = new Cycle(seed, 20_000L * soak.workers(), spec.vocabulary());
    long wanted = (long) soak.rounds() * soak.frequency();
    how = training(soak, (double) wanted / training(soak, 1, seed).totalSteps(text.tokens()), seed);
  }

  /**
   * Trains a round, if there is one.
   *
   * @param folder for state files
   */
  boolean next(String folder) throws IOException {
    if (training == null) {
      states = new WorkerStates(spark.hadoopConfiguration(), folder);
      training =
          new NetworkTraining(
              spark,
              new StreamFeed(text, reading(soak), seed),
              spec,
              how,
              Averaging.Position.start(how.rounds().outer(), InitialParameters.create(spec, seed)),
              0,
              states,
              stripeTasks);
    }
    if (training.finished()) {
      return false;
    }
    long start = System.nanoTime();
    AveragingRound.Outcome outcome = training.nextRound(AveragingRound.Keep.FILES);
    states.deleteExcept(List.of(), outcome.states());
    seconds += (System.nanoTime() - start) / 1e9;
    trained += outcome.tokens();
    loss = outcome.loss();
    return true;
  }

  int round() {
    return training.position().round();
  }

  boolean finished() {
    return training.finished();
  }

  /** Planned. */
  long tokens() {
    return how.tokensOf(text.tokens(), 0, how.totalSteps(text.tokens()));
  }

  long trained() {
    return trained;
  }

  double seconds() {
    return seconds;
  }

  /** Of the last round, in nats a token. */
  double loss() {
    return loss;
  }

  /** A fingerprint of all bits. */
  String parameters() {
    float[] parameters = training.position().model().parameters();
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * parameters.length);
    bytes.asFloatBuffer().put(parameters);
    return Sha256.of(bytes.array());
  }

  private static Reading reading(SoakBench.Settings settings) {
    return new Reading(settings.workers(), 4, 8);
  }

  private static NetworkTraining.Settings training(
      SoakBench.Settings settings, double epochs, long seed) {
    return new NetworkTraining.Settings(
        reading(settings),
        new Recipe(new InnerOptimizer(InnerOptimizer.Kind.ADAM, 5, 0)),
        epochs,
        0.002,
        new Schedule(Schedule.Kind.CONSTANT, 1, 1, 0),
        new NetworkTraining.Rounds(
            settings.frequency(),
            InnerMoments.LOCAL,
            new OuterOptimizer(OuterOptimizer.Kind.NESTEROV, 1, 0.5),
            OnDivergence.STOP),
        seed);
  }

  /** A text that mostly counts up, so that there is something to learn. */
  private static final class Cycle implements TokenSource {
    private static final long serialVersionUID = 1L;

    private final long seed;
    private final long length;
    private final int vocabulary;

    Cycle(long seed, long length, int vocabulary) {
      this.seed = seed;
      this.length = length;
      this.vocabulary = vocabulary;
    }

    @Override
    public long tokens() {
      return length;
    }

    @Override
    public int[] read(long pass, long from, long to) {
      KeyedRandom random = KeyedRandom.of(seed, "soak");
      int[] tokens = new int[(int) (to - from)];
      for (int i = 0; i < tokens.length; i++) {
        long at = from + i;
        long value = random.uniform(at) < 0.1 ? random.bits(at) >>> 40 : at;
        tokens[i] = 1 + (int) (value % (vocabulary - 1));
      }
      return tokens;
    }

    @Override
    public String key() {
      return "soak " + seed + " " + length + " " + vocabulary;
    }
  }
}
