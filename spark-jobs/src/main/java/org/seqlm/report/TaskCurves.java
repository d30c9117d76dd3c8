package org.seqlm.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.seqlm.metrics.Look;
import org.seqlm.metrics.Metric;
import org.seqlm.metrics.TaskValidation;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.report.page.Chart.Axis;
import org.seqlm.report.page.Chart.Kind;
import org.seqlm.report.page.Chart.Mark;
import org.seqlm.report.page.Chart.Rule;
import org.seqlm.report.page.Chart.Scale;
import org.seqlm.report.page.Chart.Series;
import org.seqlm.report.page.Charts;
import org.seqlm.report.page.Figures;
import org.seqlm.report.page.Fit;

/**
 * How a network over labelled examples learned its task: the metric that the task names, beside the
 * best that any model can do where that is known, the loss, and all metrics of two looks.
 */
record TaskCurves(Legend legend, Charts charts) {
  static final Axis EXAMPLES = Axis.of("examples trained", Scale.LINEAR, 0).between(0.0, null);

  private static final String OTHER_SPLIT =
      "The best possible score is that of the test split; on the validation split it is a little"
          + " different.";

  /** The metric and the loss by the examples trained; what there are no points of is left out. */
  List<Map<String, Object>> charts(RunPart run, List<String> lossRemarks) {
    List<Map<String, Object>> views = new ArrayList<>();
    List<TaskValidation> looks = run.metrics().tasks();
    if (!looks.isEmpty()) {
      Metric named = looks.get(looks.size() - 1).named();
      Series curve = series(run, "validation", look -> look.named().value());
      if (!curve.points().isEmpty()) {
        Double floor = floor(run);
        views.add(
            metric(
                MetricNames.title(named.name()) + " of the validation split",
                EXAMPLES,
                named,
                List.of(curve),
                floor,
                floor == null ? List.of() : List.of(OTHER_SPLIT)));
      }
    }
    List<Series> losses = new ArrayList<>();
    List<double[]> training =
        TrainingSection.thin(
            run.rounds().stream()
                .map(round -> new double[] {round.tokens(), round.loss()})
                .toList());
    if (!training.isEmpty()) {
      losses.add(new Series("training", -1, Mark.LINE, training));
    }
    Series validation = series(run, "validation", TaskValidation::loss);
    if (!validation.points().isEmpty()) {
      losses.add(validation);
    }
    if (!losses.isEmpty()) {
      List<String> remarks = new ArrayList<>(List.of(targets(run.trained().task())));
      remarks.addAll(losses.size() > 1 ? lossRemarks : List.of());
      views.add(
          charts.add(
              Kind.LINES,
              "Loss in nats a target",
              EXAMPLES,
              Fit.falling(Axis.of("nats a target", Scale.LINEAR, 4), losses, List.of()),
              losses,
              List.of(),
              remarks));
    }
    return views;
  }

  /** What a loss is of. */
  private static String targets(String task) {
    return "A target is what the network is to predict"
        + switch (task == null ? "" : task) {
          case "classify", "grid", "frames" -> ": the label of an example.";
          case "tag" -> ": a tag.";
          case "sequence" -> ": a token of what is to be written.";
          case "series" -> ": a value of the next step.";
          default -> ".";
        };
  }

  /**
   * A chart of a metric, whose axis leaves out where it began.
   *
   * @param named which, and which way is better
   * @param floor the best that any model can do; null if nobody knows
   */
  Map<String, Object> metric(
      String title, Axis x, Metric named, List<Series> series, Double floor, List<String> remarks) {
    boolean perplexity = named.name().equals("perplexity");
    Axis y =
        Axis.of(
            MetricNames.shown(named.name()),
            perplexity ? Scale.LOGARITHMIC : Scale.LINEAR,
            perplexity ? 3 : 4);
    List<Rule> rules =
        floor == null ? List.of() : List.of(new Rule(MetricNames.BEST_POSSIBLE, floor));
    Fit fit =
        named.direction() == Metric.Direction.LARGER
            ? Fit.rising(y, series, rules)
            : Fit.falling(y, series, rules);
    return charts.add(Kind.LINES, title, x, fit, series, rules, remarks);
  }

  private Series series(RunPart run, String name, ToDoubleFunction<TaskValidation> value) {
    return new Series(
        name,
        legend.colourOfRun(run.name()),
        Mark.LINE_AND_POINTS,
        TrainingSection.thin(
            run.metrics().tasks().stream()
                .map(look -> new double[] {look.tokens(), value.applyAsDouble(look)})
                .toList()));
  }

  /** The best that any model can do by the metric of the last look; null if nobody knows. */
  static Double floor(RunPart run) {
    List<Look> looks = run.metrics().looks();
    return looks.isEmpty() ? null : looks.get(looks.size() - 1).floor();
  }

  /** All metrics of the best look and of the last one; null before the first. */
  static Map<String, Object> table(RunPart run) {
    List<TaskValidation> looks = run.metrics().tasks();
    if (looks.isEmpty()) {
      return null;
    }
    TaskValidation last = looks.get(looks.size() - 1);
    Look found = run.metrics().comparable().stream().min(Look.BEST_FIRST).orElseThrow();
    TaskValidation best =
        looks.stream().filter(look -> look.round() == found.round()).findFirst().orElseThrow();
    List<TaskValidation> shown = best == last ? List.of(last) : List.of(best, last);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (String name : last.metrics().keySet()) {
      List<String> cells =
          new ArrayList<>(
              shown.stream()
                  .map(look -> MetricNames.figure(name, look.metrics().get(name)))
                  .toList());
      if (last.floor() != null) {
        cells.add(name.equals(last.metric()) ? MetricNames.figure(name, last.floor()) : "–");
      }
      rows.add(Map.of("name", MetricNames.title(name), "cells", cells));
    }
    List<String> heads = new ArrayList<>();
    for (TaskValidation look : shown) {
      heads.add((look == best ? "Best" : "Last") + ", round " + Figures.whole(look.round()));
    }
    if (last.floor() != null) {
      heads.add("Best possible");
    }
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("scored", Figures.whole(last.scored()));
    view.put("heads", heads);
    view.put("rows", rows);
    return view;
  }
}
