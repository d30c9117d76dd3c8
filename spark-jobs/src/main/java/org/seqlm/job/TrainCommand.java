package org.seqlm.job;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.Problems;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.ModelArtifact;
import org.seqlm.artifact.ResumeRules;
import org.seqlm.artifact.RunFolder;
import org.seqlm.artifact.Sha256;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.neural.InitialParameters;
import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.ParameterLayout;
import org.seqlm.neural.RecurrentLanguageModel;
import org.seqlm.neural.Shard;
import org.seqlm.spark.Engines;
import org.seqlm.spark.LanguageModelTraining;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm train}: a recurrent language model, trained by parameter averaging. */
@Command(
    name = "train",
    description = {
      "Trains a recurrent language model on a dataset, by averaging workers on Spark.",
      "A run that was stopped goes on from its last checkpoint when started again."
    })
final class TrainCommand extends JobCommand<TrainConfig, TrainResult> {
  @Option(
      names = "--input",
      paramLabel = "DATASET",
      description = "A folder that seqlm prepare wrote.")
  String input;

  @Option(names = "--output", paramLabel = "RUN", description = "The run's folder.")
  String output;

  @Option(
      names = "--start-from",
      paramLabel = "MODEL",
      description = "A run or model of the same network whose parameters to begin with.")
  String startFrom;

  @Option(names = "--engine", paramLabel = "NAME", description = "What trains: dl4j or torch.")
  String engine;

  @Option(names = "--device", paramLabel = "NAME", description = "auto, cpu or cuda.")
  String device;

  @Option(names = "--precision", paramLabel = "NAME", description = "float32 or bf16.")
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

  @Option(names = "--dropout", paramLabel = "P", description = "Between layers, 0 to 0.95.")
  Double dropout;

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the text.")
  Double epochs;

  @Option(names = "--batch", paramLabel = "B", description = "Sequences of one worker.")
  Integer batch;

  @Option(names = "--time-steps", paramLabel = "T", description = "Tokens of a window.")
  Integer timeSteps;

  @Option(names = "--optimizer", paramLabel = "NAME", description = "adam, adagrad or sgd.")
  String optimizer;

  @Option(names = "--learning-rate", paramLabel = "R", description = "Before its schedule.")
  Double learningRate;

  TrainCommand() {
    super(TrainConfig.class);
  }

