package org.seqlm.bench.averaging;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.Problems;
import org.seqlm.Progress;
import org.seqlm.bench.meter.Probe;
import org.seqlm.bench.meter.Slope;
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

/** Many rounds of a real training of a small model, and what the processes hold meanwhile. */
public final class SoakBench {
  private static final int SAMPLES = 20;

  /** The share of the samples that are warm-up. */
  private static final double WARM_UP = 0.3;

  private SoakBench() {}

  /**
   * What to train.
   *
   * @param rounds of it
   * @param workers K
   * @param frequency local steps of a round
   * @param hidden width of the LSTM
   */
  public record Settings(int rounds, int workers, int frequency, int hidden) {
    public Settings {
      new Problems()
          .inRange("soak.rounds", rounds, 1, 10_000_000)
          .inRange("soak.workers", workers, 1, 100_000)
          .inRange("soak.frequency", frequency, 1, 1_000_000)
          .inRange("soak.hidden", hidden, 1, 65_536)
          .throwIfAny();
    }
  }

  /**
   * One process at one moment.
   *
   * @param round after which
   * @param process {@code driver} or the executor's name
   * @param heapBytes used after a collection
   * @param nativeBuffers of the engine that are alive, after a collection
   * @param residentBytes of the process
   * @param openFiles descriptors
   * @param threads of Java
   * @param broadcastBlocks held, before the collection
   * @param shuffleFiles on disk, before the collection
   */
  public record Sample(
      int round,
      String process,
      long heapBytes,
      long nativeBuffers,
      long residentBytes,
      long openFiles,
      int threads,
      int broadcastBlocks,
      int shuffleFiles) {}

  /**
   * How a process grew after warm-up, a hundred rounds: slopes of least squares.
   *
   * @param process {@code driver} or the executor's name
   * @param from the first round that counts
   */
  public record Growth(
      String process,
      int from,
      double heapBytes,
      double nativeBuffers,
      double residentBytes,
      double openFiles,
      double threads,
      double broadcastBlocks,
      double shuffleFiles) {}

  /**
   * What was seen.
   *
   * @param rounds trained
   * @param tokens planned
   * @param trained tokens that were trained
   * @param seconds of the rounds, without looking at the processes
   * @param firstLoss in nats a token, of the first round
   * @param lastLoss in nats a token, of the last round
   */
  public record Result(
      int rounds,
      long tokens,
      long trained,
      double seconds,
      double firstLoss,
      double lastLoss,
      List<Sample> samples,
      List<Growth> growth) {}

  /**
   * Trains and looks.
   *
   * @param folder for state files, which every executor must reach
   */
  public static Result run(
      JavaSparkContext spark,
      Settings settings,
      int stripeTasks,
      long seed,
      String folder,
      Progress progress)
      throws IOException {
    LanguageNetwork spec =
        new LanguageNetwork(
            InputKind.EMBEDDING, 16, CellKind.LSTM, 1, settings.hidden(), 32, 0.1, 1);
    Cycle text = new Cycle(seed, 20_000L * settings.workers(), spec.vocabulary());
    NetworkTraining.Settings how = training(settings, 1, seed);
    long wanted = (long) settings.rounds() * settings.frequency();
    how = training(settings, (double) wanted / how.totalSteps(text.tokens()), seed);
    WorkerStates states = new WorkerStates(spark.hadoopConfiguration(), folder);
    NetworkTraining training =
        new NetworkTraining(
            spark,
            new StreamFeed(text, reading(settings), seed),
            spec,
            how,
            Averaging.Position.start(how.rounds().outer(), InitialParameters.create(spec, seed)),
            0,
            states,
            stripeTasks);
    progress.stage("soak", settings.rounds(), "rounds");
    int every = Math.max(1, settings.rounds() / SAMPLES);
    List<Sample> samples = new ArrayList<>();
    long trained = 0;
    double seconds = 0;
    double first = 0;
    double last = 0;
    int round = 0;
    while (!training.finished()) {
      long start = System.nanoTime();
      AveragingRound.Outcome outcome = training.nextRound(AveragingRound.Keep.FILES);
      round = training.position().round();
      states.deleteExcept(List.of(), outcome.states());
      seconds += (System.nanoTime() - start) / 1e9;
      trained += outcome.tokens();
      last = outcome.loss();
      first = round == 1 ? last : first;
      if (round % every == 0 || training.finished()) {
        sample(spark, round, samples);
      }
      progress.update(round, String.format(java.util.Locale.ROOT, "loss %.3f", last));
    }
    Path path = new Path(folder);
    path.getFileSystem(spark.hadoopConfiguration()).delete(path, true);
    return new Result(
        round,
        how.tokensOf(text.tokens(), 0, how.totalSteps(text.tokens())),
        trained,
        seconds,
        first,
        last,
        samples,
        growth(samples));
  }

  private static void sample(JavaSparkContext spark, int round, List<Sample> samples) {
    for (Probe.Reading r : Probe.everywhere(spark)) {
      samples.add(
          new Sample(
              round,
              r.executor(),
              r.heapBytes(),
              r.nativeBuffers(),
              r.residentBytes(),
              r.openFiles(),
              r.threads(),
              r.broadcastBlocks(),
              r.shuffleFiles()));
    }
  }

  private static Reading reading(Settings settings) {
    return new Reading(settings.workers(), 4, 8);
  }

  private static NetworkTraining.Settings training(Settings settings, double epochs, long seed) {
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

  /** Slopes over the samples after warm-up; none for fewer than three samples of a process. */
  static List<Growth> growth(List<Sample> samples) {
    TreeMap<String, List<Sample>> byProcess = new TreeMap<>();
    for (Sample sample : samples) {
      byProcess.computeIfAbsent(sample.process(), name -> new ArrayList<>()).add(sample);
    }
    List<Growth> growth = new ArrayList<>();
    byProcess.forEach(
        (process, all) -> {
          List<Sample> late = all.subList((int) (all.size() * WARM_UP), all.size());
          if (late.size() >= 3) {
            growth.add(
                new Growth(
                    process,
                    late.get(0).round(),
                    slope(late, Sample::heapBytes),
                    slope(late, Sample::nativeBuffers),
                    slope(late, Sample::residentBytes),
                    slope(late, Sample::openFiles),
                    slope(late, Sample::threads),
                    slope(late, Sample::broadcastBlocks),
                    slope(late, Sample::shuffleFiles)));
          }
        });
    return growth;
  }

  private static double slope(
      List<Sample> samples, java.util.function.ToDoubleFunction<Sample> value) {
    return 100 * Slope.of(samples, Sample::round, value);
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
