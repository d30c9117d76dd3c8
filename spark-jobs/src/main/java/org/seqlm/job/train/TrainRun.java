package org.seqlm.job.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.job.cli.Failures;
import org.seqlm.job.cli.JobContext;
import org.seqlm.kernels.KernelChoice;
import org.seqlm.metrics.Advice;
import org.seqlm.metrics.AdviceRules;
import org.seqlm.metrics.Divergence;
import org.seqlm.metrics.RoundMetrics;
import org.seqlm.metrics.TrainingMetrics;
import org.seqlm.neural.files.Checkpoint;
import org.seqlm.neural.files.RunFolder;
import org.seqlm.neural.files.RunView;
import org.seqlm.neural.optimizer.LearningRates;
import org.seqlm.neural.optimizer.Plateau;
import org.seqlm.neural.optimizer.Schedule;
import org.seqlm.spark.feed.Feed;
import org.seqlm.spark.task.ExecutorLosses;
import org.seqlm.spark.task.GpuClashes;
import org.seqlm.spark.task.GpuStages;
import org.seqlm.spark.task.Platform;
import org.seqlm.spark.training.Averaging;
import org.seqlm.spark.training.AveragingRound;
import org.seqlm.spark.training.NetworkTraining;
import org.seqlm.spark.training.WorkerStates;
import org.seqlm.spark.watch.JobNames;

/**
 * One run of {@code train}: the loop of rounds, and when it validates, checkpoints and ends. {@link
 * TrainLooks} looks at models, {@link TrainCheckpoints} keeps what the run goes on from, {@link
 * TrainMetrics} what it tells.
 */
final class TrainRun {
  /** Workers that a round's line tells of. */
  private static final int MOST_TOLD = RoundMetrics.MOST_WORKERS;

  /** Workers of all rounds' lines that advice is made of: some 200 MB. */
  private static final long MOST_LINES = 100_000;

  private final TrainConfig config;
  private final TrainJob job;
  private final TrainStart start;
  private final JobContext context;
  private final RunFolder folder;
  private final JavaSparkContext spark;
  private final Feed feed;
  private final NetworkTraining.Settings settings;
  private final TrainBoard board;
  private final TrainMetrics metrics;
  private final TrainCheckpoints checkpoints;
  private final TrainLooks validation;
  private final KernelWatch kernels;
  private final GpuClashes clashes = new GpuClashes();
  private final ExecutorLosses losses;

  private WorkerStates states;
  private LearningRates rates;
  private Plateau plateau; // null if the schedule is none
  private NetworkTraining training;
  private long tokens;
  private long skipped;
  private long replayed;
  private double secondsBefore;
  private long started;
  private double elapsed; // of training, when the last round was over
  private Double checkpointSeconds; // of the last, until a round tells it

  TrainRun(JobContext context, TrainJob job, TrainStart start) throws IOException {
    this.config = job.config();
    this.start = start;
    this.job = job;
    this.context = context;
    this.folder = start.folder();
    this.spark = context.sparkContext();
    this.feed = job.feed(context.hadoop());
    this.settings = job.settings();
    board =
        TrainBoard.open(
            context.hadoop(),
            config.tensorboard(),
            start.from() == null
                ? TrainBoard.Begin.AFRESH
                : new TrainBoard.Begin(start.from().tokens(), start.from().elapsed()),
            job.unit(),
            config,
            context.progress());
    metrics = new TrainMetrics(folder, board);
    checkpoints = new TrainCheckpoints(config, context, start, metrics);
    validation = new TrainLooks(context, job, start, job.look(context, metrics));
    kernels = KernelWatch.after(start.from(), config.execution());
    losses = new ExecutorLosses(spark, config.budget().losses());
  }

  /**
   * Trains to the end.
   *
   * @throws UserException with exit code 5 if another process has become the run's writer
   */
  TrainResult run() throws IOException {
    try (board;
        losses;
        validation) {
      return train();
    } catch (UserException | UncheckedIOException | IOException e) {
      try {
        folder.requireWriter();
      } catch (IOException unknown) {
        e.addSuppressed(unknown); // who writes the run now cannot be told
      }
      throw e;
    }
  }

  private TrainResult train() throws IOException {
    begin();
    try (NetworkTraining atWork = training) {
      return rounds();
    }
  }

