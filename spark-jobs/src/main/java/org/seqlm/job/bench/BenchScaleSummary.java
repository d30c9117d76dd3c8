package org.seqlm.job.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.seqlm.artifact.Json;
import org.seqlm.bench.scale.Figure;
import org.seqlm.bench.scale.ScaleLaw;
import org.seqlm.bench.scale.ScaleRun;
import org.seqlm.bench.scale.StageUsage;
import org.seqlm.job.cli.TextTable;

/** What {@code seqlm bench scale} measured, as tables for its user. */
final class BenchScaleSummary {
  private BenchScaleSummary() {}

  static String of(BenchScaleConfig config, BenchScaleCommand.Result result) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%non %s, %d tasks at once, %s; heap at most %.0f MB, of %s%nlimits: %s slices, %s"
                + " tasks that count, %,d bytes of dictionary with the driver%n%n",
            result.sparkMaster(),
            result.parallelism(),
            result.processor(),
            result.heapBytes() / 1e6,
            result.oneProcess()
                ? "the driver and all tasks together"
                : "the driver alone; executors' heaps, CPU time (but for tasks' own threads) and"
                    + " our spills are not seen",
            limit(result.slices()),
            limit(result.partitions()),
            result.dictionaryBytes()));
    text.append(
        """
        s, CPU s: of the process; MB: the most heap in use, garbage too; live MB: the most in use right
        after a collection; exec MB: the most that a task held of Spark's own memory; spilled: to disk by
        Spark and by us; blocks: fetched from shuffles, with their mean bytes; written, read: MB of
        shuffles; task MB: the most that a task fetched, and x over its stage's median; task s: the
        longest task, and x likewise; files of the result
        """);
    for (BenchScaleCommand.Growth growth : result.growth()) {
      List<ScaleRun> runs =
          result.runs().stream()
              .filter(run -> run.text().equals(growth.text()) && run.order() == growth.order())
              .toList();
      text.append(String.format(Locale.ROOT, "%n%s, order %d%n%n", growth.text(), growth.order()));
      runs(runs, text);
      laws(config.cluster(), result.oneProcess(), growth, text);
    }
    return text.toString();
  }

  private static String limit(int value) {
    return value == 0 ? "as many as suit" : String.format(Locale.ROOT, "%,d", value);
  }

  private static void runs(List<ScaleRun> runs, StringBuilder text) {
    TextTable table =
        new TextTable(
            "tokens", "s", "CPU s", "MB", "live MB", "exec MB", "spilled", "blocks", "bytes",
            "written", "read", "task MB", "x", "task s", "x", "files");
    for (ScaleRun run : runs) {
      if (run.failure() != null) {
        continue;
      }
      StageUsage largest = run.largest();
      StageUsage longest = run.longest();
      table.row(
          count(run.tokens()),
          format("%.1f", run.seconds()),
          format("%.1f", run.cpuSeconds()),
          megabytes(run.heap().peakBytes()),
          megabytes(run.heap().afterCollectionBytes()),
          megabytes(run.executionBytes()),
          megabytes(run.spilledBytes()),
          count(run.shuffleBlocks()),
          format("%,.0f", run.blockBytes()),
          megabytes(run.shuffleWrittenBytes()),
          megabytes(run.shuffleReadBytes()),
          format("%.2f", run.largestTaskBytes() / 1e6),
          largest == null ? "-" : format("%.1f", largest.byteSkew()),
          format("%.2f", run.longestTaskSeconds()),
          longest == null ? "-" : format("%.1f", longest.secondSkew()),
          count(run.files()));
    }
    if (table.hasRows()) {
      text.append(table);
    }
    for (ScaleRun run : runs) {
      if (run.failure() != null) {
        text.append(
            String.format(
                Locale.ROOT,
                "failed at %,d words, after %.1f s: %s%n",
                run.words(),
                run.seconds(),
                run.failure()));
      }
    }
  }

  private static void laws(
      BenchScaleConfig.Cluster cluster,
      boolean oneProcess,
      BenchScaleCommand.Growth growth,
      StringBuilder text) {
    if (growth.laws().isEmpty()) {
      text.append("\nno laws: fewer than three sizes of fit were counted\n");
      return;
    }
    List<ScaleLaw.Test> tests = growth.laws().get(0).tests();
    text.append(
        String.format(
            Locale.ROOT,
            "%nlaws c + a n^b of n tokens; +-: how far the fit is off; off at n: predicted over"
                + " measured, less 1,%nwith ! outside the 95 %% interval; then what the law says of"
                + " %.3g tokens, with these limits, and its%ninterval%n%n",
            cluster.tokens()));
    List<String> header = new ArrayList<>(List.of("", "c", "a", "b", "+-"));
    tests.forEach(test -> header.add("off at " + count(test.tokens())));
    header.addAll(List.of("says", "from", "to"));
    TextTable table = new TextTable(header.toArray(String[]::new));
    for (ScaleLaw law : growth.laws()) {
      List<String> cells =
          new ArrayList<>(
              List.of(
                  Json.name(law.figure()).replace('-', ' '),
                  format("%.3g", law.law().constant()),
                  format("%.3g", law.law().factor()),
                  format("%.3f", law.law().exponent()),
                  format("%.1f%%", 100 * law.law().deviation())));
      law.tests().forEach(test -> cells.add(percent(test.error()) + (test.expected() ? "" : " !")));
      cells.add(format("%.3g", law.prediction().value()));
      cells.add(format("%.3g", law.prediction().low()));
      cells.add(format("%.3g", law.prediction().high()));
      table.row(cells.toArray(String[]::new));
    }
    text.append(table);
    String without =
        Arrays.stream(Figure.values())
            .filter(figure -> growth.laws().stream().noneMatch(law -> law.figure() == figure))
            .map(figure -> Json.name(figure).replace('-', ' '))
            .collect(Collectors.joining(", "));
    if (!without.isEmpty()) {
      text.append("no law, as it was 0 at some size: ").append(without).append('\n');
    }
    // Of executors elsewhere only tasks tell what they took.
    cluster(cluster, growth, oneProcess ? Figure.CPU_SECONDS : Figure.TASK_CPU_SECONDS, text);
  }

  /** The two questions that a cluster's owner has. */
  private static void cluster(
      BenchScaleConfig.Cluster cluster,
      BenchScaleCommand.Growth growth,
      Figure time,
      StringBuilder text) {
    ScaleLaw.Prediction cpu = prediction(growth, time);
    ScaleLaw.Prediction task = prediction(growth, Figure.LARGEST_TASK_BYTES);
    if (cpu != null) {
      double hours = 3600.0 * cluster.cores();
      text.append(
          String.format(
              Locale.ROOT,
              "%n%.3g tokens on %d executors of %d cores: %.3g h if all cores work all the time"
                  + " (%.3g to %.3g)%n",
              cluster.tokens(),
              cluster.executors(),
              cluster.executorCores(),
              cpu.value() / hours,
              cpu.low() / hours,
              cpu.high() / hours));
    }
    if (task != null) {
      text.append(
          String.format(
              Locale.ROOT,
              "the largest task fetches %.3g GB (%.3g to %.3g), piece by piece; a core has %.3g"
                  + " GB%n",
              task.value() / 1e9,
              task.low() / 1e9,
              task.high() / 1e9,
              cluster.gigabytesACore()));
    }
  }

  private static ScaleLaw.Prediction prediction(BenchScaleCommand.Growth growth, Figure figure) {
    return growth.laws().stream()
        .filter(law -> law.figure() == figure)
        .map(ScaleLaw::prediction)
        .findFirst()
        .orElse(null);
  }

  /** Nothing has no sign. */
  private static String percent(double part) {
    return format("%+.1f%%", Math.round(1000 * part) / 10.0);
  }

  private static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String megabytes(long bytes) {
    return format("%.1f", bytes / 1e6);
  }

  private static String format(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
