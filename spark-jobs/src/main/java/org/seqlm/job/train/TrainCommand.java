package org.seqlm.job.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.UserException;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.Counted;
import org.seqlm.job.cli.Devices;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.train.config.ChosenKeys;
import org.seqlm.job.train.config.ExampleDefaults;
import org.seqlm.neural.files.Checkpoints;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.files.RunFolder;
import org.seqlm.neural.files.RunView;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.AveragingMode;
import org.seqlm.neural.optimizer.Interval;
import org.seqlm.registry.RegistryPath;
import org.seqlm.spark.doctor.QuickCheck;
import org.seqlm.spark.training.Engines;
import org.seqlm.spark.training.NetworkTraining;
import org.seqlm.spark.training.WorkerStates;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm train}: a recurrent language model, trained by parameter averaging. */
@Command(
    name = "train",
    description = {
      "Trains a recurrent language model on a dataset, or the network of their task on labelled"
          + " examples, by averaging workers on Spark.",
      "A run that was stopped goes on from its last checkpoint when started again.",
      "",
      "Example: seqlm train --input dataset --output run --hidden 256 --epochs 3",
      "",
      "Of examples other values are defaults: conf/train-examples.yaml."
    })
public final class TrainCommand extends JobCommand<TrainConfig, TrainResult> {
  @Option(
      names = "--input",
      paramLabel = "DATASET",
      description = "A folder that seqlm prepare wrote.")
  String input;

  @Option(names = "--output", paramLabel = "RUN", description = "The run's folder.")
  String output;

  @Option(
      names = "--tensorboard",
      paramLabel = "DIR",
      description = "Write TensorBoard's event files there while it trains.")
  String tensorboard;

  @Option(
      names = "--start-from",
      paramLabel = "MODEL",
      description =
          "A run, model or checkpoint of the same network whose parameters to begin with; the"
              + " dataset's vocabulary is its own or extends it (prepare --vocabulary-from).")
  String startFrom;

  @Option(
      names = "--replay",
      paramLabel = "DATASET",
      description = "Mix in excerpts of an older dataset; may be given several times.")
  List<String> replay;

  @Option(
      names = "--replay-share",
      paramLabel = "P",
      description = "Of a pass's tokens that are old, 0 to 0.9.")
  Double replayShare;