  @Override
  void flags(Overrides overrides) {
    overrides
        .put("input", input)
        .put("output", output)
        .put("start-from", startFrom)
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

  /**
   * Where a run lies, how it is cut into tasks, what is looked at and kept on the way changes no
   * bit of its parameters; more passes go on with the same ones. Engine, device and precision round
   * differently, so they count.
   */
  private static final ResumeRules RESUME =
      new ResumeRules(
          List.of(
              "input",
              "output",
              "start-from", // what it holds is an input
              "partitions",
              "averaging.on-divergence",
              "validation",
              "checkpoints"),
          List.of("training.epochs"));

  /** What decides the result, and where it goes. */
  record Job(Dataset dataset, NetworkSpec spec, ModelArtifact start, RunFolder.RunFile run) {
    static Job of(TrainConfig config, Configuration hadoop) throws IOException {
      Dataset dataset = Dataset.open(hadoop, config.input());
      Map<String, String> inputs =
          new TreeMap<>(Map.of("dataset", dataset.artifact().manifest().fingerprint()));
      NetworkSpec spec = config.network().spec(dataset.details().vocabularySize());
      ModelArtifact start = null;
      if (config.startFrom() != null) {
        start = ModelArtifact.load(hadoop, config.startFrom());
        checkStart(config.startFrom(), start.model(), spec, dataset);
        inputs.put("start-from", start.manifest().fingerprint());
      }
      String job =
          Sha256.of(
              (Manifest.FORMAT_VERSION + "\n" + inputs + "\n" + RESUME.decisive(Json.tree(config)))
                  .getBytes(java.nio.charset.StandardCharsets.UTF_8));
      return new Job(
          dataset, spec, start, RunFolder.RunFile.of(job, inputs, config, config.seed()));
    }

    /** The parameters before the first step. */
    float[] initialParameters(long seed) {
      return start == null
          ? InitialParameters.create(spec, seed)
          : start.model().parameters().clone();
    }

    private static void checkStart(
        String path, RecurrentLanguageModel model, NetworkSpec spec, Dataset dataset)
        throws IOException {
      NetworkSpec theirs = model.spec();
      String what = "start-from: the model in " + path;
      new Problems()
          .require(
              model.vocabulary().fingerprint().equals(dataset.vocabulary().fingerprint()),
              what
                  + " has other tokens than the dataset: start from a model that was trained on a"
                  + " dataset with the same vocabulary, or from none")
          .require(
              theirs.cell() == spec.cell()
                  && theirs.activation().equals(spec.activation())
                  && ParameterLayout.of(theirs)
                      .tensors()
                      .equals(ParameterLayout.of(spec).tensors()),
              what
                  + " is "
                  + theirs.title()
                  + " and this would be "
                  + spec.title()
                  + ": set network to the model's, which its network.json tells")
          .throwIfAny();
    }

    TrainCost cost(LanguageModelTraining.Settings settings) throws IOException {
      return TrainCost.of(spec, settings, dataset.vocabulary()::count, dataset.tokens(Split.TRAIN));
    }
  }

  private RunFolder.Resume resumeMode() {
    return resume ? RunFolder.Resume.REQUIRED : RunFolder.Resume.IF_POSSIBLE;
  }

  @Override
  String plan(TrainConfig config, JobContext context) throws Exception {
    Configuration hadoop = context.hadoop();
    Job job = Job.of(config, hadoop);
    Engines.named(config.engine()).check(job.spec(), config.execution());
    RunFolder.Found found = check(config, context, job, resumeMode());
    LanguageModelTraining.Settings settings = config.settings();
    long tokens = job.dataset().tokens(Split.TRAIN);
    TrainCost cost = job.cost(settings);
    List<String> warnings =
        cost.check(TrainCost.Limits.of(context.sparkConf(), settings.workers()));
    StringBuilder text = new StringBuilder(cost.text()).append('\n');
    warnings.forEach(line -> text.append("may not fit: ").append(line).append('\n'));
    return text
        + String.format(
            Locale.ROOT,
            "%s: %,d parameters over %,d tokens%n"
                + "%,d training tokens, %d workers, %,d steps of %,d tokens each, %,d rounds%n"
                + "%s %s",
            job.spec().title(),
            ParameterLayout.of(job.spec()).size(),
            job.spec().vocabulary(),
            tokens,
            settings.workers(),
            settings.totalSteps(tokens),
            settings.batch() * settings.timeSteps(),
            settings.rounds(tokens),
            switch (found) {
              case NOTHING -> "writes";
              case UNFINISHED -> "goes on with";
              case COMPLETE -> "extends";
            },
            config.output());
  }

  /**
   * What the run would go on from.
   *
   * @throws UserException with exit code 2 if the output may not be written, or holds a complete
   *     run that this configuration does not extend
   */
  private static RunFolder.Found check(
      TrainConfig config, JobContext context, Job job, RunFolder.Resume resume) throws IOException {
    Configuration hadoop = context.hadoop();
    RunFolder.Found found =
        RunFolder.check(hadoop, config.output(), job.run(), RESUME, context.overwrite(), resume);
    if (found == RunFolder.Found.COMPLETE) {
      TrainResult result =
          ArtifactReader.open(hadoop, config.output(), ArtifactKind.RUN)
              .manifest()
              .details(TrainResult.class);
      long steps = config.settings().totalSteps(job.dataset().tokens(Split.TRAIN));
      if (steps <= result.steps()) {
        throw UserException.configuration(
            String.format(
                Locale.ROOT,
                "--resume: the run in %s is complete, with %d local steps (%.4g epochs): to extend"
                    + " it, training.epochs must be above that, but is %s",
                config.output(),
                result.steps(),
                result.epochs(),
                config.training().epochs()));
      }
    }
    return found;
  }

  @Override
  TrainResult run(TrainConfig config, JobContext context) throws Exception {
    return run(config, context, resumeMode());
  }

  /** Trains; also what the quickstart calls. */
  static TrainResult run(TrainConfig config, JobContext context, RunFolder.Resume resume)
      throws IOException {
    context.ask(config.execution().kernels());
    Configuration hadoop = context.hadoop();
    Job job = Job.of(config, hadoop);
    long tokens = job.dataset().tokens(Split.TRAIN);
    // All that can be wrong is found before anything is written or started.
    Shard.of(
        0,
        config.averaging().workers(),
        tokens,
        config.training().batch(),
        config.training().timeSteps());
    ParameterLayout.of(job.spec());
    Engines.named(config.engine()).check(job.spec(), config.execution());
    TrainCost cost = job.cost(config.settings());
    List<String> warnings =
        cost.check(TrainCost.Limits.of(context.sparkConf(), config.averaging().workers()));
    check(config, context, job, resume);
    context.progress().message(cost.text());
    warnings.forEach(line -> context.progress().message("may not fit: " + line));
    RunFolder folder =
        RunFolder.open(hadoop, config.output(), job.run(), RESUME, context.overwrite(), resume);
    return new TrainRun(config, context, job, folder).run();
  }

  @Override
  String summary(TrainConfig config, TrainResult result) {
    StringBuilder text = new StringBuilder();
    row(
        text,
        "network",
        String.format(
            Locale.ROOT,
            "%s, %,d parameters, %,d tokens in the vocabulary",
            result.title(),
            result.parameters(),
            result.vocabulary()));
    row(
        text,
        "trained",
        String.format(
            Locale.ROOT,
            "%,d tokens (%.2f passes) in %,d rounds, %.0f s, %,.0f tokens/s%s",
            result.tokens(),
            result.epochs(),
            result.rounds(),
            result.seconds(),
            result.tokensPerSecond(),
            result.stoppedEarly() ? ", stopped early" : ""));
    if (result.skipped() > 0) {
      row(
          text,
          "skipped",
          String.format(Locale.ROOT, "%,d tokens of diverged workers", result.skipped()));
    }
    if (result.validationNats() != null) {
      row(
          text,
          "validation",
          String.format(
              Locale.ROOT,
              "%.4f nats a token, perplexity %.3f, %.4f bits a character (round %d)",
              result.validationNats(),
              result.validationPerplexity(),
              result.validationBitsPerCharacter(),
              result.bestRound()));
    }
    row(text, "model", result.model());
    return text.toString();
  }

  private static void row(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "%-11s %s%n", name, value));
  }
}
