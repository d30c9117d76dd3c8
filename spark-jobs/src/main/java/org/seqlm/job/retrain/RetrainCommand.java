package org.seqlm.job.retrain;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.retrain.RetrainResult.Verdict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm retrain}. */
@Command(
    name = "retrain",
    sortOptions = false,
    description = {
      "A night of retraining: takes the text that the champion has not seen, trains a challenger"
          + " from the champion, and makes it the champion if it is better on documents that are"
          + " held out.",
      "The first night trains the first champion. A night that was killed goes on where it is"
          + " started again; one that is decided is not decided twice.",
      "",
      "Example: seqlm retrain --registry out/models --input 'text/' --config retrain.yaml"
    })
public final class RetrainCommand extends JobCommand<RetrainConfig, RetrainResult> {
  @Option(
      names = "--registry",
      paramLabel = "DIR",
      description = "Of the models (seqlm models); begun where there is none (--begin).")
  String registry;

  @Option(
      names = "--begin",
      paramLabel = "checked|always|never",
      description =
          "Whether a registry begins where there is none: where the folder above is there and no"
              + " registry beside has nearly its name (default), anywhere, or nowhere.")
  String begin;

  @Option(
      names = "--input",
      paramLabel = "PATH",
      arity = "1..*",
      description = "Folders with partitions dt=YYYY-MM-DD, and files.")
  List<String> input;

  @Option(
      names = "--night",
      paramLabel = "YYYY-MM-DD",
      description = "The last date whose text it takes (default: yesterday, in UTC).")
  String night;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "Folder of the nights' datasets and runs (default: REGISTRY-nights).")
  String work;

  @Option(
      names = "--concurrent",
      paramLabel = "wait|leave",
      description =
          "Where another retrains the registry: wait for it (default), or leave with exit code 5.")
  String concurrent;

  @Option(
      names = "--wait-hours",
      paramLabel = "HOURS",
      description = "How long to wait for another at most (default: 12).")
  Double waitHours;

  @Option(
      names = "--exit-on-kept",
      paramLabel = "N",
      description = "The exit code where the champion stays: 0 (default), or 6 to 255.")
  Integer exitOnKept;

  public RetrainCommand() {
    super(RetrainConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("registry", registry)
        .put("begin", begin)
        .put("input", input)
        .put("date", night)
        .put("work", work)
        .put("concurrent.policy", concurrent)
        .put("concurrent.hours", waitHours)
        .put("exit-on-kept", exitOnKept);
  }

  @Override
  protected DryRun dryRunTells() {
    return DryRun.PLAN;
  }

  @Override
  public String plan(RetrainConfig config, JobContext context) throws IOException {
    return new RetrainJob(config, context, Clock.systemUTC()).plan();
  }

  @Override
  public RetrainResult run(RetrainConfig config, JobContext context) throws Exception {
    RetrainResult result = new RetrainJob(config, context, Clock.systemUTC()).run();
    NightPages.write(config, result, context);
    return result;
  }

  /** A night that is decided is told again. */
  @Override
  public boolean repeatable() {
    return true;
  }

  @Override
  public int exitCode(RetrainConfig config, RetrainResult result) {
    return result.decision() == Verdict.KEPT ? config.exitOnKept() : 0;
  }

  @Override
  public String summary(RetrainConfig config, RetrainResult result) {
    return String.join("\n", result.summary());
  }
}
