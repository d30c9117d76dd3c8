package org.seqlm.job.nightlydemo;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.seqlm.UserException;
import org.seqlm.job.cli.ConfigLoader;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.Master;
import org.seqlm.job.nightlydemo.Promises.Promise;
import org.seqlm.job.train.TrainConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm nightly-demo}. */
@Command(
    name = "nightly-demo",
    description = {
      "Fourteen nights of retraining on the built-in example: text that drifts, a file that breaks"
          + " off, a driver that is killed, a challenger that learns nothing, words of a new"
          + " topic.",
      "Each night is a seqlm retrain. The demo ends with what it promised of them, and fails where"
          + " that did not hold.",
      "",
      "Example: seqlm nightly-demo --output nightly-demo"
    })
public final class NightlyDemoCommand extends JobCommand<NightlyDemoConfig, NightlyDemoResult> {
  @Option(
      names = "--output",
      paramLabel = "DIR",
      description =
          "Folder for everything (default: nightly-demo); --overwrite removes the demo before.")
  String output;

  public NightlyDemoCommand() {
    super(NightlyDemoConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides.put("output", output);
  }

  private static void check(NightlyDemoConfig config, JobContext context) throws IOException {
    String master = context.sparkConf().get("spark.master");
    if (Master.of(master).kind() != Master.Kind.LOCAL) {
      throw UserException.configuration(
          "--master must be local[N] here, as the demo kills a driver of its own, but is "
              + master);
    }
    new DemoFolder(context.hadoop(), config.output()).check(context.overwrite());
  }

  @Override
  protected DryRun dryRunTells() {
    return DryRun.PLAN;
  }

  @Override
  public String plan(NightlyDemoConfig config, JobContext context) throws IOException {
    check(config, context);
    StringBuilder text = new StringBuilder();
    for (int night = 1; night <= config.nights(); night++) {
      Special special = config.special().of(night);
      text.append(
          String.format(
              Locale.ROOT,
              "night %d, %s: %,d sentences%s%n",
              night,
              config.text().date(night),
              config.sentences(),
              special == null ? "" : "; " + special.text()));
    }
    return text.append("text, models and pages in ").append(config.output()).toString();
  }

  @Override
  public NightlyDemoResult run(NightlyDemoConfig config, JobContext context) throws Exception {
    check(config, context);
    TrainConfig train =
        ConfigLoader.load(
            "train",
            TrainConfig.class,
            new FlagValues()
                .putAll(config.retrain().path("train"))
                .put("input", config.output())
                .put("output", config.output())
                .tree());
    // Before Spark starts.
    context.pin(train.execution().kernels());
    context.collectParameters();
    return new DemoNights(config, context).run();
  }

  @Override
  public String summary(NightlyDemoConfig config, NightlyDemoResult result) {
    StringBuilder text = new StringBuilder("\nWhat was promised, and what happened:\n\n");
    for (Promise promise : result.promises()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-4s %-9s %s%n%15s%s%n",
              promise.kept() ? "yes" : "NO",
              promise.night() == 0 ? "all" : "night " + promise.night(),
              promise.text(),
              "",
              promise.found()));
    }
    text.append(
        String.format(
            Locale.ROOT, "%n%d nights took %.0f s%n%n", config.nights(), result.seconds()));
    text.append("look at\n");
    for (DemoNight night : result.nights()) {
      if (night.report() != null && (night.special() != null || night.night() == config.nights())) {
        look(
            text,
            night.report(),
            "the page of night "
                + night.night()
                + (night.special() == null ? ", the last" : ": " + night.special().text()));
      }
    }
    look(text, "bin/seqlm models list " + result.registry(), "the versions, one of them champion");
    look(text, "bin/seqlm models lineage " + result.registry(), "who was trained from whom");
    look(
        text,
        "bin/seqlm retrain --config " + result.config() + " --night " + result.next(),
        "one more night, whose text has come");
    return text.toString();
  }

  private static void look(StringBuilder text, String what, String about) {
    text.append("  ").append(what).append("\n      ").append(about).append('\n');
  }

  /** What did not hold ends the demo with another exit code than 0. */
  @Override
  public void judge(NightlyDemoResult result) {
    List<Promise> broken = result.promises().stream().filter(one -> !one.kept()).toList();
    if (!broken.isEmpty()) {
      Promise first = broken.get(0);
      throw UserException.platform(
          String.format(
              Locale.ROOT,
              "%d of %d promises did not hold, the first%s: %s (%s): report it, or, where keys were"
                  + " changed, change them back",
              broken.size(),
              result.promises().size(),
              first.night() == 0 ? "" : " of night " + first.night(),
              first.text(),
              first.found()));
    }
  }
}
