package org.seqlm.job.bench;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.seqlm.UserException;
import org.seqlm.artifact.Json;
import org.seqlm.bench.ngrams.GeneratedText;
import org.seqlm.bench.ngrams.NgramBench;
import org.seqlm.bench.ngrams.NgramBench.Comparison;
import org.seqlm.bench.ngrams.NgramBench.Contestant;
import org.seqlm.bench.ngrams.NgramTotals;
import org.seqlm.job.cli.FlagValues;
import org.seqlm.job.cli.JobCommand;
import org.seqlm.job.cli.JobContext;
import org.seqlm.job.cli.TextTable;
import org.seqlm.kernels.Processor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code seqlm bench ngrams}. */
@Command(
    name = "ngrams",
    description = {
      "Measures counting n-grams, ours and others' ways, on the same text in turns.",
      "",
      "  ours            seqlm ngrams; with --estimate also Kneser-Ney to an ARPA file",
      "  reduce-by-key   a string an n-gram, and Spark's reduceByKey",
      "  mllib           Spark MLlib's NGram and groupBy",
      "  single-thread   plain Java, one thread, everything in memory",
      "  kenlm           KenLM's count_ngrams and lmplz, where --kenlm says they are",
      "",
      "Everybody is a process of its own: wall time, CPU time and memory of all of it.",
      "",
      "Example: seqlm bench ngrams --generate 25000000 --master local[2]"
    })
final class BenchNgramsCommand extends JobCommand<BenchNgramsConfig, BenchNgramsCommand.Result> {

  /**
   * What was measured.
   *
   * @param processor kind of this machine's
   * @param processors how many it has
   * @param sparkMaster of every session
   * @param heap of every Java process
   * @param order N
   * @param comparisons one a text; several along a curve
   * @param growth along the curve, else empty
   */
  record Result(
      String processor,
      int processors,
      String sparkMaster,
      String heap,
      int order,
      List<Comparison> comparisons,
      List<NgramBench.Growth> growth) {}

  @Option(
      names = "--input",
      paramLabel = "FILE",
      arity = "1..*",
      description = "A text of local files, plain or gz; tokens stand between spaces.")
  List<String> input;

  @Option(
      names = "--generate",
      paramLabel = "TOKENS",
      description = "A generated text of so many tokens.")
  Long generate;

  @Option(
      names = "--curve",
      paramLabel = "TOKENS",
      split = ",",
      description = "Generated texts of these sizes, with commas: how ours grows with the text.")
  List<Long> curve;

  @Option(
      names = "--heaps",
      paramLabel = "B",
      description = "Types of a generated text grow as tokens^B (default: 0.6).")
  Double heaps;

  @Option(names = "--order", paramLabel = "N", description = "Longest n-gram (default: 3).")
  Integer order;

  @Option(
      names = "--case",
      paramLabel = "NAME",
      split = ",",
      description =
          "ours, reduce-by-key, mllib, single-thread, kenlm, ours-estimate, kenlm-estimate"
              + " (default: all that count).")
  List<String> cases;

  @Option(names = "--estimate", description = "Also estimate, and write ARPA files.")
  boolean estimate;

  @Option(
      names = "--kenlm",
      paramLabel = "DIR",
      description = "The folder of KenLM's programs (bin of its build).")
  String kenlm;

