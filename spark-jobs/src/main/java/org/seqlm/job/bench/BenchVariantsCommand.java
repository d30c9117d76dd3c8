package org.seqlm.job.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.seqlm.ExitCode;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.artifact.Overwrite;
import org.seqlm.bench.variants.PairedComparison;
import org.seqlm.bench.variants.Trial;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.job.bench.place.BenchFolder;
import org.seqlm.job.bench.place.Within;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.Interruption;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.train.TrainCommand;
import org.seqlm.job.train.TrainConfig;
import org.seqlm.job.train.TrainResult;
import org.seqlm.kernels.Processor;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.spark.scoring.EngineScoring;
import org.seqlm.spark.training.Engines;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm bench variants}. */
@Command(
    name = "variants",
    description = {
      "Compares ways to train by what they reach on held-out text, seed by seed.",
      "A variant is what differs from conf/train.yaml. Each is trained with every learning rate and"
          + " every seed; its rate is chosen on the validation split, what is compared is the test"
          + " split.",
      "",
      "Example: seqlm bench variants --input DATASET --config conf/variants/averaging.yaml"
    })
final class BenchVariantsCommand
    extends JobCommand<BenchVariantsConfig, BenchVariantsCommand.Result> {

  /**
   * What was measured.
   *
   * @param sparkMaster it ran on
   * @param processor kind of the driver's
   * @param trials a training each
   * @param comparisons a variant each
   */
  record Result(
      String sparkMaster,
      String processor,
      List<Trial> trials,
      List<PairedComparison> comparisons) {}

  @Option(
      names = "--input",
      paramLabel = "DATASET",
      description = "A folder that seqlm prepare wrote, with text in all three splits.")
  String input;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = {
        "For the trainings; every executor must reach it. What each reached stays there, so that"
            + " the command goes on where it was interrupted (default: a temporary one of this"
            + " machine)."
      })
  String folder;

  @Option(
      names = "--learning-rates",
      paramLabel = "R",
      split = ",",
      description = "Of every variant, with commas (default: each has its own).")
  List<Double> learningRates;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "How many, from --seed on (default: 3).")
  Integer seeds;

  BenchVariantsCommand() {
    super(BenchVariantsConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("input", input)
        .put("folder", folder)
        .put("learning-rates", learningRates)
        .put("seeds", seeds);
  }

  @Override
  public String plan(BenchVariantsConfig config, JobContext context) throws Exception {
    try (BenchFolder place = BenchFolder.open(config.folder(), context)) {
      open(config, context);
      List<BenchVariantsConfig.Planned> planned = config.trainings(place);
      List<String> lines = check(planned, context);
      lines.add(
          String.format(
              Locale.ROOT,
              "train %s: %d trainings (%d variants, %d learning rates, %d seeds)",
              String.join(", ", config.names()),
              planned.size(),
              config.names().size(),
              Math.max(1, config.learningRates().size()),
              config.seeds()));
      return String.join("\n", lines);
    }
  }

  private static Dataset open(BenchVariantsConfig config, JobContext context) throws IOException {
    Dataset dataset = Dataset.open(context.hadoop(), config.input());
    for (Split split : List.of(Split.VALID, Split.TEST)) {
      if (dataset.tokens(split) == 0) {
        throw UserException.data(
            "the "
                + Json.name(split)
                + " split of "
                + config.input()
                + " has no tokens: variants are tuned on valid and compared on test, so prepare the"
                + " dataset with both");
      }
    }
    return dataset;
  }

  /**
   * Finds what is wrong with a variant on this text before any is trained.
   *
   * @return what has less effect than it seems
   */
  private static List<String> check(List<BenchVariantsConfig.Planned> planned, JobContext context)
      throws IOException {
    Set<String> warnings = new LinkedHashSet<>();
    Set<String> problems = new LinkedHashSet<>();
    Set<String> checked = new LinkedHashSet<>();
    ExitCode code = null;
    for (BenchVariantsConfig.Planned each : planned) {
      if (checked.add(each.variant())) {
        String who = "variant " + each.variant() + ": ";
        try {
          TrainCommand.check(each.config(), context).forEach(line -> warnings.add(who + line));
        } catch (UserException e) {
          e.problems().forEach(line -> problems.add(who + line));
          code = code == null ? e.exitCode() : code;
        }
      }
    }
    if (code != null) {
      throw UserException.of(code, List.copyOf(problems));
    }
    return new ArrayList<>(warnings);
  }

  @Override
  public Result run(BenchVariantsConfig config, JobContext context) throws Exception {
    Dataset dataset = open(config, context);
    try (BenchFolder place = BenchFolder.open(config.folder(), context)) {
      List<BenchVariantsConfig.Planned> planned = config.trainings(place);
      context.pin(planned.get(0).config().execution().kernels());
      context.collectParameters();
      check(planned, context).forEach(context.progress()::message);
      if (config.folder() != null) {
        Interruption.startedAgain("it goes on with the trainings that --folder does not have yet");
      }
      TrialFiles kept = new TrialFiles(config.folder(), dataset, context.hadoop());
      List<Trial> trials = new ArrayList<>();
      context.progress().stage("variants", planned.size(), "trainings");
      for (BenchVariantsConfig.Planned each : planned) {
        Trial trial = kept.find(each.variant(), each.config());
        boolean known = trial != null;
        if (!known) {
          trial = trial(each, trials.size(), place, dataset, context);
          kept.keep(each.config(), trial);
        }
        context.progress().message(line(trial) + (known ? " (kept from before)" : ""));
        trials.add(trial);
        context.progress().update(trials.size(), trial.variant());
      }
      return new Result(
          context.sparkContext().master(),
          Processor.kind(),
          trials,
          PairedComparison.of(trials, config.against()));
    }
  }

  private static Trial trial(
      BenchVariantsConfig.Planned planned,
      int number,
      BenchFolder place,
      Dataset dataset,
      JobContext context)
      throws Exception {
    TrainConfig config = planned.config();
    double rate = config.settings().learningRate();
    Progress told = new Within(context.progress(), number, planned.variant());
    TrainResult result;
    double test;
    // A round that was begun ahead of a divergence may still write.
    try (JobContext.Awaited tasks = context.awaitTasks()) {
      result = new TrainCommand().run(config, context.inner("train", Overwrite.REFUSE, told));
      test =
          EngineScoring.score(
                  context.sparkContext(),
                  dataset,
                  Split.TEST,
                  dataset.tokens(Split.TEST),
                  ModelArtifact.load(context.hadoop(), config.output()).model(),
                  Engines.named(config.engine()),
                  config.execution())
              .natsPerToken();
    } catch (UserException e) {
      if (e.exitCode() != ExitCode.DIVERGED) {
        throw e;
      }
      // Without the remedy for a run that stays.
      String why = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
      return Trial.failed(planned.variant(), rate, config.seed(), why);
    } finally {
      place.remove(String.valueOf(number));
    }
    if (result.bestRound() == 0) {
      return Trial.failed(
          planned.variant(), rate, config.seed(), "no better than its first parameters");
    }
    return new Trial(
        planned.variant(),
        rate,
        config.seed(),
        result.validationNats(),
        test,
        result.tokens(),
        result.skipped(),
        result.seconds(),
        null);
  }

  private static String line(Trial trial) {
    String who =
        String.format(
            Locale.ROOT,
            "%s, learning rate %s, seed %d: ",
            trial.variant(),
            trial.learningRate(),
            trial.seed());
    return who
        + (trial.hasFigures()
            ? String.format(
                Locale.ROOT,
                "valid %.4f, test %.4f nats a token; %,d tokens in %.0f s",
                trial.validationNats(),
                trial.testNats(),
                trial.tokens(),
                trial.seconds())
            : trial.failure());
  }

  @Override
  public String summary(BenchVariantsConfig config, Result result) {
    return BenchVariantsSummary.of(result);
  }
}
