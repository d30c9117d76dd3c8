package org.seqlm.job.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.seqlm.artifact.Json;
import org.seqlm.bench.step.StepBench;
import org.seqlm.bench.step.StepSoak;
import org.seqlm.bench.step.StepVerify;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextTable;
import org.seqlm.kernels.Processor;
import org.seqlm.spark.training.Engines;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm bench step}. */
@Command(
    name = "step",
    description = {
      "Measures training steps of both engines, and of PyTorch if python3 has it, in turns.",
      "",
      "Example: seqlm bench step --case a,1x128 --workers 1,2"
    })
final class BenchStepCommand extends JobCommand<BenchStepConfig, BenchStepCommand.Result> {

  /**
   * What was measured.
   *
   * @param processor kind of this machine's
   * @param steps the figures, null of a long run
   * @param soak the long runs
   * @param verified what the device was found to compute, with its speeds; null if not asked
   */
  record Result(
      String processor,
      StepBench.Result steps,
      List<StepSoak.Run> soak,
      StepVerify.Result verified) {}

  @Option(
      names = "--case",
      paramLabel = "NAME",
      split = ",",
      description =
          "a, b, c, d-lstm, d-gru-reset-after, d-rnn, 1x128; also d-gru, d-gru-simplified,"
              + " d-rnn-lag-2, c-adam, c-tied, c-adaptive, 200k, 200k-tied, 200k-adaptive, 1x1024,"
              + " 2x1500.")
  List<String> cases;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      split = ",",
      description = "dl4j, torch (default: whichever can train the case).")
  List<String> engines;

  @Option(names = "--device", paramLabel = "NAME", description = "cpu or cuda.")
  String device;

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      split = ",",
      description = "float32, tf32 (GPUs), bf16 (default: float32, bf16).")
  List<String> precisions;

  @Option(
      names = "--kernels",
      paramLabel = "NAME",
      split = ",",
      description = "native (default), or native,portable to have both in turns.")
  List<String> kernels;

  @Option(
      names = "--workers",
      paramLabel = "K",
      split = ",",
      description = "Workers at once, a native thread each (default: 1).")
  List<Integer> workers;

  @Option(names = "--seconds", paramLabel = "N", description = "Of a turn (default: 1).")
  Double seconds;

  @Option(
      names = "--python",
      paramLabel = "PROGRAM",
      description = "The interpreter that may have PyTorch (default: python3).")
  String python;

  @Option(
      names = "--soak",
      paramLabel = "STEPS",
      description = "Train so many steps of the first case, and watch for leaks.")
  Integer soak;

  @Option(
      names = "--verify",
      description =
          "Compare the torch engine on the device with the CPU, then time it; fails where they"
              + " differ.")
  Boolean verify;

  BenchStepCommand() {
    super(BenchStepConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("cases", cases)
        .put("engines", engines)
        .put("device", device)
        .put("precisions", precisions)
        .put("kernels", kernels)
        .put("workers", workers)
        .put("seconds", seconds)
        .put("soak", soak)
        .put("verify", verify)
        .put("python", python);
  }

  @Override
  public String plan(BenchStepConfig config, JobContext context) {
    return "measure " + String.join(", ", config.settings().cases());
  }

  @Override
  public Result run(BenchStepConfig config, JobContext context) throws Exception {
    if (config.verify()) {
      StepVerify.Result verified =
          StepVerify.run(
              config.device(),
              config.cases(),
              config.seconds(),
              config.turns(),
              config.python(),
              config.seed(),
              context.progress());
      return new Result(Processor.kind(), null, List.of(), verified);
    }
    if (config.soak() > 0) {
      return new Result(
          Processor.kind(),
          null,
          StepSoak.run(
              Engines.all(),
              config.device(),
              config.settings(),
              config.soak(),
              config.seed(),
              context.progress()),
          null);
    }
    return new Result(
        Processor.kind(),
        StepBench.run(
            Engines.all(), config.device(), config.settings(), config.seed(), context.progress()),
        List.of(),
        null);
  }

  @Override
  public void judge(Result result) {
    if (result.verified() != null) {
      StepVerify.judge(result.verified());
    }
  }

  @Override
  public String summary(BenchStepConfig config, Result result) {
    if (result.verified() != null) {
      return "\n" + StepVerify.text(result.verified()) + steps(config, result.verified().steps());
    }
    return result.steps() == null ? soaked(result.soak()) : steps(config, result.steps());
  }

  private static String soaked(List<StepSoak.Run> runs) {
    TextTable table = new TextTable("case", "trained by", "step", "heap MB", "native MB", "RSS MB");
    StringBuilder growth = new StringBuilder();
    for (StepSoak.Run run : runs) {
      for (StepSoak.Sample sample : run.samples()) {
        table.row(
            run.name(),
            run.who(),
            String.valueOf(sample.step()),
            format("%.1f", sample.heapBytes() / 1e6),
            format("%.1f", sample.nativeBytes() / 1e6),
            format("%.0f", sample.residentBytes() / 1e6));
      }
      growth.append(
          String.format(
              Locale.ROOT,
              "%s grew by %.2f MB of heap, %.2f MB native and %.2f MB resident a thousand steps"
                  + " after warm-up%n",
              run.who(),
              run.heapGrowth() / 1e6,
              run.nativeGrowth() / 1e6,
              run.residentGrowth() / 1e6));
    }
    return "\n" + table + "\n" + growth;
  }

  private static String steps(BenchStepConfig config, StepBench.Result steps) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%non %s, %s; PyTorch %s%n",
            Json.name(config.device()),
            Processor.kind(),
            steps.pytorch() == null ? "not found" : steps.pytorch()));
    steps
        .peaks()
        .forEach(
            (precision, flops) ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "matrix products in %s: %.0f GFLOP/s%n",
                        Json.name(precision),
                        flops / 1e9)));
    text.append(
        "\nsteps: forward, backward, clipping, update; tokens trained a second of wall and of CPU"
            + " time; share of\nthe matrix product's peak, a worker; "
            + (steps.pytorch() == null ? "" : "x: over PyTorch in float32; ")
            + "MB: what the process grew by\n\n");
    List<String> columns =
        new ArrayList<>(
            List.of("case", "trained by", "workers", "tokens/s", "a CPU s", "GFLOP/s", "share"));
    if (steps.pytorch() != null) {
      columns.add("x");
    }
    columns.add("MB");
    TextTable table = new TextTable(columns.toArray(String[]::new));
    for (StepBench.Row row : steps.rows()) {
      if (row.refused() == null) {
        List<String> cells =
            new ArrayList<>(
                List.of(
                    row.name(),
                    row.who(),
                    String.valueOf(row.workers()),
                    format("%,.0f", row.tokensPerSecond()),
                    format("%,.0f", row.tokensPerCpuSecond()),
                    format("%.1f", row.flopsPerSecond() / 1e9),
                    format("%.0f%%", 100 * row.share())));
        if (steps.pytorch() != null) {
          cells.add(row.ratio() == null ? "-" : format("%.2f", row.ratio()));
        }
        cells.add(row.residentBytes() == null ? "-" : format("%.0f", row.residentBytes() / 1e6));
        table.row(cells.toArray(String[]::new));
      }
    }
    text.append(table);
    Map<String, List<String>> refused = new LinkedHashMap<>();
    for (StepBench.Row row : steps.rows()) {
      if (row.refused() != null) {
        String why = row.who() + ": " + row.refused().replace("\n", "; ");
        refused.computeIfAbsent(why, key -> new ArrayList<>()).add(row.name());
      }
    }
    refused.forEach(
        (why, names) ->
            text.append("\nwithout ")
                .append(String.join(", ", new LinkedHashSet<>(names)))
                .append(" by ")
                .append(why));
    return text.toString();
  }

  private static String format(String pattern, Object value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
