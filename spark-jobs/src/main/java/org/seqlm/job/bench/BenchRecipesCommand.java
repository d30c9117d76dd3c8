package org.seqlm.job.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.seqlm.ExitCode;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.artifact.Overwrite;
import org.seqlm.bench.recipes.Comparison;
import org.seqlm.bench.recipes.Trial;
import org.seqlm.dataset.Dataset;
import org.seqlm.dataset.Split;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextTable;
import org.seqlm.job.train.TrainCommand;
import org.seqlm.job.train.TrainConfig;
import org.seqlm.job.train.TrainResult;
import org.seqlm.kernels.Processor;
import org.seqlm.neural.files.ModelArtifact;
import org.seqlm.spark.scoring.EngineScoring;
import org.seqlm.spark.training.Engines;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm bench recipes}. */
@Command(
    name = "recipes",
    description = {
      "Compares ways to train by what they reach on held-out text, seed by seed.",
      "Each recipe is what differs from conf/train.yaml. Every one is trained with each learning"
          + " rate and each seed; the rate is chosen on the validation split, what is compared is"
          + " the test split.",
      "",
      "Example: seqlm bench recipes --input DATASET --config conf/recipes/averaging.yaml"
    })
final class BenchRecipesCommand extends JobCommand<BenchRecipesConfig, BenchRecipesCommand.Result> {

  /**
   * What was measured.
   *
   * @param sparkMaster it ran on
   * @param processor kind of the driver's
   * @param trials a training each
   * @param comparisons a recipe each
   */
  record Result(
      String sparkMaster, String processor, List<Trial> trials, List<Comparison> comparisons) {}

