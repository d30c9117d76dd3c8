package org.seqlm.job.trend;

import java.io.IOException;
import org.seqlm.artifact.OutputCheck;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.registry.Registry;
import org.seqlm.report.trend.Trend;
import org.seqlm.report.trend.TrendPage;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm trend}: a registry's nights as one page. */
@Command(
    name = "trend",
    sortOptions = false,
    description = {
      "Write one self-contained HTML page about all nights of a registry: what was decided, gains"
          + " with their intervals, what came in, where the time went, and the champion's line."
          + " Nights whose files are pruned are on it, too. --json has the same.",
      "seqlm retrain writes it after each night, as trend.html in the folder of the nights.",
      "",
      "Example: seqlm trend --registry out/models --nights out/models-nights --output trend.html"
    })
public final class TrendCommand extends JobCommand<TrendConfig, Trend> {
  @Option(names = "--registry", paramLabel = "DIR", description = "Of the models (seqlm models).")
  String registry;

  @Option(
      names = "--nights",
      paramLabel = "DIR",
      description =
          "The nights' folders (seqlm retrain --work): links go to the pages there, else to those"
              + " that the registry holds.")
  String nights;

  @Option(names = "--output", paramLabel = "FILE.html", description = "File to write.")
  String output;

  public TrendCommand() {
    super(TrendConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides.put("registry", registry).put("nights", nights).put("output", output);
  }

  @Override
  public String plan(TrendConfig config, JobContext context) throws IOException {
    return "write " + config.output() + ": " + told(trend(config, context));
  }

  @Override
  public Trend run(TrendConfig config, JobContext context) throws IOException {
    Trend trend = trend(config, context);
    RegistryTrend.write(context.hadoop(), config.output(), TrendPage.render(trend));
    return trend;
  }

  private static Trend trend(TrendConfig config, JobContext context) throws IOException {
    OutputCheck.file(context.hadoop(), "--output", config.output(), context.overwrite());
    return RegistryTrend.of(
        context.hadoop(),
        Registry.open(context.hadoop(), config.registry()),
        config.nights(),
        config.output());
  }

  private static String told(Trend trend) {
    return trend.rows().size() + " nights and changes";
  }

  @Override
  public String summary(TrendConfig config, Trend result) {
    return "trend: " + config.output() + ", " + told(result);
  }
}
