package org.seqlm.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.seqlm.metrics.Look;
import org.seqlm.metrics.RoundMetrics;
import org.seqlm.metrics.RoundTimes;
import org.seqlm.metrics.RoundTimes.Phases;
import org.seqlm.metrics.TrainingMetrics;
import org.seqlm.metrics.WorkerMetrics;
import org.seqlm.report.page.Chart.Axis;
import org.seqlm.report.page.Chart.Kind;
import org.seqlm.report.page.Chart.Mark;
import org.seqlm.report.page.Chart.Rule;
import org.seqlm.report.page.Chart.Scale;
import org.seqlm.report.page.Chart.Series;
import org.seqlm.report.page.Charts;
import org.seqlm.report.page.Fit;

/**
 * How a training went, round by round: its workers, gradients, rates and times. A chart that there
 * is nothing for is left out.
 *
 * @param target what a loss is of, for instance {@code token}
 */
record TrainingCourse(Charts charts, TrainingMetrics metrics, String target) {
  /** Workers that a chart draws one by one; of more it draws the spread. */
  private static final int MOST_LINES = 8;

  static final Axis ROUND = Axis.of("round", Scale.LINEAR, 0).between(0.0, null);

  List<Map<String, Object>> view() {
    List<Map<String, Object>> view = new ArrayList<>();
    if (metrics.rounds().stream().allMatch(round -> round.times() == null)) {
      return view; // of an earlier release: there is a loss and a rate
    }
    List<Series> losses = byWorker(RoundMetrics::workers, WorkerMetrics::loss);
    view.add(
        charts.add(
            Kind.LINES,
            "Training loss of each worker, in nats a " + target,
            ROUND,
            Fit.falling(Axis.of("nats a " + target, Scale.LINEAR, 4), losses, List.of()),
            losses,
            List.of(),
            List.of()));
    view.add(drift());
    view.add(
        lines(
            "Updates with a gradient that was scaled down, in per cent",
            Axis.of("per cent", Scale.LINEAR, 1).between(0.0, 100.0),
            one("clipped", 0, round -> 100 * round.clippedShare()),
            List.of()));
    view.add(gradientNorms());
    view.add(
        lines(
            "Learning rate of each round's last step",
            Axis.of("learning rate", Scale.LINEAR, Axis.SIGNIFICANT).between(0.0, null),
            one("learning rate", 0, RoundMetrics::learningRate),
            List.of()));
    view.add(phases());
    view.add(
        lines(
            "The slowest worker's time to the median one's",
            Axis.of("ratio", Scale.LINEAR, 2),
            one(
                "straggler",
                1,
                round ->
                    round.times() == null || round.times().straggler() == null
                        ? Double.NaN
                        : round.times().straggler().ratio()),
            List.of()));
    view.add(
        lines(
            "Utilisation of each worker's GPU, in per cent",
            Axis.of("per cent", Scale.LINEAR, 0).between(0.0, 100.0),
            byGpu(gpu -> 100 * gpu.utilisation()),
            List.of()));
    view.add(
        lines(
            "Memory used of each worker's GPU, in GiB",
            Axis.of("GiB", Scale.LINEAR, 2).between(0.0, null),
            byGpu(gpu -> gpu.usedBytes() / (double) (1 << 30)),
            gpuMemory()));
    view.removeIf(Objects::isNull);
    return view;
  }

  private Map<String, Object> lines(String title, Axis y, List<Series> series, List<Rule> rules) {
    return charts.add(Kind.LINES, title, ROUND, y, series, rules);
  }

  private List<Series> one(String name, int colour, ToDoubleFunction<RoundMetrics> value) {
    List<Series> series = new ArrayList<>();
    add(series, name, colour, Mark.LINE, value);
    return series;
  }

  /** A series of what is finite; none if nothing is. */
  private void add(
      List<Series> series,
      String name,
      int colour,
      Mark mark,
      ToDoubleFunction<RoundMetrics> value) {
    List<double[]> points =
        TrainingSection.thin(
            metrics.rounds().stream()
                .map(round -> new double[] {round.round(), value.applyAsDouble(round)})
                .filter(point -> Double.isFinite(point[1]))
                .toList());
    if (!points.isEmpty()) {
      series.add(new Series(name, colour, mark, points));
    }
  }

  private List<Series> byGpu(ToDoubleFunction<RoundTimes.Gpu> value) {
    return byWorker(
        round -> round.times() == null ? List.of() : round.times().workers(),
        worker -> worker.gpu() == null ? null : value.applyAsDouble(worker.gpu()));
  }

  /** A line a worker, or of many the least, the median and the most. */
  private <W> List<Series> byWorker(Function<RoundMetrics, List<W>> of, Function<W, Double> value) {
    int workers = metrics.rounds().stream().mapToInt(r -> of.apply(r).size()).max().orElse(0);
    List<Series> series = new ArrayList<>();
    if (workers > MOST_LINES) {
      add(series, "most", 1, Mark.LINE, round -> quantile(of.apply(round), value, 1));
      add(series, "median", 0, Mark.LINE, round -> quantile(of.apply(round), value, 0.5));
      add(series, "least", 2, Mark.LINE, round -> quantile(of.apply(round), value, 0));
      return series;
    }
    for (int worker = 0; worker < workers; worker++) {
      int number = worker;
      add(
          series,
          "worker " + worker,
          worker,
          Mark.LINE,
          round ->
              number < of.apply(round).size()
                  ? orNaN(value.apply(of.apply(round).get(number)))
                  : Double.NaN);
    }
    return series;
  }

