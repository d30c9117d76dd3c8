package org.seqlm.job.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.dataset.SplitStatistics;
import org.seqlm.job.cli.Failures;
import org.seqlm.job.cli.JobContext;
import org.seqlm.kernels.KernelChoice;
import org.seqlm.lm.Sampler;
import org.seqlm.lm.Score;
import org.seqlm.lm.Spelling;
import org.seqlm.metrics.Divergence;
import org.seqlm.metrics.RoundMetrics;
import org.seqlm.metrics.ValidationMetrics;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.ParameterLayout;
import org.seqlm.neural.files.Checkpoint;
import org.seqlm.neural.files.Checkpoints;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.files.RunFolder;
import org.seqlm.neural.learner.Shard;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.spark.scoring.BroadcastModel;
import org.seqlm.spark.scoring.ScoringStep;
import org.seqlm.spark.task.Platform;
import org.seqlm.spark.training.Averaging;
import org.seqlm.spark.training.AveragingRound;
import org.seqlm.spark.training.DatasetTokenSource;
import org.seqlm.spark.training.LanguageModelTraining;
import org.seqlm.spark.training.SharedModel;
import org.seqlm.spark.training.WorkerStates;
import org.seqlm.text.Tokenizer;

/**
 * One run of {@code train}: rounds, validations, checkpoints, the best model. After every
 * checkpoint the folder holds all that is needed to go on as if nothing had happened.
 */
final class TrainRun {
  private final TrainConfig config;
  private final TrainCommand.Job job;
  private final TrainStart start;
  private final JobContext context;
  private final Configuration hadoop;
  private final Dataset dataset;
  private final NetworkSpec spec;
  private final RunFolder folder;
  private final RunFolder.RunFile run;
  private final Checkpoints checkpoints;
  private final JavaSparkContext spark;
  private final DatasetTokenSource source;
  private final LanguageModelTraining.Settings settings;
  private final List<String> metrics = new ArrayList<>();

  private LanguageModelTraining training;
  private WorkerStates states;
  private long tokens;
  private long skipped;
  private int bestRound = -1;
  private Double bestNats;
  private Double bestBits;
  private int worse;
  private double secondsBefore;
  private long started;
  private int lastCheckpoint = -1;
  private int lastValidation = -1;
  private KernelWatch kernels;

  TrainRun(TrainConfig config, JobContext context, TrainCommand.Job job, TrainStart start) {
    this.config = config;
    this.start = start;
    this.job = job;
    this.context = context;
    this.hadoop = context.hadoop();
    this.dataset = job.dataset();
    this.spec = job.spec();
    this.folder = start.folder();
    this.run = job.run();
    this.checkpoints = start.checkpoints();
    this.spark = context.sparkContext();
    this.source = new DatasetTokenSource(hadoop, dataset, Split.TRAIN);
    this.settings = config.settings();
  }

  TrainResult run() throws IOException {
    Integer resumedFrom = begin();
    long totalTokens = settings.totalTokens(source.tokens());
    context.progress().stage("train", tokens, totalTokens, "tokens");
    if (resumedFrom == null) {
      validate();
      checkpoint();
    } else {
      context.progress().message("resumed after round " + resumedFrom);
      lastValidation = resumedFrom;
    }
    double loss = Double.NaN;
    boolean stopped = false;
    while (!training.finished() && !stopped) {
      long before = System.nanoTime();
      boolean last = training.lastRound();
      AveragingRound.Outcome outcome = nextRound(keep(last));
      tokens += outcome.tokens();
      skipped += outcome.skipped();
      loss = outcome.loss();
      int round = training.position().round();
      RoundMetrics line =
          new RoundMetrics(
              round,
              epochs(),
              training.step(),
              tokens,
              loss,
              training.learningRate(training.step() - 1),
              (System.nanoTime() - before) * 1e-9);
      metrics.add(line("round", line));
      if (outcome.skipped() > 0) {
        tellSkipped(outcome, round);
      }
      kernels
          .see(KernelChoice.ofThisProcess(), outcome.kernels())
          .ifPresent(context.progress()::message);
      context
          .progress()
          .update(tokens, String.format(Locale.ROOT, "loss %.3f ppl %.2f", loss, Math.exp(loss)));
      if (config.validation().isDue(round) || training.finished()) {
        validate();
        stopped = config.validation().patience() > 0 && worse >= config.validation().patience();
      }
      if (round % config.checkpoints().every() == 0 || training.finished() || stopped) {
        checkpoint();
      }
    }
    TrainResult result = result(loss, stopped && !training.finished(), resumedFrom);
    folder.complete(result);
    return result;
  }

