package org.seqlm.job.train;

import java.util.stream.LongStream;
import org.seqlm.Problems;
import org.seqlm.job.cli.JobConfig;
import org.seqlm.job.cli.JobFiles;
import org.seqlm.job.train.config.NetworkConfig;
import org.seqlm.lm.SamplingRules;
import org.seqlm.neural.ScheduledSampling;
import org.seqlm.neural.Truncation;
import org.seqlm.neural.learner.Dealing;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Reading;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.WindowLengths;
import org.seqlm.neural.optimizer.AveragingMode;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.optimizer.Interval;
import org.seqlm.neural.optimizer.OuterOptimizer;
import org.seqlm.neural.optimizer.Published;
import org.seqlm.neural.optimizer.Schedule;
import org.seqlm.neural.optimizer.WarmStart;
import org.seqlm.spark.training.Averaging.Overlap;
import org.seqlm.spark.training.Engines;
import org.seqlm.spark.training.NetworkTraining;
import org.seqlm.spark.training.OnDivergence;

/** The configuration of {@code train}; {@code conf/train.yaml} says what each key means. */
public record TrainConfig(
    String input,
    String output,
    String startFrom,
    WarmStart start,
    ReplayConfig replay,
    String tensorboard,
    String engine,
    long seed,
    int partitions,
    Execution execution,
    NetworkConfig network,
    Training training,
    Averaging averaging,
    Budget budget,
    Validation validation,
    CheckpointRules checkpoints)
    implements JobConfig {

  public TrainConfig {
    new Problems()
        .present("input", input, "give --input DATASET, a folder that seqlm prepare wrote")
        .present("output", output, "give --output RUN, a folder to write")
        .inRange("partitions", partitions, 0, 1_000_000)
        .require(
            engine != null && Engines.names().contains(engine),
            "engine must be " + String.join(" or ", Engines.names()) + ", but is " + engine)
        .throwIfAny();
    Problems together = new Problems();
    // A group that was refused is null here.
    if (training != null && averaging != null) {
      checkWindows(training.accumulate(), averaging, together);
      checkLengths(training, averaging, together);
    }
    if (training != null && training.schedule().kind() == Schedule.Kind.PLATEAU) {
      together
          .require(
              averaging == null || averaging.overlap() == Overlap.NONE,
              "training.schedule.kind plateau cannot go with averaging.overlap one-round: a round"
                  + " begins before the look that may change its learning rate: set"
                  + " averaging.overlap to none, or choose another kind")
          .require(
              validation == null || validation.every() != 0,
              "training.schedule.kind plateau needs looks at the validation split on the way, but"
                  + " validation.every is 0, only at the end: set validation.every, or choose"
                  + " another kind");
    }
    together.throwIfAny();
  }

  /** Checks that an update's learning rate is that of all its windows. */
  private static void checkLengths(Training training, Averaging averaging, Problems together) {
    boolean one =
        averaging.mode() == AveragingMode.GRADIENTS
            ? averaging.frequency() == 1
            : training.accumulate() == 1;
    together.require(
        one || training.window().kind() == WindowLengths.Kind.FIXED,
        "training.window.kind random gives each window a learning rate by its length, but here"
            + " several windows make one update (training.accumulate, or averaging.frequency where"
            + " averaging.mode is gradients): set training.window.kind to fixed, or the other to"
            + " 1");
  }

  /** Checks that no average cuts a group of windows that make one update. */
  private static void checkWindows(int accumulate, Averaging averaging, Problems together) {
    int frequency = averaging.frequency();
    int above = (frequency / accumulate + 1) * accumulate;
    together
        .require(
            frequency % accumulate == 0,
            "averaging.frequency must be a multiple of training.accumulate "
                + accumulate
                + ", but is "
                + frequency
                + ": set it to "
                + (above > accumulate ? above - accumulate + " or " : "")
                + above)
        .require(
            accumulate == 1 || averaging.interval().kind() == Interval.Kind.CONSTANT,
            "training.accumulate "
                + accumulate
                + " cannot go with averaging.interval.kind growing or drift, whose rounds are of"
                + " any length and would cut its groups: set averaging.interval.kind to constant,"
                + " or training.accumulate to 1")
        .require(
            accumulate == 1 || averaging.mode() != AveragingMode.GRADIENTS,
            "training.accumulate "
                + accumulate
                + " has no effect where averaging.mode is gradients, as all windows of a round make"
                + " one update: set averaging.frequency to so many, or leave it at 1");
  }

  /** The group {@code training}. */
  record Training(
      int batch,
      int timeSteps,
      Reading.Streams streams,
      WindowLengths window,
      double epochs,
      InnerOptimizer.Kind optimizer,
      InnerOptimizer.Settings optimizerSettings,
      int accumulate,
      double learningRate,
      double clipNorm,
      double clipValue,
      double labelSmoothing,
      ScheduledSampling scheduledSampling,
      Truncation truncation,
      Schedule schedule) {
    Training {
      new Problems()
          .inRange("training.batch", batch, 1, 65536)
          .inRange("training.time-steps", timeSteps, 1, 65536)
          .positive("training.epochs", epochs)
          .present("training.schedule", schedule, "a group with kind constant, linear and others")
          .require(
              learningRate > 0 && learningRate <= 1e6,
              "training.learning-rate must be greater than 0 and at most 1000000, but is "
                  + learningRate)
          .throwIfAny();
      var unused =
          new Recipe(
              new InnerOptimizer(optimizer, clipNorm, clipValue, optimizerSettings),
              accumulate,
              labelSmoothing,
              scheduledSampling,
              truncation);
      var unusedToo = new Reading(1, batch, timeSteps, streams, window);
    }

    Reading reading(int workers) {
      return new Reading(workers, batch, timeSteps, streams, window);
    }

    Recipe recipe() {
      return new Recipe(
          new InnerOptimizer(optimizer, clipNorm, clipValue, optimizerSettings),
          accumulate,
          labelSmoothing,
          scheduledSampling,
          truncation);
    }
  }

  /** The group {@code averaging}. */
  record Averaging(
      int workers,
      int frequency,
      Interval interval,
      AveragingMode mode,
      InnerMoments innerMoments,
      OuterOptimizer outer,
      Published.Kind published,
      double emaDecay,
      Overlap overlap,
      OnDivergence onDivergence) {
    Averaging {
      new Problems()
          .inRange("averaging.workers", workers, 1, 65536)
          .inRange("averaging.frequency", frequency, 1, 1_000_000)
          .present("averaging.interval", interval, "a group with kind constant, growing or drift")
          .present("averaging.mode", mode, "parameters or gradients")
          .throwIfAny();
      var unused =
          new NetworkTraining.Rounds(
              frequency,
              interval,
              innerMoments,
              outer,
              new Published(published, emaDecay),
              overlap,
              onDivergence,
              mode);
    }

    NetworkTraining.Rounds rounds() {
      return new NetworkTraining.Rounds(
          frequency,
          interval,
          innerMoments,
          outer,
          new Published(published, emaDecay),
          overlap,
          onDivergence,
          mode);
    }
  }

  /** The group {@code validation}. */
  record Validation(
      int every,
      long maxTokens,
      int patience,
      int sampleLength,
      double sampleTemperature,
      boolean diagnose) {
    Validation {
      new Problems()
          .atLeast("validation.every", every, 0)
          .atLeast("validation.max-tokens", maxTokens, 0)
          .atLeast("validation.patience", patience, 0)
          .inRange("validation.sample-length", sampleLength, 0, 100_000)
          .inRange("validation.sample-temperature", sampleTemperature, 0, 100)
          .require(
              patience == 0 || every != 0,
              "validation.patience "
                  + patience
                  + " needs looks at the validation split on the way, but validation.every is 0,"
                  + " only at the end: set validation.every, or validation.patience to 0")
          .throwIfAny();
    }

    /**
     * Whether a look is due after a round: every {@code every} rounds, and before the first of
     * these after 1, 2, 4, 8 … rounds, for a model learns most at the start.
     */
    boolean isDue(long round) {
      return every > 0 && (round % every == 0 || (round < every && Long.bitCount(round) == 1));
    }

    /** The looks after the rounds of a run; the last round always has one. */
    long due(long rounds) {
      return LongStream.rangeClosed(1, rounds)
          .filter(round -> round == rounds || isDue(round))
          .count();
    }

    /** Whether a run of validations without a better one may end after this many more. */
    boolean mayStop(int worse) {
      return patience > 0 && worse + 1 >= patience;
    }

    SamplingRules sampling() {
      return new SamplingRules(sampleTemperature, 0, 1);
    }
  }

  /** The group {@code checkpoints}. */
  record CheckpointRules(int every, int keep) {
    CheckpointRules {
      new Problems()
          .atLeast("checkpoints.every", every, 1)
          .atLeast("checkpoints.keep", keep, 1)
          .throwIfAny();
    }
  }

  /** How a text is dealt out. */
  Reading reading() {
    return training.reading(averaging.workers());
  }

  /** How it trains on a text. */
  public NetworkTraining.Settings settings() {
    return settings(reading());
  }

  /** How it trains on data that are dealt out so. */
  NetworkTraining.Settings settings(Dealing dealing) {
    return new NetworkTraining.Settings(
        engine,
        execution,
        dealing,
        training.recipe(),
        training.epochs(),
        training.learningRate(),
        training.schedule(),
        averaging.rounds(),
        seed,
        startFrom == null ? WarmStart.NONE : start,
        budget.limit());
  }

  @Override
  public JobFiles files() {
    JobFiles files = new JobFiles().reads("--input", input);
    replay.inputs().forEach(old -> files.reads("--replay", old));
    return files
        .readsModel("--start-from", startFrom)
        .writes("--output", output)
        .writes("--tensorboard", tensorboard);
  }
}
