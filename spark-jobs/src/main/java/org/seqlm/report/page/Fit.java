package org.seqlm.report.page;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.seqlm.report.page.Chart.Axis;
import org.seqlm.report.page.Chart.Rule;
import org.seqlm.report.page.Chart.Series;

/**
 * A vertical axis that ends where what matters does. What lies beyond is cut off in the chart only:
 * the numbers below it stay whole.
 *
 * @param axis with the end that fits
 * @param remark a sentence of what is cut off; none where nothing is
 */
public record Fit(Axis axis, List<String> remark) {
  /** The part of the horizontal axis whose loss falls so far that the rest would be a flat line. */
  private static final double BEGINNING = 0.05;

  /** Points of each series that are seen wherever they lie. */
  private static final int SEEN = 3;

  /** By how much of what would be left the beginning must stand out. */
  private static final double WORTH = 0.3;

  /** Below this nothing differs: gradients of a net that is saturated go on to 1e−125. */
  private static final double LEAST = 1e-12;

  /**
   * Of losses that fall: to the highest after the first {@value #BEGINNING} of what is trained, and
   * of the last {@value #SEEN} points of each series, so that a curve of few is seen.
   *
   * @param rules that are drawn beside them
   */
  public static Fit falling(Axis y, List<Series> series, List<Rule> rules) {
    double from =
        BEGINNING * series.stream().mapToDouble(Fit::end).max().orElse(0); // all begin at 0
    OptionalDouble later =
        series.stream().flatMap(s -> seen(s, from)).mapToDouble(point -> point[1]).max();
    double low =
        DoubleStream.concat(ys(series), rules.stream().mapToDouble(Rule::value)).min().orElse(0);
    double high = ys(series).max().orElse(0);
    if (later.isEmpty() || length(y, later.getAsDouble(), high) <= WORTH * length(y, low, high)) {
      return new Fit(y, List.of());
    }
    double top = beyond(y, low, later.getAsDouble());
    return new Fit(
        y.between(y.low(), top),
        List.of(
            "The beginning, above "
                + Figures.significant(top)
                + ", is cut off here; the numbers have it."));
  }

  /** Of figures that rise: from the lowest of those by which {@link #falling} ends. */
  public static Fit rising(Axis y, List<Series> series, List<Rule> rules) {
    double from = BEGINNING * series.stream().mapToDouble(Fit::end).max().orElse(0);
    OptionalDouble later =
        series.stream().flatMap(s -> seen(s, from)).mapToDouble(point -> point[1]).min();
    double low = ys(series).min().orElse(0);
    double high =
        DoubleStream.concat(ys(series), rules.stream().mapToDouble(Rule::value)).max().orElse(0);
    if (later.isEmpty() || later.getAsDouble() - low <= WORTH * (high - low)) {
      return new Fit(y, List.of());
    }
    double bottom = later.getAsDouble() - BEGINNING * (high - later.getAsDouble());
    return new Fit(
        y.between(bottom, y.high()),
        List.of(
            "The beginning, below "
                + Figures.significant(bottom)
                + ", is cut off here; the numbers have it."));
  }

  /** Of what falls by any power of ten: down to {@value #LEAST}. */
  public static Fit fading(Axis y, List<Series> series) {
    return ys(series).min().orElse(1) >= LEAST || ys(series).max().orElse(0) <= LEAST
        ? new Fit(y, List.of())
        : new Fit(
            y.between(LEAST, y.high()),
            List.of("What is below 1e−12 is cut off here; the numbers have it."));
  }

  private static DoubleStream ys(List<Series> series) {
    return series.stream().flatMap(s -> s.points().stream()).mapToDouble(point -> point[1]);
  }

  private static Stream<double[]> seen(Series series, double from) {
    List<double[]> points = series.points();
    int first = Math.max(0, points.size() - SEEN);
    return IntStream.range(0, points.size())
        .filter(i -> i >= first || points.get(i)[0] >= from)
        .mapToObj(points::get);
  }

  private static double end(Series series) {
    return series.points().get(series.points().size() - 1)[0];
  }

  private static double length(Axis y, double from, double to) {
    return y.scale() == Chart.Scale.LOGARITHMIC ? Math.log(to / from) : to - from;
  }

  /** A twentieth above what must be seen. */
  private static double beyond(Axis y, double low, double to) {
    double room = BEGINNING * length(y, low, to);
    return y.scale() == Chart.Scale.LOGARITHMIC ? to * Math.exp(room) : to + room;
  }
}
