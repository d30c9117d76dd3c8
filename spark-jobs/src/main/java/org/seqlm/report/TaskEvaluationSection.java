package org.seqlm.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.seqlm.metrics.TaskEvaluation;
import org.seqlm.report.ReportModel.TaskEvaluationPart;
import org.seqlm.report.page.Chart.Axis;
import org.seqlm.report.page.Chart.Kind;
import org.seqlm.report.page.Chart.Mark;
import org.seqlm.report.page.Chart.Rule;
import org.seqlm.report.page.Chart.Scale;
import org.seqlm.report.page.Chart.Series;
import org.seqlm.report.page.Charts;
import org.seqlm.report.page.Figures;
import org.seqlm.report.task.ConfusionView;

/**
 * Networks on the same labelled examples: all their metrics, and the one that counts beside the
 * best that any model can do, where that is known.
 */
record TaskEvaluationSection(Legend legend, Charts charts) {

  /** What the page shows of one evaluation. */
  Map<String, Object> view(TaskEvaluationPart part) {
    TaskEvaluation evaluation = part.evaluation();
    Set<String> names = new LinkedHashSet<>();
    evaluation.models().forEach(model -> names.addAll(model.metrics().keySet()));
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("name", part.name());
    view.put("dataset", evaluation.dataset());
    view.put("split", evaluation.split());
    view.put("task", evaluation.task());
    view.put("examples", Figures.whole(evaluation.examples()));
    view.put("heads", names.stream().map(MetricNames::title).toList());
    List<Map<String, Object>> rows = new ArrayList<>();
    for (TaskEvaluation.OfModel model : evaluation.models()) {
      Map<String, Object> row = legend.row(model.name());
      row.put("kind", model.kind());
      row.put("best", evaluation.best().contains(model));
      row.put(
          "cells",
          names.stream().map(name -> MetricNames.figure(name, model.metrics().get(name))).toList());
      rows.add(row);
    }
    view.put("rows", rows);
    view.put(
        "floor",
        evaluation.floor() == null
            ? null
            : names.stream()
                .map(
                    name ->
                        name.equals(evaluation.metric())
                            ? MetricNames.figure(name, evaluation.floor())
                            : "–")
                .toList());
    view.put("hasFloor", evaluation.floor() != null);
    List<Map<String, Object>> confusions = new ArrayList<>();
    for (TaskEvaluation.OfModel model : evaluation.models()) {
      if (model.confusion() != null) {
        confusions.add(ConfusionView.view(legend.label(model.name()), model.confusion()));
      }
    }
    view.put("confusions", confusions);
    view.put("chart", evaluation.models().size() > 1 ? chart(evaluation) : null);
    return view;
  }

  private Map<String, Object> chart(TaskEvaluation evaluation) {
    String metric = evaluation.metric();
    List<Series> series = new ArrayList<>();
    for (TaskEvaluation.OfModel model : evaluation.models()) {
      Double value = model.metrics().get(metric);
      if (value != null) {
        series.add(
            Series.given(
                model.name(),
                legend.label(model.name()),
                legend.colour(model.name()),
                Mark.LINE,
                List.of(new double[] {0, value})));
      }
    }
    return charts.add(
        Kind.BARS,
        MetricNames.title(metric) + " of each model on the same examples",
        Axis.of("model", Scale.LINEAR, 0),
        Axis.of(MetricNames.shown(metric), Scale.LINEAR, 4),
        series,
        evaluation.floor() == null
            ? List.of()
            : List.of(new Rule(MetricNames.BEST_POSSIBLE, evaluation.floor())));
  }
}
