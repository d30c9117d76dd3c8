package org.seqlm.job.bench.corpus;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.seqlm.artifact.Json;
import org.seqlm.bench.quality.FilterBench;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextTable;
import org.seqlm.kernels.Processor;
import org.seqlm.quality.FilterChain;
import org.seqlm.quality.FilterSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm bench filter}. It needs no Spark. */
@Command(
    name = "filter",
    description = {
      "Measures filters of quality on a text, each alone and then all one behind the other, in"
          + " turns: megabytes that a second of processor time judges, and documents that stay.",
      "",
      "They run in this process, one thread, on a text in memory, after a turn that does not"
          + " count.",
      "",
      "Example: seqlm bench filter --input test.txt --filter gopher-quality --filter c4"
    })
public final class BenchFilterCommand
    extends JobCommand<BenchFilterConfig, BenchFilterCommand.Result> {

  /**
   * What was measured.
   *
   * @param processor kind of this machine's
   * @param rows a filter each, and all of them
   */
  record Result(String processor, List<FilterBench.Row> rows) {}

  @Option(
      names = "--filter",
      paramLabel = "NAME",
      description = "A filter of seqlm corpus filter; may be repeated.")
  List<String> filters;

  @Option(names = "--input", paramLabel = "FILE", description = "A local text, plain or gz.")
  String input;

  @Option(
      names = "--lines",
      paramLabel = "N",
      description = "Lines of the text that are a document (default: 40).")
  Integer lines;

  @Option(
      names = "--turns",
      paramLabel = "N",
      description = "Of everybody, one after the other; the table has medians (default: 3).")
  Integer turns;

  BenchFilterCommand() {
    super(BenchFilterConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides.put("filters", filters).put("input", input).put("lines", lines).put("turns", turns);
  }

  @Override
  public String plan(BenchFilterConfig config, JobContext context) {
    return String.format(
        Locale.ROOT, "measure %d filters in %d turns", named(config).size(), config.turns());
  }

  private static List<FilterBench.Named> named(BenchFilterConfig config) {
    List<FilterSpec> specs = FilterSpec.parse(config.filters());
    List<FilterBench.Named> named = new ArrayList<>();
    for (FilterSpec spec : specs) {
      String name = spec.given().isEmpty() ? "" : " " + Json.line(spec.given());
      named.add(new FilterBench.Named(spec.name() + name, List.of(spec)));
    }
    if (specs.size() > 1) {
      named.add(new FilterBench.Named("all", specs));
    }
    FilterChain.of(specs); // what is wrong is told before anything is measured
    return named;
  }

  @Override
  public Result run(BenchFilterConfig config, JobContext context) throws IOException {
    List<FilterBench.Named> filters = named(config);
    return new Result(
        Processor.kind(),
        FilterBench.of(Path.of(config.input()), config.lines())
            .run(filters, config.turns(), context.progress()));
  }

  @Override
  public String summary(BenchFilterConfig config, Result result) {
    TextTable table = new TextTable("", "MB/CPU s", "s", "CPU s", "kept");
    for (FilterBench.Row row : result.rows()) {
      table.row(
          row.name(),
          format("%.1f", row.megabytesPerCpuSecond()),
          String.format(Locale.ROOT, "%.2f", row.seconds()),
          format("%.2f", row.cpuSeconds()),
          String.format(Locale.ROOT, "%,d", row.kept()));
    }
    FilterBench.Row first = result.rows().get(0);
    return String.format(
            Locale.ROOT,
            "%non %s; %,d documents, %,d bytes; medians of %d%n%n",
            result.processor(),
            first.documents(),
            first.bytes(),
            config.turns())
        + table;
  }

  private static String format(String format, Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, format, value);
  }
}