  /** Starts from initial parameters, or from a checkpoint; returns the latter's round. */
  private Integer begin() throws IOException {
    states = new WorkerStates(hadoop, RunFolder.states(hadoop, config.output()));
    int sliceTasks = config.partitions();
    started = System.nanoTime();
    folder.begin();
    setDamagedAside();
    Checkpoint from = start.from();
    folder.forgetMetricsAfter(from == null ? -1 : from.round());
    kernels =
        new KernelWatch(config.execution().kernels(), from == null ? List.of() : from.kernels());
    if (from == null) {
      float[] parameters = job.initialParameters(config.seed());
      training = training(Averaging.Position.start(settings.outer(), parameters), 0, sliceTasks);
      return null;
    }
    Checkpoints.Loaded loaded = checkpoints.load(from.round());
    tellPlatform(from);
    training =
        training(
            new Averaging.Position(
                from.round(),
                new SharedModel(loaded.parameters(), loaded.moments(), from.updates()),
                loaded.velocity(),
                from.states()),
            from.step(),
            sliceTasks);
    tokens = from.tokens();
    skipped = from.skipped();
    bestRound = from.bestRound();
    bestNats = from.bestNats();
    bestBits = from.bestBitsPerCharacter();
    worse = from.worse();
    secondsBefore = from.seconds();
    lastCheckpoint = from.round();
    return from.round();
  }

  private void setDamagedAside() throws IOException {
    for (Map.Entry<Integer, String> damaged : start.damaged().entrySet()) {
      context
          .progress()
          .message(
              "the checkpoint of round "
                  + damaged.getKey()
                  + " is of no use and is now "
                  + checkpoints.setAside(damaged.getKey())
                  + ": "
                  + damaged.getValue());
    }
    if (!start.damaged().isEmpty() && start.from() == null) {
      context.progress().message("no checkpoint of this run is whole: it starts over");
    }
  }

  /**
   * The same bits are promised by the same versions only. The processor does not count, but what
   * libraries chose for it; that is known after a round.
   */
  private void tellPlatform(Checkpoint from) {
    Map<String, String> now = Platform.describe(spark);
    List<String> changes =
        now.entrySet().stream()
            .filter(entry -> !entry.getKey().equals(Platform.PROCESSOR))
            .filter(entry -> !entry.getValue().equals(from.platform().get(entry.getKey())))
            .map(
                entry ->
                    entry.getKey()
                        + " was "
                        + from.platform().get(entry.getKey())
                        + ", now is "
                        + entry.getValue())
            .toList();
    if (!changes.isEmpty()) {
      context
          .progress()
          .message(
              "this run goes on elsewhere than it began, so its last bits may differ from an"
                  + " undisturbed one's: "
                  + String.join("; ", changes));
    }
  }

  /** States lie in files wherever a checkpoint may follow. */
  private AveragingRound.Keep keep(boolean last) {
    int round = training.position().round() + 1;
    boolean mayEnd =
        last || (config.validation().isDue(round) && config.validation().mayStop(worse));
    return mayEnd || round % config.checkpoints().every() == 0
        ? AveragingRound.Keep.FILES
        : AveragingRound.Keep.MEMORY;
  }

  private LanguageModelTraining training(
      Averaging.Position start, long localSteps, int sliceTasks) {
    return new LanguageModelTraining(
        spark, source, spec, settings, start, localSteps, states, sliceTasks);
  }

