package org.seqlm.job.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.artifact.Json;
import org.seqlm.bench.gate.GateBench;
import org.seqlm.bench.gate.NightModel;
import org.seqlm.bench.gate.SimulatedNights;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm bench gate}. */
@Command(
    name = "gate",
    description = {
      "Measures how often the gate of nightly retraining errs, and what it sees.",
      "Years of nights are drawn whose true gain is the margin, with heavy tails and clusters: the"
          + " share of years with any false promotion. Then nights with a true gain: the share that"
          + " promotes, and how many documents that takes.",
      "",
      "Example: seqlm bench gate --years 200 --nights 200"
    })
final class BenchGateCommand extends JobCommand<BenchGateConfig, BenchGateCommand.Result> {

  /** Tasks a core, so that all cores end at about the same time. */
  private static final int TASKS_A_CORE = 8;

  /**
   * What was drawn.
   *
   * @param gate that was tried
   * @param nights that were drawn
   * @param errors a tail and deviation each
   * @param power a tail, deviation and gain each
   */
  record Result(
      BenchGateConfig.Gate gate,
      BenchGateConfig.Nights nights,
      List<GateBench.Errors> errors,
      List<GateBench.Power> power) {}

  @Option(
      names = "--years",
      paramLabel = "N",
      description = "Years without a true gain, each tail and deviation (default: 2000).")
  Integer years;

  @Option(
      names = "--nights",
      paramLabel = "N",
      description = "Nights with a true gain, each of them (default: 2000).")
  Integer nights;

  @Option(
      names = "--documents",
      paramLabel = "N",
      description = "Fresh documents a night (default: 2000).")
  Integer documents;

  BenchGateCommand() {
    super(BenchGateConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("errors.years", years)
        .put("power.nights", nights)
        .put("nights.documents", documents);
  }

  @Override
  public String plan(BenchGateConfig config, JobContext context) {
    List<String> lines = new ArrayList<>();
    for (NightModel model : config.models()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%s, standard deviation %s: %,d years of %d nights without a true gain, %,d nights"
                  + " with each of %s",
              Json.name(model.tail()),
              model.sd(),
              config.errors().years(),
              config.gate().budget().nights(),
              config.power().nights(),
              config.power().gains()));
    }
    return String.join("\n", lines);
  }

  @Override
  public Result run(BenchGateConfig config, JobContext context) {
    JavaSparkContext spark = context.sparkContext();
    int tasks =
        config.partitions() > 0 ? config.partitions() : TASKS_A_CORE * spark.defaultParallelism();
    GateBench bench = new GateBench(spark, tasks, config.seed(), config.level());
    SimulatedNights nights = config.simulated();
    List<GateBench.Errors> errors = new ArrayList<>();
    List<GateBench.Power> power = new ArrayList<>();
    int done = 0;
    if (config.errors().years() > 0) {
      context.progress().stage("errors", config.models().size(), "rows");
      for (NightModel model : config.models()) {
        context.progress().update(done++, named(model));
        GateBench.Errors row = bench.errors(nights, model, config.errors().years());
        errors.add(row);
        // A row takes minutes: who waits, or is interrupted, has those that are done.
        context
            .progress()
            .message(
                String.format(
                    Locale.ROOT,
                    "%s: %,d of %,d years with a false promotion, evidence in %,d",
                    named(model),
                    row.years().hits(),
                    row.years().trials(),
                    row.reached().hits()));
      }
    }
    if (config.power().nights() > 0) {
      done = 0;
      context
          .progress()
          .stage("power", (long) config.models().size() * config.power().gains().size(), "rows");
      for (NightModel model : config.models()) {
        for (double gain : config.power().gains()) {
          context.progress().update(done++, named(model) + ", gain " + gain);
          power.add(
              bench.power(
                  nights,
                  model,
                  gain * config.nights().championBits(),
                  config.power().nights(),
                  config.power().wanted(),
                  config.power().mostDocuments()));
        }
      }
    }
    return new Result(config.gate(), config.nights(), errors, power);
  }

  private static String named(NightModel model) {
    return Json.name(model.tail()) + ", standard deviation " + model.sd();
  }

  @Override
  public String summary(BenchGateConfig config, Result result) {
    return BenchGateSummary.of(config, result);
  }
}
