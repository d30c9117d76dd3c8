package org.seqlm.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.seqlm.report.ReportModel.NgramsPart;
import org.seqlm.report.ReportModel.ZipfPoint;
import org.seqlm.report.page.Chart.Axis;
import org.seqlm.report.page.Chart.Kind;
import org.seqlm.report.page.Chart.Mark;
import org.seqlm.report.page.Chart.Scale;
import org.seqlm.report.page.Chart.Series;
import org.seqlm.report.page.Charts;
import org.seqlm.report.page.Figures;

/**
 * The Zipf plot of an n-gram statistic, on logarithmic axes: how often the token of each rank was
 * seen, and the law fitted to it.
 */
final class ZipfPlot {
  private ZipfPlot() {}

  /** The plot and the fitted law in words; nothing where no ranks were kept. */
  static Map<String, Object> view(NgramsPart part, Charts charts) {
    if (part.zipf().isEmpty()) {
      return Map.of();
    }
    List<ZipfPoint> shown = thin(part.zipf());
    List<Series> series = new ArrayList<>();
    series.add(
        new Series(
            "tokens",
            0,
            Mark.POINTS,
            shown.stream().map(p -> new double[] {p.rank(), p.count()}).toList()));
    // A line on logarithmic axes; the law may fall below one, which the axis need not follow.
    List<double[]> law =
        shown.stream()
            .filter(p -> p.fitted() != null && p.fitted() > 0)
            .map(p -> new double[] {p.rank(), p.fitted()})
            .toList();
    if (!law.isEmpty()) {
      series.add(new Series("fitted law", 1, Mark.DASHES, law));
    }
    Map<String, Object> view = new LinkedHashMap<>();
    if (part.exponent() != null) {
      view.put("fit", "count ∝ rank^−" + Figures.decimal(part.exponent(), 3));
    }
    view.put(
        "zipf",
        charts.add(
            Kind.LINES,
            "Zipf plot: how often the token of each rank was seen",
            Axis.of("rank", Scale.LOGARITHMIC, 0),
            Axis.of("count", Scale.LOGARITHMIC, 0),
            series,
            List.of()));
    return view;
  }

  /** Points about evenly spaced on a logarithmic axis. */
  private static List<ZipfPoint> thin(List<ZipfPoint> points) {
    List<ZipfPoint> kept = new ArrayList<>();
    double next = 0;
    for (int i = 0; i < points.size(); i++) {
      ZipfPoint point = points.get(i);
      if (point.rank() >= next || i == points.size() - 1) {
        kept.add(point);
        next = point.rank() * 1.04;
      }
    }
    return kept;
  }
}