  private TrainResult rounds() throws IOException {
    Integer resumedFrom = start.from() == null ? null : start.from().round();
    context
        .progress()
        .stage(
            "train",
            tokens,
            tokens + settings.tokensOf(feed.units(), training.step(), rates.total()),
            job.unit());
    TrainFigures.begin(
        training.position().round(), settings.rounds(feed.units()), settings.workers(), tokens);
    if (resumedFrom == null) {
      validate();
      checkpoint();
    } else {
      context.progress().message("resumed after round " + resumedFrom);
    }
    double loss = Double.NaN;
    // A kill after the last look and before the end trains no further round.
    boolean stopped = resumedFrom != null && validation.stops();
    String spent = null;
    while (!training.finished() && !stopped && spent == null) {
      loss = round();
      int round = training.position().round();
      spent = spent();
      boolean last = training.finished() || spent != null;
      if (validation.isDue(round) || last) {
        validate();
        stopped = validation.stops();
        last |= stopped;
      }
      if (last) {
        training.close(); // of what has begun ahead nothing is to stay
      }
      if (checkpoints.isDue(round) || last) {
        checkpoint();
      }
      if (!last) {
        losses.afterRound();
      }
    }
    TrainResult result = result(loss, stopped && !training.finished(), spent, resumedFrom);
    folder.complete(result);
    return result;
  }

  /** Starts from initial parameters, or from a checkpoint. */
  private void begin() throws IOException {
    started = System.nanoTime();
    Checkpoint from = start.from();
    checkpoints.tellDamaged();
    states =
        new WorkerStates(
            context.hadoop(), RunFolder.states(context.hadoop(), config.output()), folder.writer());
    checkpoints.begin(states);
    rates = start.on().rates();
    if (settings.schedule().kind() == Schedule.Kind.PLATEAU) {
      Plateau before = from == null ? null : from.plateau();
      plateau = (before == null ? Plateau.BEGINNING : before).with(rates.falls());
    }
    if (from == null) {
      float[] parameters = job.initialParameters();
      training = training(Averaging.Position.start(settings.outerStep(), parameters), 0);
      return;
    }
    training = training(regrouped(checkpoints.load()), start.on().step());
    tokens = from.tokens();
    skipped = from.skipped() + start.on().dropped();
    replayed = from.replayed();
    secondsBefore = from.seconds();
    elapsed = from.elapsed();
    if (from.bestRound() >= 0 && from.bestRound() != start.model()) {
      validation.restore(checkpoints.model(from.bestRound()));
    }
    validation.compareAlike();
    if (start.on().changes()) {
      validation.beginPatience();
    }
  }

  /** With the states of other workers, if they change here. */
  private Averaging.Position regrouped(Averaging.Position from) throws IOException {
    return start.on().changesWorkers(settings)
        ? from.withWorkers(
            states.regrouped(from.states(), from.round(), start.on().step(), settings.workers()))
        : from;
  }

  private NetworkTraining training(Averaging.Position from, long localSteps) {
    return new NetworkTraining(
        spark, feed, job.network(), settings, rates, from, localSteps, states, config.partitions());
  }

  /** Trains a round and tells of it; returns its mean loss in nats. */
  private double round() throws IOException {
    RoundRecorder recorder = new RoundRecorder(settings);
    long first = training.step();
    AveragingRound.Outcome outcome = nextRound();
    tokens += outcome.tokens();
    skipped += outcome.skipped();
    replayed += job.replayed(outcome.reports(), first, training.step());
    double loss = outcome.loss();
    elapsed = seconds();
    int round = training.position().round();
    RoundMetrics line =
        recorder.record(
            new RoundRecorder.Progress(
                round,
                epochs(),
                training.step(),
                tokens,
                replayed(),
                training.learningRate(training.step() - 1),
                checkpointSeconds,
                elapsed),
            outcome,
            GpuStages.of(spark, settings.execution()).slots());
    metrics.add("round", line);
    TrainFigures.round(line, outcome);
    checkpointSeconds = null;
    if (outcome.skipped() > 0) {
      tellSkipped(outcome, round);
    }
    kernels
        .see(KernelChoice.ofThisProcess(), outcome.kernels())
        .ifPresent(context.progress()::message);
    clashes.see(spark).ifPresent(context.progress()::message);
    context
        .progress()
        .update(
            tokens,
            elapsed,
            job.vocabularySize() == null
                ? String.format(Locale.ROOT, "loss %.3f", loss)
                : String.format(Locale.ROOT, "loss %.3f ppl %.2f", loss, Math.exp(loss)));
    return loss;
  }

  /**
   * Why the round that has ended is the last one before the planned end; null if it is not. A round
   * that kept its states in memory never is: the next one keeps them in files.
   */
  private String spent() {
    return training.finished() || training.position().states().isEmpty()
        ? null
        : config.budget().spent(seconds(), Instant.now());
  }

  /** States lie in files wherever a checkpoint may follow a round. */
  private AveragingRound.Keep keep(NetworkTraining.Upcoming round) {
    return round.isLast()
            || validation.mayStopAt(round.number())
            || checkpoints.isDue(round.number())
            || config.budget().spent(seconds(), Instant.now()) != null
        ? AveragingRound.Keep.FILES
        : AveragingRound.Keep.MEMORY;
  }