  @Option(
      names = "--hours",
      paramLabel = "N",
      description = "End after the round in which it has trained for so long.")
  Double hours;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "End after the round that runs then, for instance 2026-05-01T05:30:00Z.")
  String until;

  @Option(names = "--engine", paramLabel = "NAME", description = "What trains: dl4j or torch.")
  String engine;

  @Option(names = "--device", paramLabel = "NAME", description = "auto, cpu or cuda.")
  String device;

  @Option(names = "--precision", paramLabel = "NAME", description = "float32, tf32 (GPUs) or bf16.")
  String precision;

  @Option(
      names = "--kernels",
      paramLabel = "NAME",
      description = "native, or portable: the same bits on any x86-64 with AVX2.")
  String kernels;

  @Option(
      names = "--resume",
      description = {
        "Go on with the run in --output, or fail if there is none;",
        "with more --epochs, also with a finished one."
      })
  boolean resume;

  @Option(
      names = "--change-workers",
      description = {
        "With --resume and another --workers: the new ones begin with the next pass.",
      })
  boolean changeWorkers;

  @Option(names = "--workers", paramLabel = "K", description = "Logical workers to average.")
  Integer workers;

  @Option(
      names = "--frequency",
      paramLabel = "H",
      description = "Local steps between two averages.")
  Integer frequency;

  @Option(
      names = "--cell",
      paramLabel = "NAME",
      description = "lstm, gru, gru-reset-after, gru-simplified, rnn or rnn-lag-2.")
  String cell;

  @Option(names = "--layers", paramLabel = "N", description = "Recurrent layers.")
  Integer layers;

  @Option(names = "--hidden", paramLabel = "N", description = "Width of a layer.")
  Integer hidden;

  @Option(
      names = "--embedding",
      paramLabel = "N",
      description = "Width of the tokens' vectors; 0 for one-hot input.")
  Integer embedding;

  @Option(
      names = "--dropout",
      paramLabel = "P",
      description = "Of what each recurrent layer passes on, the last one too; 0 to 0.95.")
  Double dropout;

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the text.")
  Double epochs;

  @Option(names = "--batch", paramLabel = "B", description = "Sequences of one worker.")
  Integer batch;

  @Option(names = "--time-steps", paramLabel = "T", description = "Tokens of a window.")
  Integer timeSteps;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      description = "adam, adamw, sgd, momentum, nesterov, rmsprop or adagrad.")
  String optimizer;

  @Option(names = "--learning-rate", paramLabel = "R", description = "Before its schedule.")
  Double learningRate;

  public TrainCommand() {
    super(TrainConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("input", input)
        .put("output", output)
        .put("start-from", startFrom)
        .put("tensorboard", tensorboard)
        .put("replay.inputs", replay)
        .put("replay.share", replayShare)
        .put("budget.hours", hours)
        .put("budget.until", until)
        .put("engine", engine)
        .put("execution.device", device)
        .put("execution.precision", precision)
        .put("execution.kernels", kernels)
        .put("averaging.workers", workers)
        .put("averaging.frequency", frequency)
        .put("network.cell", cell)
        .put("network.layers", layers)
        .put("network.hidden", hidden)
        .put("network.dropout", dropout)
        .put("training.epochs", epochs)
        .put("training.batch", batch)
        .put("training.time-steps", timeSteps)
        .put("training.optimizer", optimizer)
        .put("training.learning-rate", learningRate);
    if (embedding != null && embedding == 0) {
      overrides.put("network.input", "one-hot");
    } else {
      overrides
          .put("network.input", embedding == null ? null : "embedding")
          .put("network.embedding", embedding);
    }
  }

  @Override
  protected ObjectNode defaultsFor(ObjectNode given, JobContext context) {
    return ExampleDefaults.of(given, context.hadoop());
  }

  /** Whether the caller lets the number of workers change on the way. */
  private TrainStart.Workers workersMode() {
    if (changeWorkers && !resume) {
      throw UserException.configuration(
          "--change-workers is of a run that goes on: give --resume with it, or leave it out");
    }
    return changeWorkers ? TrainStart.Workers.MAY_CHANGE : TrainStart.Workers.SAME;
  }

  private RunFolder.Resume resumeMode() {
    return resume ? RunFolder.Resume.REQUIRED : RunFolder.Resume.IF_POSSIBLE;
  }

  /** Whether training by a configuration would find its run complete. */
  public static boolean isDone(TrainConfig config, Configuration hadoop) throws IOException {
    RunView run = RunView.find(hadoop, config.output());
    if (run == null || !run.isComplete()) {
      return false;
    }
    TrainJob of = TrainJob.of(config, hadoop);
    RunFolder.Identity job = of.run();
    return run.manifest().inputs().equals(job.inputs())
        && TrainStart.rules(of.config())
            .conflicts(run.manifest().config(), job.config(), RunFolder.Resume.IF_POSSIBLE)
            .isEmpty();
  }

  /**
   * By which keys the network of a configuration differs from that of the model which it starts
   * from, for before there is a dataset.
   */
  public static List<LanguageNetwork.Difference> otherNetwork(
      TrainConfig config, Configuration hadoop) throws IOException {
    LanguageNetwork model =
        ModelArtifact.network(hadoop, RegistryPath.model(hadoop, config.startFrom()));
    return config.network().spec(model.vocabulary(), model).differing(model);
  }

  @Override
  public String plan(TrainConfig config, JobContext context) throws Exception {
    Configuration hadoop = context.hadoop();
    TrainJob job = TrainJob.of(config, hadoop);
    job.check();
    TrainStart start = TrainStart.find(context, job, resumeMode(), workersMode(), states -> null);
    NetworkTraining.Settings settings = job.settings();
    long units = job.units();
    TrainCost cost = job.cost();
    TrainCost.Limits limits =
        TrainCost.Limits.of(context.sparkConf(), settings.execution(), settings.workers());
    List<String> warnings = cost.check(limits);
    StringBuilder text =
        new StringBuilder(cost.text()).append('\n').append(cost.besideHeap(limits));
    warnings.forEach(line -> text.append("may not fit: ").append(line).append('\n'));
    job.warnings().forEach(line -> text.append(line).append('\n'));
    job.notes().forEach(line -> text.append(line).append('\n'));
    start.notes(job).forEach(line -> text.append(line).append('\n'));
    if (start.from() == null) {
      job.startNotes().forEach(line -> text.append(line).append('\n'));
    }
    List<String> chosen = ChosenKeys.of(config.network(), job.network());
    if (!chosen.isEmpty()) {
      text.append("chosen: ").append(String.join(", ", chosen)).append('\n');
    }
    return text
        + String.format(
            Locale.ROOT,
            "%s: %,d parameters%s%n" + "%,d training %s, %s, %s of %,d each, %s%s%s%n" + "%s %s",
            job.network().title(),
            job.network().layout().size(),
            job.vocabularySize() == null
                ? ""
                : String.format(Locale.ROOT, " over %,d tokens", job.vocabularySize()),
            units,
            job.unit(),
            Counted.of(settings.workers(), "worker"),
            Counted.of(start.on().rates().total(), "step"),
            settings.batch() * settings.timeSteps(),
            settings.rounds().interval().kind() == Interval.Kind.DRIFT ? "at most " : "",
            Counted.of(settings.rounds(units), "round"),
            settings.rounds().mode() == AveragingMode.GRADIENTS ? " of one update each" : "",
            switch (start.folder().found()) {
              case NOTHING -> "writes";
              case UNFINISHED -> "goes on with";
              case COMPLETE -> "extends";
            },
            config.output());
  }

  @Override
  public TrainResult run(TrainConfig config, JobContext context) throws Exception {
    return run(config, context, resumeMode(), workersMode());
  }

  static TrainResult run(
      TrainConfig config, JobContext context, RunFolder.Resume resume, TrainStart.Workers workers)
      throws IOException {
    context.pin(config.execution().kernels());
    context.collectParameters();
    Configuration hadoop = context.hadoop();
    TrainJob job = TrainJob.of(config, hadoop);
    // All that can be wrong is found before anything is written or started.
    List<String> warnings = check(context, job);
    TrainStart start = start(context, job, resume, workers);
    context.progress().message(job.cost().text());
    QuickCheck.nativesWarning().ifPresent(context.progress()::message);
    warnings.forEach(context.progress()::message);
    job.notes().forEach(context.progress()::message);
    start.notes(job).forEach(context.progress()::message);
    if (start.from() == null) {
      job.startNotes().forEach(context.progress()::message);
    }
    return new TrainRun(context, job, start).run();
  }

  /**
   * Finds what is wrong with a training before any of it is done, wherever it is to be written.
   *
   * @return what may not fit, has no effect, or has less than it seems
   * @throws UserException with exit code 2, 3 or 5
   */
  public static List<String> check(TrainConfig config, JobContext context) throws IOException {
    return check(context, TrainJob.of(config, context.hadoop()));
  }

  /**
   * The configuration that a file is for {@code --config}.
   *
   * @param output stronger than the file's; null for the file's
   */
  public static TrainConfig read(String file, String output, JobContext context) {
    return ConfigLoader.load(
        "train",
        TrainConfig.class,
        context.hadoop(),
        file,
        List.of(),
        new FlagValues().put("output", output).tree(),
        given -> ExampleDefaults.of(given, context.hadoop()));
  }

  /**
   * What memory a training needs, as far as it is known before.
   *
   * @param needed in a few words
   * @param problems what of it may not fit, a line each with what to do
   */
  public record Memory(String needed, List<String> problems) {}

  /**
   * The memory that a training needs, against what the settings of this session give.
   *
   * @throws UserException with exit code 2 if it cannot fit, or 3 if its input cannot be read
   */
  public static Memory memory(TrainConfig config, JobContext context) throws IOException {
    TrainCost cost = TrainJob.of(config, context.hadoop()).cost();
    return new Memory(cost.memoryText(), cost.check(limits(config, context)));
  }

  private static TrainCost.Limits limits(TrainConfig config, JobContext context) {
    return TrainCost.Limits.of(
        context.sparkConf(), config.execution(), config.averaging().workers());
  }

  private static List<String> check(JobContext context, TrainJob job) throws IOException {
    TrainConfig config = job.config();
    job.check();
    Devices.check(Engines.named(config.engine()), config.execution(), context.sparkConf());
    List<String> warnings = new ArrayList<>();
    job.cost().check(limits(config, context)).forEach(line -> warnings.add("may not fit: " + line));
    warnings.addAll(job.warnings());
    return warnings;
  }

  /** Finds where to begin, and becomes the run's writer there. */
  private static TrainStart start(
      JobContext context, TrainJob job, RunFolder.Resume resume, TrainStart.Workers workers)
      throws IOException {
    TrainConfig config = job.config();
    Configuration hadoop = context.hadoop();
    Checkpoints.States states =
        files ->
            new WorkerStates(hadoop, RunFolder.states(hadoop, config.output()))
                .problem(context.sparkContext(), files);
    TrainStart start = TrainStart.find(context, job, resume, workers, states);
    if (start.from() == null && config.budget().isPast(Instant.now())) {
      throw UserException.configuration(
          "budget.until "
              + config.budget().until()
              + " is past, so the run would end before it began: give a later time, or none");
    }
    tellLiving(start, context);
    TrainBoard.check(hadoop, config.tensorboard());
    if (!start.begin()) {
      // Another seqlm train is at work there. If this one may go on with its run, it does.
      TrainStart.find(context, job, resume, workers, states);
      context.progress().message("another seqlm train writes the run: this one takes it over");
      RunFolder.fence(hadoop, config.output());
      start = TrainStart.find(context, job, resume, workers, states);
      if (!start.begin()) {
        throw UserException.platform(
            "output "
                + config.output()
                + " is taken over by one seqlm train after the other: see to it that one is"
                + " started, and start it again");
      }
    }
    return start;
  }

  /** Seconds after which nobody is taken for alive who wrote a run. */
  private static final double LIVING = 600;

  /** Who takes a run over from a process that is at work should know that it ends. */
  private static void tellLiving(TrainStart start, JobContext context) throws IOException {
    double seconds = start.folder().secondsSinceWritten();
    if (start.folder().found() == RunFolder.Found.UNFINISHED && seconds < LIVING) {
      context
          .progress()
          .message(
              String.format(
                  Locale.ROOT,
                  "the run was last written %.0f s ago: if another seqlm train is still at work on"
                      + " it, that one ends now",
                  seconds));
    }
  }

  @Override
  public String summary(TrainConfig config, TrainResult result) {
    return TrainSummary.of(config, result);
  }
}