  @Option(
      names = "--input",
      paramLabel = "DATASET",
      description = "A folder that seqlm prepare wrote, with all three splits.")
  String input;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description =
          "For the trainings; every executor must reach it (default: a temporary one of this"
              + " machine).")
  String folder;

  @Option(
      names = "--rates",
      paramLabel = "R",
      split = ",",
      description = "Learning rates of each recipe, with commas (default: its own).")
  List<Double> rates;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      split = ",",
      description = "With commas (default: 1,2,3).")
  List<Long> seeds;

  BenchRecipesCommand() {
    super(BenchRecipesConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides.put("input", input).put("folder", folder).put("rates", rates).put("seeds", seeds);
  }

  @Override
  public String plan(BenchRecipesConfig config, JobContext context) throws Exception {
    open(config, context);
    List<BenchRecipesConfig.Planned> planned =
        config.trainings(
            Places.below(config.folder() == null ? "." : config.folder(), context.hadoop()));
    check(planned, context);
    return String.format(
        Locale.ROOT,
        "train %s: %d trainings",
        String.join(", ", config.recipes().keySet()),
        planned.size());
  }

  /** Finds what is wrong with a recipe on this text before any of them is trained. */
  private static void check(List<BenchRecipesConfig.Planned> planned, JobContext context)
      throws Exception {
    long seed = planned.get(0).config().seed();
    for (BenchRecipesConfig.Planned each : planned) {
      if (each.config().seed() == seed) {
        try {
          new TrainCommand().plan(each.config(), context);
        } catch (UserException e) {
          throw UserException.of(
              e.exitCode(),
              e.problems().stream().map(line -> "recipe " + each.recipe() + ": " + line).toList());
        }
      }
    }
  }

  private static Dataset open(BenchRecipesConfig config, JobContext context) throws IOException {
    Dataset dataset = Dataset.open(context.hadoop(), config.input());
    for (Split split : List.of(Split.VALID, Split.TEST)) {
      if (dataset.tokens(split) == 0) {
        throw UserException.data(
            "the "
                + split.name().toLowerCase(Locale.ROOT)
                + " split of "
                + config.input()
                + " has no tokens: recipes are chosen on valid and compared on test, so prepare the"
                + " dataset with both");
      }
    }
    return dataset;
  }

  @Override
  public Result run(BenchRecipesConfig config, JobContext context) throws Exception {
    Dataset dataset = open(config, context);
    String place =
        config.folder() == null
            ? Files.createTempDirectory("seqlm-bench").toString()
            : Places.below(config.folder(), context.hadoop());
    try {
      List<Trial> trials = new ArrayList<>();
      List<BenchRecipesConfig.Planned> planned = config.trainings(place);
      check(planned, context);
      context.progress().stage("recipes", planned.size(), "trainings");
      for (BenchRecipesConfig.Planned each : planned) {
        Trial trial = train(each, dataset, context);
        trials.add(trial);
        context.progress().message(line(trial));
        context.progress().update(trials.size(), trial.recipe());
      }
      return new Result(
          context.sparkContext().master(), Processor.kind(), trials, Comparison.of(trials));
    } finally {
      Places.remove(place, context.hadoop());
    }
  }

  private static Trial train(
      BenchRecipesConfig.Planned planned, Dataset dataset, JobContext context) throws Exception {
    TrainConfig config = planned.config();
    double rate = config.settings().learningRate();
    TrainResult result;
    try {
      result =
          new TrainCommand().run(config, context.inner("train", Overwrite.REFUSE, Progress.SILENT));
    } catch (UserException e) {
      if (e.exitCode() != ExitCode.DIVERGED) {
        throw e;
      }
      return Trial.failed(planned.recipe(), rate, config.seed(), String.join("; ", e.problems()));
    }
    double test =
        EngineScoring.score(
                context.sparkContext(),
                dataset,
                Split.TEST,
                dataset.tokens(Split.TEST),
                ModelArtifact.load(context.hadoop(), config.output()).model(),
                Engines.named(config.engine()),
                config.execution())
            .natsPerToken();
    Places.remove(config.output(), context.hadoop());
    return Trial.trained(
        planned.recipe(),
        rate,
        config.seed(),
        result.validationNats(),
        test,
        result.tokens(),
        result.seconds());
  }

  private static String line(Trial trial) {
    String what =
        String.format(
            Locale.ROOT,
            "%s, rate %s, seed %d: ",
            trial.recipe(),
            trial.learningRate(),
            trial.seed());
    return what
        + (trial.hasFigures()
            ? String.format(
                Locale.ROOT,
                "valid %.4f, test %.4f nats a token; %,d tokens in %.0f s",
                trial.valid(),
                trial.test(),
                trial.tokens(),
                trial.seconds())
            : trial.failure());
  }

  @Override
  public String summary(BenchRecipesConfig config, Result result) {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT, "%non %s, %s%n%n", result.sparkMaster(), result.processor()));
    TextTable trials = new TextTable("recipe", "rate", "seed", "valid", "test", "tokens", "s");
    for (Trial trial : result.trials()) {
      boolean known = trial.hasFigures();
      trials.row(
          trial.recipe(),
          String.valueOf(trial.learningRate()),
          String.valueOf(trial.seed()),
          known ? nats(trial.valid()) : "diverged",
          known ? nats(trial.test()) : "-",
          String.format(Locale.ROOT, "%,d", trial.tokens()),
          String.format(Locale.ROOT, "%.0f", trial.seconds()));
    }
    text.append(trials)
        .append(
            String.format(
                Locale.ROOT,
                "%nmeans over %d seeds of nats a token, each recipe with the rate that is best on"
                    + " valid;%nfrom the first: difference on test, seed by seed, with the 95 %%"
                    + " interval of its mean%n%n",
                config.seeds().size()));
    TextTable table = new TextTable("recipe", "rate", "valid", "test", "from the first");
    for (Comparison row : result.comparisons()) {
      boolean known = row.learningRate() != null;
      table.row(
          row.recipe(),
          known ? String.valueOf(row.learningRate()) : "diverged",
          known ? nats(row.valid()) : "-",
          known ? nats(row.test()) : "-",
          difference(row.difference()));
    }
    return text.append(table).toString();
  }

  private static String difference(Comparison.Difference difference) {
    if (difference == null) {
      return "-";
    }
    String mean = String.format(Locale.ROOT, "%+.4f", difference.mean());
    return difference.within() == null
        ? mean
        : mean + String.format(Locale.ROOT, " +- %.4f", difference.within());
  }

  private static String nats(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