  @Option(
      names = "--turns",
      paramLabel = "N",
      description = "Of everybody, one after the other; the table has medians (default: 3).")
  Integer turns;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description =
          "A local folder for what is written; generated texts stay there for the next time"
              + " (default: a temporary one).")
  String folder;

  BenchNgramsCommand() {
    super(BenchNgramsConfig.class);
  }

  @Override
  public void flags(FlagValues overrides) {
    overrides
        .put("input", input)
        .put("generate", generate)
        .put("curve", curve)
        .put("heaps", heaps)
        .put("order", order)
        .put("cases", cases)
        .put("estimate", estimate ? true : null)
        .put("kenlm", kenlm)
        .put("turns", turns)
        .put("folder", folder);
  }

  @Override
  public String plan(BenchNgramsConfig config, JobContext context) {
    NgramBench.check(config.settings(context.sparkConf().get("spark.master")));
    return "measure "
        + String.join(", ", config.contestants().stream().map(Json::name).toList())
        + " in "
        + config.turns()
        + (config.turns() == 1 ? " turn" : " turns");
  }

  @Override
  public Result run(BenchNgramsConfig config, JobContext context) throws IOException {
    String sparkMaster = context.sparkConf().get("spark.master");
    NgramBench.Settings settings = config.settings(sparkMaster);
    // Before a text is generated.
    NgramBench.check(settings);
    Path place =
        config.folder() == null
            ? Files.createTempDirectory("seqlm-bench")
            : makeFolder(Path.of(config.folder()).toAbsolutePath());
    // What contestants write is removed, whatever else lies there.
    Path runs = place.resolve("seqlm-bench-" + UUID.randomUUID());
    try {
      List<Comparison> comparisons = new ArrayList<>();
      if (config.input().isEmpty()) {
        Path texts = makeFolder(place.resolve("text"));
        List<Long> sizes = config.curve().isEmpty() ? List.of(config.generate()) : config.curve();
        for (long tokens : sizes) {
          context.progress().message(String.format(Locale.ROOT, "text of %,d tokens", tokens));
          List<Path> files = new GeneratedText(tokens, config.heaps(), config.seed()).write(texts);
          comparisons.add(NgramBench.run(files, settings, runs, context.progress()));
        }
      } else {
        List<Path> files =
            config.input().stream().map(file -> Path.of(file).toAbsolutePath()).toList();
        comparisons.add(NgramBench.run(files, settings, runs, context.progress()));
      }
      return new Result(
          Processor.kind(),
          Runtime.getRuntime().availableProcessors(),
          sparkMaster,
          config.heap(),
          config.order(),
          comparisons,
          NgramBench.growth(comparisons));
    } finally {
      if (config.folder() == null) {
        NgramBench.remove(place);
      }
    }
  }

  private static Path makeFolder(Path folder) throws IOException {
    try {
      return Files.createDirectories(folder);
    } catch (FileAlreadyExistsException e) {
      throw UserException.configuration(
          "--folder needs a folder, but " + e.getFile() + " is a file: give another --folder");
    }
  }

  @Override
  public String summary(BenchNgramsConfig config, Result result) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%non %d processors, %s; Spark %s, heap %s; medians of %d%n",
            result.processors(),
            result.processor(),
            result.sparkMaster(),
            result.heap(),
            config.turns()));
    for (Comparison comparison : result.comparisons()) {
      comparison(result, comparison, text);
    }
    for (NgramBench.Growth growth : result.growth()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n%s: net time grows as tokens^%.3f%s",
              Json.name(growth.who()),
              growth.secondsExponent(),
              growth.cpuExponent() == null
                  ? ""
                  : String.format(Locale.ROOT, ", CPU time as tokens^%.3f", growth.cpuExponent())));
    }
    if (!result.growth().isEmpty()) {
      text.append('\n');
    }
    Comparison largest = result.comparisons().get(result.comparisons().size() - 1);
    for (Contestant who : List.of(Contestant.OURS, Contestant.OURS_ESTIMATE)) {
      NgramBench.Row row = largest.row(who);
      if (row != null && row.netCpuSeconds() != null && row.shuffleBytes() != null) {
        predict(config.cluster(), row, largest.text().tokens(), text);
      }
    }
    return text.toString();
  }

  private static void comparison(Result result, Comparison comparison, StringBuilder text) {
    text.append(
        String.format(
            Locale.ROOT,
            "%n%,d tokens in %,d lines, %,d MB, orders 1 to %d; net: without an empty Spark"
                + " session; x: over the single%nthread (/1) and over KenLM (/K), net%n%n",
            comparison.text().tokens(),
            comparison.text().lines(),
            comparison.text().bytes() / 1_000_000,
            result.order()));
    TextTable table =
        new TextTable(
            "",
            "s",
            "CPU s",
            "MB",
            "net s",
            "net CPU s",
            "tokens/s",
            "shuffle MB",
            "x/1",
            "x/1 CPU",
            "x/K",
            "x/K CPU");
    NgramBench.Row single = comparison.row(Contestant.SINGLE_THREAD);
    for (NgramBench.Row row : comparison.rows()) {
      if (row.failure() == null) {
        boolean empty = row.who() == Contestant.EMPTY_SESSION;
        boolean estimates =
            row.who() == Contestant.OURS_ESTIMATE || row.who() == Contestant.KENLM_ESTIMATE;
        NgramBench.Row thread = empty || estimates ? null : single;
        NgramBench.Row kenlm =
            empty ? null : comparison.row(estimates ? Contestant.KENLM_ESTIMATE : Contestant.KENLM);
        table.row(
            Json.name(row.who()),
            format("%.2f", row.seconds()),
            format("%.2f", row.cpuSeconds()),
            format("%.0f", row.peakBytes() == null ? null : (Double) (row.peakBytes() / 1e6)),
            empty ? "-" : format("%.2f", row.netSeconds()),
            empty ? "-" : format("%.2f", row.netCpuSeconds()),
            empty ? "-" : format("%,.0f", comparison.text().tokens() / row.netSeconds()),
            format("%.1f", row.shuffleBytes() == null ? null : (Double) (row.shuffleBytes() / 1e6)),
            thread == null ? "-" : ratio(row.netSeconds(), thread.netSeconds()),
            thread == null ? "-" : ratio(row.netCpuSeconds(), thread.netCpuSeconds()),
            kenlm == null ? "-" : ratio(row.netSeconds(), kenlm.netSeconds()),
            kenlm == null ? "-" : ratio(row.netCpuSeconds(), kenlm.netCpuSeconds()));
      }
    }
    text.append(table);
    for (NgramBench.Row row : comparison.rows()) {
      if (row.failure() != null) {
        text.append("without ")
            .append(Json.name(row.who()))
            .append(": ")
            .append(row.failure())
            .append('\n');
      }
    }
    String[] header = new String[result.order() + 1];
    header[0] = "";
    for (int n = 1; n <= result.order(); n++) {
      header[n] = String.valueOf(n);
    }
    TextTable counted = new TextTable(header);
    TextTable inner = new TextTable(header);
    for (NgramBench.Row row : comparison.rows()) {
      NgramTotals told = row.totals();
      counted(row.who(), told.totals(), told.types(), header.length, counted);
      counted(row.who(), told.innerTotals(), told.innerTypes(), header.length, inner);
    }
    append("distinct n-grams of all, by order, within <s> ... </s>", counted, text);
    append("distinct n-grams, by order, without those that hold <s> or </s>", inner, text);
  }

  private static void append(String title, TextTable table, StringBuilder text) {
    if (table.hasRows()) {
      text.append('\n').append(title).append("\n\n").append(table);
    }
  }

  private static void counted(
      Contestant who, List<Long> totals, List<Long> types, int columns, TextTable table) {
    if (types.size() + 1 == columns) {
      String[] cells = new String[columns];
      cells[0] = Json.name(who);
      for (int n = 1; n < columns; n++) {
        cells[n] =
            String.format(Locale.ROOT, "%,d", types.get(n - 1))
                + (totals.isEmpty()
                    ? ""
                    : String.format(Locale.ROOT, " of %,d", totals.get(n - 1)));
      }
      table.row(cells);
    }
  }

  /** In proportion: what grows faster than the text must be added by who reads it. */
  private static void predict(
      BenchNgramsConfig.Cluster cluster, NgramBench.Row row, long tokens, StringBuilder text) {
    double times = cluster.tokens() / tokens;
    double cpuHours =
        row.netCpuSeconds() * times / cluster.executors() / cluster.executorCores() / 3600;
    double bytes = row.shuffleBytes() * times;
    double wireHours = bytes * 8 / 1e9 / cluster.gigabitsPerSecond() / cluster.executors() / 3600;
    text.append(
        String.format(
            Locale.ROOT,
            "%n%s, in proportion for %.3g tokens on %d executors of %d cores at %.3g Gbit/s: %.1f"
                + " TB shuffled; %.2f h of all cores, %.2f h of all networks%n",
            Json.name(row.who()),
            cluster.tokens(),
            cluster.executors(),
            cluster.executorCores(),
            cluster.gigabitsPerSecond(),
            bytes / 1e12,
            cpuHours,
            wireHours));
  }

  private static String ratio(Double value, Double reference) {
    return value == null || reference == null ? "-" : format("%.2f", value / reference);
  }

  private static String format(String pattern, Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, pattern, value);
  }
}
