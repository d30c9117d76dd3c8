package org.seqlm.job.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.seqlm.artifact.Json;
import org.seqlm.bench.averaging.ClusterModel;
import org.seqlm.bench.averaging.MastersBench;
import org.seqlm.bench.averaging.NonNegativeFit;
import org.seqlm.bench.averaging.OverheadBench;
import org.seqlm.bench.averaging.SoakBench;
import org.seqlm.job.cli.TextTable;

/** What {@code seqlm bench averaging} measured, as tables for its user. */
final class BenchAveragingSummary {
  private BenchAveragingSummary() {}

  static String of(BenchAveragingConfig config, BenchAveragingCommand.Result result) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%non %s, %d tasks at once, %s%n",
            result.sparkMaster(),
            result.parallelism(),
            result.processor()));
    if (result.masters() != null) {
      masters(result.masters(), text);
    }
    if (result.overhead() != null) {
      overhead(result.overhead(), config.overhead(), text);
      for (int i = 0; i < result.fits().size(); i++) {
        fits(result.fits().get(i), result.predictions().get(i), config.overhead(), text);
      }
    }
    if (result.soak() != null) {
      soak(result.soak(), text);
    }
    return text.toString();
  }

  private static void masters(List<MastersBench.Row> rows, StringBuilder text) {
    text.append(
        "\nmasters: examples trained of examples given; MB moved through shuffle, task results,"
            + " broadcasts and files;\nheld-out loss in nats after the same passes; x: the other's"
            + " wall and CPU time over ours, in all and\nan example trained\n\n");
    TextTable table =
        new TextTable(
            "case",
            "parameters",
            "master",
            "given",
            "trained",
            "",
            "jobs",
            "shuffle",
            "results",
            "broadcast",
            "files",
            "s",
            "CPU s",
            "loss",
            "x wall",
            "x CPU",
            "x wall/ex",
            "x CPU/ex");
    for (MastersBench.Row row : rows) {
      MastersBench.Row ours =
          rows.stream()
              .filter(r -> r.name().equals(row.name()) && r.master() == MastersBench.Master.OURS)
              .findFirst()
              .orElseThrow();
      boolean compared =
          row.master() != MastersBench.Master.OURS
              && row.failure() == null
              && ours.failure() == null;
      table.row(
          row.name(),
          count(row.parameters()),
          Json.name(row.master()),
          String.valueOf(row.given()),
          row.trained() == row.trainedMost()
              ? String.valueOf(row.trained())
              : row.trained() + " to " + row.trainedMost(),
          format("%.0f%%", 100.0 * row.trained() / row.given()),
          String.valueOf(row.jobs()),
          megabytes(row.shuffleBytes()),
          megabytes(row.resultBytes()),
          megabytes(row.broadcastBytes()),
          megabytes(row.fileBytes()),
          format("%.2f", row.seconds()),
          format("%.2f", row.cpuSeconds()),
          row.heldOutLoss() == null ? "-" : format("%.4f", row.heldOutLoss()),
          ratio(compared, row.seconds(), ours.seconds()),
          ratio(compared, row.cpuSeconds(), ours.cpuSeconds()),
          ratio(
              compared && row.trained() > 0,
              row.seconds() / row.trained(),
              ours.seconds() / ours.trained()),
          ratio(
              compared && row.trained() > 0,
              row.cpuSeconds() / row.trained(),
              ours.cpuSeconds() / ours.trained()));
    }
    text.append(table);
    for (MastersBench.Row row : rows) {
      if (row.failure() != null) {
        text.append(row.name())
            .append(", ")
            .append(Json.name(row.master()))
            .append(" failed: ")
            .append(row.failure())
            .append('\n');
        if (row.failure().contains("org.datavec")) {
          text.append(
              "  its data set loader needs a library that SeqLM does not carry; after the options:"
                  + " -- --jars datavec-spark_2.12-1.0.0-M2.jar\n");
        }
      }
    }
  }

  private static void overhead(
      List<OverheadBench.Cell> cells, OverheadBench.Settings settings, StringBuilder text) {
    text.append(
        "\noverhead: milliseconds of a round without local steps; before: the broadcast is made;"
            + " map, reduce: the\nstages; after: mean put together and outer step; worker: one"
            + " worker's task; averaging: all such tasks\n\n");
    TextTable table =
        new TextTable(
            "parameters",
            "workers",
            "state",
            "rounds",
            "wrong",
            "ms",
            "CPU ms",
            "MB moved",
            "before",
            "map",
            "reduce",
            "after",
            "worker",
            "averaging",
            "tasks");
    for (OverheadBench.Cell cell : cells) {
      table.row(
          count(cell.parameters()),
          String.valueOf(cell.workers()),
          Json.name(cell.state()),
          String.valueOf(cell.rounds()),
          String.valueOf(cell.wrong()),
          millis(cell.seconds()),
          millis(cell.cpuSeconds()),
          megabytes(cell.movedBytes()),
          millis(cell.before()),
          millis(cell.map()),
          millis(cell.reduce()),
          millis(cell.after()),
          millis(cell.workerSeconds()),
          millis(cell.averagingSeconds()),
          String.valueOf(cell.averagingTasks()));
    }
    text.append(table);
    List<String> leftOut = new ArrayList<>();
    for (int parameters : settings.parameters()) {
      for (OverheadBench.State state : settings.states()) {
        List<Integer> workers = new ArrayList<>(settings.workers());
        cells.stream()
            .filter(cell -> cell.parameters() == parameters && cell.state() == state)
            .forEach(cell -> workers.remove((Integer) cell.workers()));
        if (!workers.isEmpty()) {
          leftOut.add(count(parameters) + " " + Json.name(state) + " " + workers);
        }
      }
    }
    if (!leftOut.isEmpty()) {
      text.append(
              "left out, for overhead.max-gigabytes or this process's memory (--driver-memory): ")
          .append(String.join(", ", leftOut))
          .append('\n');
    }
  }

  private static void fits(
      ClusterModel.Fits fits,
      List<ClusterModel.Prediction> predictions,
      OverheadBench.Settings settings,
      StringBuilder text) {
    double[] c = fits.whole().coefficients();
    text.append(
        String.format(
            Locale.ROOT,
            "%nstate %s: t = %.1f ms + %.2f ms K + %.3g ms M + %.3g ms K M, M million parameters;"
                + " %s%n",
            Json.name(fits.state()),
            1e3 * c[0],
            1e3 * c[1],
            1e9 * c[2],
            1e9 * c[3],
            errors(fits.whole())));
    text.append(
        String.format(
            Locale.ROOT,
            "  driver: %.2f ms a task; before %s; after %s%n  a worker %s%n  averaging, in all:"
                + " %.3g ms K M; %s%n",
            1e3 * fits.launch(),
            line(fits.before()),
            line(fits.after()),
            line(fits.worker()),
            1e9 * fits.averaging().coefficients()[1],
            errors(fits.averaging())));
    text.append(
        String.format(
            Locale.ROOT,
            "%npredicted for %d executors of %d cores, one worker each, %.3g Gbit/s: seconds of a"
                + " round without local steps;%nsteps: what local steps must last for an overhead"
                + " of 10 %%; limit: workers above which what grows%nwith them takes most of"
                + " it%n%n",
            settings.executors(),
            settings.executorCores(),
            settings.gigabitsPerSecond()));
    TextTable table =
        new TextTable(
            "parameters",
            "slice",
            "tasks",
            "launch",
            "broadcast",
            "worker",
            "network",
            "sums",
            "collect",
            "round",
            "steps",
            "limit");
    for (ClusterModel.Prediction p : predictions) {
      table.row(
          count(p.parameters()),
          String.valueOf(p.stripeValues()),
          String.valueOf(p.averagingTasks()),
          format("%.2f", p.launch()),
          format("%.2f", p.broadcast()),
          format("%.2f", p.worker()),
          format("%.2f", p.network()),
          format("%.2f", p.sums()),
          format("%.2f", p.collect()),
          format("%.2f", p.seconds()),
          format("%.0f", 9 * p.seconds()),
          format("%.0f", p.limit()));
    }
    text.append(table);
  }

  private static void soak(SoakBench.Result soak, StringBuilder text) {
    text.append(
        String.format(
            Locale.ROOT,
            "%nsoak: %d rounds in %.0f s, %d of %d tokens trained, loss %.3f to %.3f nats; MB are"
                + " taken after a%ncollection, blocks and files before it: the driver's few blocks"
                + " are Spark's own, code of tasks that are%nover, which go with the next"
                + " collection; its heap grows until spark.ui.retainedJobs are there%n%n",
            soak.rounds(),
            soak.seconds(),
            soak.trained(),
            soak.tokens(),
            soak.firstLoss(),
            soak.lastLoss()));
    TextTable table =
        new TextTable(
            "round",
            "process",
            "heap",
            "native buffers",
            "resident",
            "open files",
            "threads",
            "broadcasts",
            "shuffle files");
    for (SoakBench.Sample s : soak.samples()) {
      table.row(
          String.valueOf(s.round()),
          s.process(),
          megabytes(s.heapBytes()),
          String.valueOf(s.nativeBuffers()),
          megabytes(s.residentBytes()),
          String.valueOf(s.openFiles()),
          String.valueOf(s.threads()),
          String.valueOf(s.broadcastBlocks()),
          String.valueOf(s.shuffleFiles()));
    }
    text.append(table).append("\ngrowth a hundred rounds, after warm-up:\n\n");
    TextTable growth =
        new TextTable(
            "process",
            "from round",
            "heap kB",
            "native buffers",
            "resident kB",
            "open files",
            "threads",
            "broadcasts",
            "shuffle files");
    for (SoakBench.Growth g : soak.growth()) {
      growth.row(
          g.process(),
          String.valueOf(g.from()),
          format("%.1f", g.heapBytes() / 1e3),
          format("%.2f", g.nativeBuffers()),
          format("%.1f", g.residentBytes() / 1e3),
          format("%.2f", g.openFiles()),
          format("%.2f", g.threads()),
          format("%.2f", g.broadcastBlocks()),
          format("%.2f", g.shuffleFiles()));
    }
    text.append(growth);
    if (soak.undisturbed() != null) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n%d executors were killed; the parameters are %s those of the undisturbed rounds%n",
              soak.killed(),
              soak.parameters().equals(soak.undisturbed()) ? "bit for bit" : "NOT"));
    }
  }

  private static String line(NonNegativeFit fit) {
    return String.format(
        Locale.ROOT,
        "%.1f ms + %.3g ms M (%s)",
        1e3 * fit.coefficients()[0],
        1e9 * fit.coefficients()[1],
        errors(fit));
  }

  private static String errors(NonNegativeFit fit) {
    return String.format(
        Locale.ROOT,
        "error %.0f%% median, %.0f%% worst",
        100 * fit.medianError(),
        100 * fit.worstError());
  }

  private static String count(int parameters) {
    return parameters >= 1_000_000
        ? format("%.3gM", parameters / 1e6)
        : parameters >= 1000 ? format("%.3gk", parameters / 1e3) : String.valueOf(parameters);
  }

  private static String ratio(boolean known, double theirs, double ours) {
    return known && ours > 0 ? format("%.1f", theirs / ours) : "-";
  }

  private static String megabytes(long bytes) {
    return format(bytes < 10_000_000 ? "%.2f" : "%.0f", bytes / 1e6);
  }

  private static String millis(double seconds) {
    return format(seconds < 0.1 ? "%.1f" : "%.0f", 1e3 * seconds);
  }

  private static String format(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