  /** A divergence is written down, and also names what is left to begin with. */
  private AveragingRound.Outcome nextRound() throws IOException {
    try {
      return training.nextRound(this::keep);
    } catch (UserException e) {
      if (e.exitCode() != ExitCode.DIVERGED) {
        throw e;
      }
      // In the file of a round that was never trained: whoever goes on forgets it.
      int round = training.position().round() + 1;
      metrics.add("divergence", new Divergence(round, e.getMessage()));
      try {
        metrics.write(round);
        folder.commitMetrics();
      } catch (IOException | UserException unwritten) {
        context
            .progress()
            .message(
                "the divergence of round "
                    + round
                    + " is not in the run's metrics: "
                    + Failures.oneLine(unwritten));
      }
      throw UserException.diverged(e.getMessage() + "; then " + checkpoints.afterDivergence(), e);
    }
  }

  private void tellSkipped(AveragingRound.Outcome outcome, int round) {
    outcome.reports().stream()
        .filter(report -> report.rejected() != null)
        .forEach(
            report ->
                context
                    .progress()
                    .message(
                        "round "
                            + round
                            + ": worker "
                            + report.worker()
                            + " skipped, "
                            + report.rejected()));
  }

  /** Old tokens trained so far; null where none are replayed. */
  private Long replayed() {
    return job.replays() ? Long.valueOf(replayed) : null;
  }

  private double epochs() {
    return settings.epochs(feed.units(), training.step());
  }

  /** Of training, earlier processes' included. */
  private double seconds() {
    return secondsBefore + (System.nanoTime() - started) * 1e-9;
  }

  private void validate() throws IOException {
    OptionalDouble nats;
    try (JobNames.Named named =
        JobNames.described(spark, "the look after round " + training.position().round())) {
      nats = validation.look(training.position(), tokens);
    }
    nats.ifPresent(seen -> TrainFigures.look(seen, validation.best().nats()));
    if (plateau == null || nats.isEmpty()) {
      return;
    }
    plateau = plateau.seen(settings.schedule(), nats.getAsDouble(), training.step());
    if (plateau.falls().size() > rates.falls().size()) {
      rates = rates.with(plateau.falls());
      training.goOnWith(rates);
      context
          .progress()
          .message(
              String.format(
                  Locale.ROOT,
                  "round %d: no better for %d looks, the learning rate falls to %.4g",
                  training.position().round(),
                  settings.schedule().patience(),
                  training.learningRate(training.step())));
    }
  }

  private void checkpoint() throws IOException {
    long before = System.nanoTime();
    Averaging.Position position = training.position();
    TrainLooks.Best best = validation.best();
    checkpoints.write(
        new Checkpoint(
            position.round(),
            training.step(),
            tokens,
            skipped,
            replayed,
            position.states(),
            position.model().updates(),
            position.interval(),
            best.round(),
            best.nats(),
            best.bitsPerCharacter(),
            best.metric(),
            best.worse(),
            best.of(),
            rates.lengths(),
            plateau,
            seconds(),
            elapsed,
            job.fingerprint(),
            Platform.describe(spark),
            kernels.all()),
        position,
        training.atWork());
    checkpointSeconds = (System.nanoTime() - before) * 1e-9;
  }

  private TrainResult result(double loss, boolean stopped, String spent, Integer resumedFrom)
      throws IOException {
    TrainLooks.Best best = validation.best();
    return new TrainResult(
        config.output(),
        folder.model(),
        job.network().title(),
        job.network().layout().size(),
        job.vocabularySize(),
        training.position().round(),
        training.step(),
        epochs(),
        tokens,
        replayed(),
        skipped,
        settings.dealing().remainder(feed.units()),
        Double.isNaN(loss) ? null : loss,
        best.round(),
        best.nats(),
        best.nats() == null || job.vocabularySize() == null ? null : Math.exp(best.nats()),
        best.bitsPerCharacter(),
        best.seen() == null ? null : best.seen().metric(),
        stopped,
        stopped
            ? "patience: " + config.validation().patience() + " looks"
            : spent == null ? job.plannedEnd() : spent,
        resumedFrom,
        kernels.all(),
        elapsed,
        TrainingMetrics.rate(tokens, elapsed),
        job.unit(),
        advice());
  }

  /**
   * By all that the run has told, earlier processes' rounds included; damage takes none away. It is
   * held at once, so of a longer run there is none, and no failure of it keeps a run from its end.
   */
  private List<Advice> advice() {
    long lines = (long) training.position().round() * Math.min(MOST_TOLD, settings.workers());
    if (lines > MOST_LINES) {
      return List.of();
    }
    try {
      RunView run = RunView.find(context.hadoop(), config.output());
      return run == null
          ? List.of()
          : AdviceRules.of(
              TrainingMetrics.read(run.metrics(damage -> {}), (line, damage) -> {}),
              run.manifest().config());
    } catch (IOException | RuntimeException e) {
      context.progress().message("no advice: " + Failures.oneLine(e));
      return List.of();
    }
  }
}
