package org.seqlm.job.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.seqlm.Problems;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.job.cli.Master;
import org.seqlm.neural.ScheduledSampling;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.neural.files.RunFolder;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.VocabularyGrowth;
import org.seqlm.neural.optimizer.AveragingMode;
import org.seqlm.neural.optimizer.Schedule;
import org.seqlm.neural.plain.RecurrentLanguageModel;
import org.seqlm.registry.RegistryPath;
import org.seqlm.spark.training.Engines;
import org.seqlm.spark.training.NetworkTraining;
import org.seqlm.store.Sha256;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;

/**
 * What a run trains on: all that decides its result beside the configuration, and what of the two
 * together cannot be, or has less effect than it seems.
 *
 * @param dataset to train on
 * @param text of that, with old text where some is replayed
 * @param spec of the network over its vocabulary
 * @param start whose parameters to begin with; null for random ones
 * @param run what the run is known by
 */
record TrainJob(
    Dataset dataset,
    TrainText text,
    LanguageNetwork spec,
    ModelArtifact start,
    RunFolder.Identity run) {
  /** Of the fingerprint, which runs of all releases share. */
  private static final int JOB_VERSION = 1;

  /** A chance of the text's token above which scheduled sampling hardly samples. */
  private static final double MOSTLY = 0.95;

  static TrainJob of(TrainConfig config, Configuration hadoop) throws IOException {
    Dataset dataset = Dataset.open(hadoop, config.input());
    Map<String, String> inputs = new TreeMap<>(Map.of("dataset", dataset.fingerprint()));
    TrainText text = TrainText.of(config, hadoop, dataset);
    text.nameIn(inputs);
    LanguageNetwork spec = config.network().spec(dataset.details().vocabularySize());
    ModelArtifact start = null;
    if (config.startFrom() != null) {
      start = ModelArtifact.load(hadoop, RegistryPath.model(hadoop, config.startFrom()));
      spec = config.network().spec(spec.vocabulary(), start.model().spec());
      checkStart(config.startFrom(), start.model(), spec, dataset);
      inputs.put("start-from", start.manifest().fingerprint());
    }
    String job =
        Sha256.of(
            (JOB_VERSION
                    + "\n"
                    + inputs
                    + "\n"
                    + TrainStart.rules(config).decisive(Json.tree(config)))
                .getBytes(StandardCharsets.UTF_8));
    return new TrainJob(
        dataset, text, spec, start, RunFolder.Identity.of(job, inputs, config, config.seed()));
  }

  /** The parameters before the first step. */
  float[] initialParameters(long seed) {
    return start == null
        ? InitialParameters.create(spec, seed)
        : VocabularyGrowth.grow(
            start.model().spec(), start.model().parameters(), spec.vocabulary());
  }

  /** What is told of a run that begins with another model; empty if there is nothing to tell. */
  List<String> startNotes(TrainConfig config) {
    if (start == null) {
      return List.of();
    }
    List<String> notes = new ArrayList<>();
    NetworkTraining.Settings settings = config.settings();
    long total = settings.totalSteps(text.tokens());
    long warm = settings.start().steps(settings.schedule(), total);
    notes.add(
        String.format(
            Locale.ROOT,
            "begins with the parameters of %s: learning rates of %.4g (start.rate-factor) times"
                + " %.4g%s",
            config.startFrom(),
            settings.start().rateFactor(),
            settings.learningRate(),
            warm == 0
                ? ""
                : String.format(
                    Locale.ROOT,
                    ", risen to over the first %,d of %,d steps (start.rewarm)",
                    warm,
                    total)));
    int known = start.model().spec().vocabulary();
    if (known != spec.vocabulary()) {
      notes.add(
          String.format(
              Locale.ROOT,
              "begins with %s: its %,d tokens as it learned them, %,d new ones behind them",
              config.startFrom(),
              known,
              spec.vocabulary() - known));
    }
    return notes;
  }

  private static void checkStart(
      String path, RecurrentLanguageModel model, LanguageNetwork spec, Dataset dataset)
      throws IOException {
    Vocabulary tokens = dataset.vocabulary();
    boolean extended = Vocabularies.beginsWith(tokens, model.vocabulary());
    String otherTokens = extended ? "" : Vocabularies.difference(model.vocabulary(), tokens);
    List<String> differences = spec.differences(model.spec());
    String what = "start-from: the model in " + path;
    new Problems()
        .require(
            otherTokens.isEmpty(),
            what
                + " "
                + otherTokens
                + ": prepare the dataset with --vocabulary-from "
                + path
                + ", which keeps the model's tokens and appends the text's new ones, or start from"
                + " a model with its vocabulary, or from none")
        .require(
            differences.isEmpty(),
            what
                + " is another network: "
                + String.join("; ", differences)
                + ": set these keys to the model's values")
        .throwIfAny();
  }

  /**
   * Checks what the configuration and the data decide together.
   *
   * @throws UserException with exit code 2 or 3
   */
  void check(TrainConfig config) throws IOException {
    // Whether every worker can fill a window.
    config.settings().stepsOfPass(text.tokens());
    spec.layout();
    Engines.named(config.engine()).check(spec, config.settings().recipe(), config.execution());
    if (config.training().schedule().kind() == Schedule.Kind.PLATEAU
        && dataset.tokens(Split.VALID) == 0) {
      throw UserException.data(
          "the valid split of "
              + config.input()
              + " has no tokens, so the rate of training.schedule.kind plateau could never fall:"
              + " prepare the dataset with such a split, or choose another kind");
    }
    if (config.validation().patience() > 0 && dataset.tokens(Split.VALID) == 0) {
      throw UserException.data(
          "the valid split of "
              + config.input()
              + " has no tokens, so validation.patience "
              + config.validation().patience()
              + " could never end the training: prepare the dataset with such a split, or set"
              + " validation.patience=0");
    }
  }

  /** What has no effect, or less than it seems, on so much text. */
  List<String> warnings(TrainConfig config) {
    NetworkTraining.Settings settings = config.settings();
    long tokens = text.tokens();
    List<String> warnings = IdleKeys.of(config);
    long steps = settings.totalSteps(tokens);
    if (settings.rounds().mode() == AveragingMode.GRADIENTS && settings.frequency() > 1) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "warning: averaging.mode gradients makes one update a round, of %,d windows of each"
                  + " worker, so the run has %,d: set averaging.frequency to 1 for an update of"
                  + " every step",
              settings.frequency(),
              settings.rounds(tokens)));
    }
    ScheduledSampling sampling = settings.recipe().scheduledSampling();
    double teacher = sampling.teacherForcing(steps - 1);
    if (sampling.kind() != ScheduledSampling.Kind.NONE && teacher > MOSTLY) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "warning: with training.scheduled-sampling.scale %.6g the chance to read the text's"
                  + " token is still %.3f after the run's %,d local steps: a smaller scale makes it"
                  + " fall",
              sampling.scale(),
              teacher,
              steps));
    }
    int warmUp = settings.schedule().warmUp();
    if (warmUp > steps) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "warning: training.schedule.warm-up is %,d steps, but the run has %,d: its learning"
                  + " rate reaches %.4g at most, not %.4g",
              warmUp,
              steps,
              settings.learningRate() * settings.schedule().highest(steps),
              settings.learningRate()));
    }
    if (config.replay().share() == 0 && !config.replay().inputs().isEmpty()) {
      warnings.add("warning: replay.inputs has no effect where replay.share is 0");
    }
    if (text.replay() != null && text.replay().turns() > 1) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "warning: replay.share %s reads the old text %.1f times in each pass: a smaller"
                  + " share, or more datasets in replay.inputs, repeat less",
              config.replay().share(),
              text.replay().turns()));
    }
    int patience = config.validation().patience();
    long validations = config.validation().due(settings.rounds(tokens));
    if (patience > 0 && patience >= validations) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "warning: validation.patience is %,d, but the run looks at the validation split"
                  + " %,d times only: it cannot end early",
              patience,
              validations));
    }
    int looks = settings.schedule().patience();
    if (settings.schedule().kind() == Schedule.Kind.PLATEAU && looks >= validations) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "warning: training.schedule.patience is %,d, but the run looks at the validation"
                  + " split %,d times only: its learning rate cannot fall",
              looks,
              validations));
    }
    return warnings;
  }

  /**
   * Refuses a device that is not there, where tasks run in this process. What executors have only
   * they know.
   *
   * @throws UserException with exit code 5
   */
  static void checkDevice(String engine, Execution execution, SparkConf spark) {
    if (Master.of(spark.get("spark.master", "local[*]")).oneProcess()) {
      Engines.named(engine).checkDevice(execution);
    }
  }

  /** What it reads, where that needs telling. */
  List<String> notes() {
    return text.replay() == null ? List.of() : List.of(text.text());
  }

  /** Why a run ends that nothing ends on its way. */
  String plannedEnd(TrainConfig config) {
    return switch (config.settings().plannedEnd(text.tokens())) {
      case EPOCHS -> "epochs: " + config.training().epochs();
      case TOKENS -> String.format(Locale.ROOT, "budget: %,d tokens", config.budget().tokens());
      case ROUNDS -> String.format(Locale.ROOT, "budget: %,d rounds", config.budget().rounds());
    };
  }

  TrainCost cost(NetworkTraining.Settings settings) throws IOException {
    return TrainCost.of(spec, settings, dataset.vocabulary()::count, text.tokens());
  }
}