  /** A divergence is written down, and also names what is left to begin with. */
  private AveragingRound.Outcome nextRound(AveragingRound.Keep keep) throws IOException {
    try {
      return training.nextRound(keep);
    } catch (UserException e) {
      if (e.exitCode() != ExitCode.DIVERGED) {
        throw e;
      }
      // In the segment of a round that was never trained: whoever goes on forgets it.
      int round = training.position().round() + 1;
      metrics.add(line("divergence", new Divergence(round, e.getMessage())));
      try {
        folder.writeMetrics(round, metrics);
      } catch (IOException unwritten) {
        context
            .progress()
            .message(
                "the divergence of round "
                    + round
                    + " is not in the run's metrics: "
                    + Failures.oneLine(unwritten));
      }
      throw UserException.diverged(
          e.getMessage()
              + ", and begin another run with that at the last good checkpoint: --start-from "
              + checkpoints.path(lastCheckpoint)
              + " --output ANOTHER");
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

  private double epochs() {
    return settings.epochs(source.tokens(), training.step());
  }

  /** Of training, earlier processes' included. */
  private double seconds() {
    return secondsBefore + (System.nanoTime() - started) * 1e-9;
  }

  private RecurrentLanguageModel model() throws IOException {
    return new RecurrentLanguageModel(
        spec, training.position().model().parameters(), dataset.vocabulary());
  }

  /** Scores the validation split, draws a sample, and publishes the model if it is the best. */
  private void validate() throws IOException {
    int round = training.position().round();
    if (round == lastValidation) {
      return;
    }
    lastValidation = round;
    RecurrentLanguageModel model = model();
    String sample = sample(model);
    long held = dataset.tokens(Split.VALID);
    if (held == 0) {
      publish(model, round, null);
      return;
    }
    long max = config.validation().maxTokens() == 0 ? held : config.validation().maxTokens();
    Score score;
    try (BroadcastModel supplier =
        new BroadcastModel(spark, model, dataset.details().rules().kind())) {
      score = ScoringStep.score(spark, dataset, Split.VALID, max, supplier, null).score();
    }
    double nats = score.natsPerToken();
    ValidationMetrics line =
        new ValidationMetrics(
            round, tokens, nats, score.perplexity(), bitsPerCharacter(score, held), sample);
    metrics.add(line("validation", line));
    context
        .progress()
        .message(
            String.format(
                Locale.ROOT,
                "round %d, %,d tokens: validation %.4f nats a token, perplexity %.3f%s",
                round,
                tokens,
                nats,
                score.perplexity(),
                sample.isEmpty() ? "" : "\n" + sample.indent(2).stripTrailing()));
    if (bestNats == null || nats < bestNats) {
      bestNats = nats;
      bestBits = line.bitsPerCharacter();
      worse = 0;
      publish(model, round, nats);
    } else {
      worse++;
    }
  }

  /** The characters of a part of the split are taken in proportion to its tokens. */
  private double bitsPerCharacter(Score score, long held) {
    SplitStatistics statistics = dataset.details().splits().get(Split.VALID);
    double part = (double) score.tokens() / held;
    double spelling =
        statistics.unknown() == 0
            ? 0
            : Spelling.nats(statistics.unknown(), statistics.unknownBytes()) * part;
    return (score.nats() + spelling) / Math.log(2) / (statistics.characters() * part);
  }

  private String sample(RecurrentLanguageModel model) {
    int length = config.validation().sampleLength();
    if (length == 0) {
      return "";
    }
    // The same random numbers each time: what changes is the model.
    long seed = KeyedRandom.of(config.seed(), "sample").bits(0);
    int[] drawn = new Sampler(model, new int[0], config.validation().sampling(), seed).draw(length);
    List<String> words = new ArrayList<>();
    for (int token : drawn) {
      words.add(model.vocabulary().token(token));
    }
    return Tokenizer.of(dataset.details().rules()).detokenize(words);
  }

  private void publish(RecurrentLanguageModel model, int round, Double nats) throws IOException {
    bestRound = round;
    ModelArtifact.write(
        hadoop,
        folder.model(),
        model,
        dataset.details().rules(),
        run.inputs(),
        config,
        config.seed(),
        new ModelArtifact.ModelDetails(
            spec.title(),
            model.parameters().length,
            model.vocabulary().fingerprint(),
            round,
            tokens,
            nats));
  }

  private void checkpoint() throws IOException {
    Averaging.Position position = training.position();
    folder.writeMetrics(position.round(), metrics);
    metrics.clear();
    Checkpoint checkpoint =
        new Checkpoint(
            position.round(),
            training.step(),
            tokens,
            skipped,
            position.states(),
            position.model().updates(),
            bestRound,
            bestNats,
            bestBits,
            worse,
            seconds(),
            dataset.vocabulary().fingerprint(),
            Platform.describe(spark),
            kernels.all());
    checkpoints.write(
        new Checkpoints.Loaded(
            checkpoint,
            position.model().parameters(),
            position.velocity(),
            position.model().moments()),
        config.seed());
    lastCheckpoint = position.round();
    checkpoints.prune(config.checkpoints().keep());
    Set<Integer> keep = new HashSet<>(checkpoints.rounds());
    states.deleteExcept(keep);
  }

  private static String line(String type, Object values) {
    ObjectNode node = Json.mapper().createObjectNode().put("type", type);
    node.setAll((ObjectNode) Json.tree(values));
    return Json.line(node);
  }

  private TrainResult result(double loss, boolean stopped, Integer resumedFrom) {
    double seconds = seconds();
    long leftOut = 0;
    for (int k = 0; k < settings.workers(); k++) {
      leftOut +=
          Shard.of(k, settings.workers(), source.tokens(), settings.batch(), settings.timeSteps())
              .remainder();
    }
    return new TrainResult(
        config.output(),
        folder.model(),
        spec.title(),
        ParameterLayout.of(spec).size(),
        spec.vocabulary(),
        training.position().round(),
        training.step(),
        epochs(),
        tokens,
        skipped,
        leftOut,
        Double.isNaN(loss) ? null : loss,
        bestRound,
        bestNats,
        bestNats == null ? null : Math.exp(bestNats),
        bestBits,
        stopped,
        resumedFrom,
        kernels.all(),
        seconds,
        tokens / seconds);
  }
}
