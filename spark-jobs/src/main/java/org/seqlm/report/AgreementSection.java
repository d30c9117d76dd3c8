package org.seqlm.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.metrics.Evaluation;
import org.seqlm.metrics.PairScore;
import org.seqlm.report.ReportModel.EvaluationPart;
import org.seqlm.report.page.Chart.Axis;
import org.seqlm.report.page.Chart.Kind;
import org.seqlm.report.page.Chart.Mark;
import org.seqlm.report.page.Chart.Rule;
import org.seqlm.report.page.Chart.Scale;
import org.seqlm.report.page.Chart.Series;
import org.seqlm.report.page.Charts;
import org.seqlm.report.page.Figures;

/** Agreement at a distance: how often each model prefers the right one of two verbs. */
record AgreementSection(Legend legend, Charts charts) {

  /** What the page shows of one evaluation that has pairs. */
  Map<String, Object> view(EvaluationPart part) {
    Evaluation evaluation = part.evaluation();
    List<String> groups =
        evaluation.pairs().stream()
            .map(PairScore::group)
            .distinct()
            .sorted(
                Comparator.comparingDouble(
                        (String g) -> isDistance(g) ? Double.parseDouble(g) : Double.MAX_VALUE)
                    .thenComparing(g -> g))
            .toList();
    List<String> models = evaluation.pairs().stream().map(PairScore::model).distinct().toList();
    List<Map<String, Object>> rows = new ArrayList<>();
    List<Series> series = new ArrayList<>();
    for (String name : models) {
      List<Map<String, Object>> cells = new ArrayList<>();
      List<double[]> points = new ArrayList<>();
      for (String group : groups) {
        PairScore score =
            evaluation.pairs().stream()
                .filter(p -> p.model().equals(name) && p.group().equals(group) && p.pairs() > 0)
                .findFirst()
                .orElse(null);
        double share = score == null ? Double.NaN : score.right() / score.pairs();
        cells.add(
            Map.of(
                "text",
                score == null ? "–" : Figures.decimal(100 * share, 1),
                "good",
                share > 0.9,
                "chance",
                share < 0.6));
        if (score != null && isDistance(group)) {
          points.add(new double[] {Double.parseDouble(group), 100 * share});
        }
      }
      Map<String, Object> row = legend.row(name);
      row.put("cells", cells);
      rows.add(row);
      if (!points.isEmpty()) {
        series.add(
            Series.given(
                name, legend.label(name), legend.colourOfLine(name), Mark.LINE_AND_POINTS, points));
      }
    }
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("groups", groups);
    view.put("rows", rows);
    view.put(
        "pairs",
        groups.stream()
            .map(
                group ->
                    Figures.whole(
                        evaluation.pairs().stream()
                            .filter(p -> p.group().equals(group))
                            .mapToLong(PairScore::pairs)
                            .max()
                            .orElse(0)))
            .toList());
    view.put(
        "chart",
        charts.add(
            Kind.LINES,
            "Right verbs by the distance between subject and verb",
            Axis.of("tokens between subject and verb", Scale.LINEAR, 0).between(0.0, null),
            Axis.of("right, %", Scale.LINEAR, 1).between(0.0, 100.0),
            series,
            List.of(new Rule("chance", 50))));
    return view;
  }

  /** Whether the pairs of a group are grouped by a distance: its name is a number. */
  static boolean isDistance(String group) {
    return group.matches("[0-9]{1,9}(\\.[0-9]{1,9})?");
  }
}
