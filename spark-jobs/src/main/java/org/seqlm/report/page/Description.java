package org.seqlm.report.page;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.seqlm.report.page.Chart.Axis;
import org.seqlm.report.page.Chart.Kind;
import org.seqlm.report.page.Chart.Series;

/**
 * What a chart shows, in sentences for who does not see it: its axes, where each series begins and
 * ends, and its extremes. The table below the chart has every number.
 */
record Description(Chart chart, Translation translation) {
  /** Series that are told of one by one: who listens cannot skip. */
  private static final int MOST = 6;

  String text() {
    List<String> sentences = new ArrayList<>();
    Axis x = chart.x();
    Axis y = chart.y();
    boolean bars = chart.kind() == Kind.BARS;
    sentences.add(
        bars
            ? "Bar chart of " + y.title()
            : "Line chart of " + y.title() + " by " + x.title() + scales());
    for (Series one : chart.series().subList(0, Math.min(MOST, chart.series().size()))) {
      sentences.add(bars ? one.label() + " " + y.figure(one.points().get(0)[1]) : course(one));
    }
    int more = chart.series().size() - MOST;
    if (more > 0) {
      sentences.add(Figures.whole(more) + " more are in the table below the chart");
    }
    chart
        .rules()
        .forEach(
            rule ->
                sentences.add("To compare with: " + rule.name() + " " + y.figure(rule.value())));
    return sentences.stream().map(translation::text).collect(Collectors.joining(". ")) + ".";
  }

  private String scales() {
    boolean x = chart.x().scale() == Chart.Scale.LOGARITHMIC;
    boolean y = chart.y().scale() == Chart.Scale.LOGARITHMIC;
    return x && y
        ? ", both logarithmic"
        : x ? ", logarithmic to the right" : y ? ", logarithmic upwards" : "";
  }

  private String course(Series series) {
    Axis x = chart.x();
    Axis y = chart.y();
    List<double[]> points = series.points();
    double[] first = points.get(0);
    double[] last = points.get(points.size() - 1);
    if (points.size() == 1) {
      return series.label() + ": " + y.figure(first[1]) + " at " + x.figure(first[0]);
    }
    Comparator<double[]> height = Comparator.comparingDouble(point -> point[1]);
    double[] low = points.stream().min(height).orElseThrow();
    double[] high = points.stream().max(height).orElseThrow();
    return String.format(
        Locale.ROOT,
        "%s: %d points, from %s at %s to %s at %s, lowest %s, highest %s",
        series.label(),
        points.size(),
        y.figure(first[1]),
        x.figure(first[0]),
        y.figure(last[1]),
        x.figure(last[0]),
        y.figure(low[1]),
        y.figure(high[1]));
  }
}
