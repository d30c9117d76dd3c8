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

/** Many rounds of a real training of a small model, and what the processes hold meanwhile. */
public final class SoakBench {
  private static final int SAMPLES = 40;

  /** Rounds that take no longer than so many samples. */
  private static final int FEW_ROUNDS = 200;

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
   * @param killEvery rounds between two executors that are killed, in the mean; 0 for none
   */
  public record Settings(int rounds, int workers, int frequency, int hidden, int killEvery) {
    public Settings {
      new Problems()
          .inRange("soak.rounds", rounds, 1, 10_000_000)
          .inRange("soak.workers", workers, 1, 100_000)
          .inRange("soak.frequency", frequency, 1, 1_000_000)
          .inRange("soak.hidden", hidden, 1, 65_536)
          .inRange("soak.kill-every", killEvery, 0, 1_000_000)
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
   * @param killed executors
   * @param parameters of the last round, as a fingerprint
   * @param undisturbed the same of a training of which nothing was killed; null where nothing was
   *     to be
   */
  public record Result(
      int rounds,
      long tokens,
      long trained,
      double seconds,
      double firstLoss,
      double lastLoss,
      int killed,
      String parameters,
      String undisturbed,
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
    Path path = new Path(folder);
    try {
      SoakTraining training = new SoakTraining(spark, settings, stripeTasks, seed);
      if (settings.killEvery() == 0) {
        return watched(spark, settings, training, null, folder, progress);
      }
      SoakTraining alike = new SoakTraining(spark, settings, stripeTasks, seed);
      progress.stage("undisturbed", settings.rounds(), "rounds");
      while (alike.next(folder + "/undisturbed")) {
        progress.update(alike.round(), "");
      }
      try (ExecutorKiller killer = new ExecutorKiller(seed, settings.killEvery())) {
        return watched(
            spark, settings, training, new Disturbed(killer, alike.parameters()), folder, progress);
      }
    } finally {
      path.getFileSystem(spark.hadoopConfiguration()).delete(path, true);
    }
  }

  /**
   * What goes wrong.
   *
   * @param parameters of a training in which nothing does
   */
  private record Disturbed(ExecutorKiller killer, String parameters) {}

  private static Result watched(
      JavaSparkContext spark,
      Settings settings,
      SoakTraining training,
      Disturbed disturbed,
      String folder,
      Progress progress)
      throws IOException {
    progress.stage("soak", settings.rounds(), "rounds");
    int every =
        Math.max(1, settings.rounds() / (settings.rounds() < FEW_ROUNDS ? SAMPLES / 4 : SAMPLES));
    List<Sample> samples = new ArrayList<>();
    double first = 0;
    while (true) {
      if (disturbed != null) {
        disturbed.killer().round();
      }
      if (!training.next(folder + "/soak")) {
        break;
      }
      int round = training.round();
      first = round == 1 ? training.loss() : first;
      if (round % every == 0 || training.finished()) {
        sample(spark, round, samples);
      }
      progress.update(round, String.format(java.util.Locale.ROOT, "loss %.3f", training.loss()));
    }
    return new Result(
        training.round(),
        training.tokens(),
        training.trained(),
        training.seconds(),
        first,
        training.loss(),
        disturbed == null ? 0 : disturbed.killer().killed(),
        training.parameters(),
        disturbed == null ? null : disturbed.parameters(),
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
}