  private static double orNaN(Double value) {
    return value == null ? Double.NaN : value;
  }

  private static <W> double quantile(List<W> workers, Function<W, Double> value, double at) {
    double[] sorted =
        workers.stream()
            .map(value)
            .filter(Objects::nonNull)
            .mapToDouble(Double::doubleValue)
            .sorted()
            .toArray();
    return sorted.length == 0 ? Double.NaN : sorted[(int) Math.round(at * (sorted.length - 1))];
  }

  private Map<String, Object> drift() {
    List<Series> series = one("root mean square", 0, round -> orNaN(round.drift()));
    add(
        series,
        "largest",
        1,
        Mark.LINE,
        round -> quantile(round.workers(), WorkerMetrics::drift, 1));
    return lines(
        "Drift of the workers from their mean before it is taken, in its norm",
        Axis.of("‖θ − mean‖ / ‖mean‖", Scale.LINEAR, Axis.SIGNIFICANT).between(0.0, null),
        series,
        List.of());
  }

  private Map<String, Object> gradientNorms() {
    List<Series> series = new ArrayList<>();
    add(
        series,
        "mean",
        0,
        Mark.LINE,
        round ->
            round.workers().stream()
                .filter(worker -> worker.gradients() != null)
                .mapToDouble(worker -> orNaN(worker.gradients().meanNorm()))
                .filter(Double::isFinite)
                .average()
                .orElse(Double.NaN));
    add(
        series,
        "largest",
        1,
        Mark.LINE,
        round ->
            round.workers().stream()
                .filter(worker -> worker.gradients() != null)
                .mapToDouble(worker -> orNaN(worker.gradients().maxNorm()))
                .filter(Double::isFinite)
                .max()
                .orElse(Double.NaN));
    add(
        series,
        "mean of all workers",
        2,
        Mark.LINE,
        round -> round.update() == null ? Double.NaN : orNaN(round.update().meanNorm()));
    series =
        series.stream()
            .map(s -> TrainingDiagnoses.positive(s.name(), s.colour(), s.mark(), s.points()))
            .filter(Objects::nonNull)
            .toList();
    return lines(
        "Norm of the gradient before clipping, logarithmic",
        Axis.of("norm", Scale.LOGARITHMIC, Axis.SIGNIFICANT),
        series,
        List.of());
  }

  /** Where a round's seconds went, with what stood between the rounds. */
  private Map<String, Object> phases() {
    Map<String, ToDoubleFunction<Phases>> parts = new LinkedHashMap<>();
    parts.put("compute", Phases::compute);
    parts.put("launch", Phases::launch);
    parts.put("broadcast", Phases::broadcast);
    parts.put("states", phases -> phases.read() + phases.write());
    parts.put("average", Phases::average);
    if (metrics.rounds().stream().anyMatch(round -> waited(round) > 0)) {
      parts.put("wait for a GPU", Phases::waited);
    }
    List<Series> series = new ArrayList<>();
    parts.forEach(
        (name, of) ->
            add(
                series,
                name,
                series.size(),
                Mark.LINE,
                round ->
                    round.times() == null ? Double.NaN : of.applyAsDouble(round.times().phases())));
    if (series.isEmpty()) {
      return null;
    }
    add(
        series,
        "idle (others' wait)",
        -1,
        Mark.DASHES,
        round -> round.times() == null ? Double.NaN : round.times().phases().idle());
    events(
        series,
        "checkpoint",
        6,
        metrics.rounds(),
        round -> round.round() - 1, // it stood before the round that tells it
        round -> round.times() == null ? Double.NaN : orNaN(round.times().checkpoint()));
    events(
        series,
        "validation",
        7,
        metrics.looks().stream().filter(look -> look.round() > 0).toList(),
        Look::round,
        look -> orNaN(look.seconds()));
    return lines(
        "Seconds of a round by phase, along its last worker",
        Axis.of("seconds", Scale.LINEAR, 3).between(0.0, null),
        series,
        List.of());
  }

  private static double waited(RoundMetrics round) {
    return round.times() == null ? 0 : round.times().phases().waited();
  }

  private static <T> void events(
      List<Series> series,
      String name,
      int colour,
      List<T> events,
      ToDoubleFunction<T> round,
      ToDoubleFunction<T> seconds) {
    List<double[]> points =
        TrainingSection.thin(
            events.stream()
                .map(e -> new double[] {round.applyAsDouble(e), seconds.applyAsDouble(e)})
                .filter(point -> Double.isFinite(point[1]))
                .toList());
    if (!points.isEmpty()) {
      series.add(new Series(name, colour, Mark.POINTS, points));
    }
  }

  private List<Rule> gpuMemory() {
    double[] totals =
        metrics.rounds().stream()
            .filter(round -> round.times() != null)
            .flatMap(round -> round.times().workers().stream())
            .filter(worker -> worker.gpu() != null)
            .mapToDouble(worker -> worker.gpu().totalBytes() / (double) (1 << 30))
            .distinct()
            .toArray();
    return Arrays.stream(totals).mapToObj(total -> new Rule("all of it", total)).toList();
  }
}
