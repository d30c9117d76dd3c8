package org.seqlm.report.trend;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.seqlm.report.page.Chart.Axis;
import org.seqlm.report.page.Chart.Kind;
import org.seqlm.report.page.Chart.Mark;
import org.seqlm.report.page.Chart.Rule;
import org.seqlm.report.page.Chart.Scale;
import org.seqlm.report.page.Chart.Series;
import org.seqlm.report.page.Charts;
import org.seqlm.report.page.Figures;
import org.seqlm.report.page.Fit;
import org.seqlm.report.trend.Trend.Contest;
import org.seqlm.report.trend.Trend.Event;
import org.seqlm.report.trend.Trend.Row;

/**
 * Figures over the nights, a chart each; there is nothing to draw of one night, nor of what was
 * zero in all of them, which a sentence tells.
 */
record TrendCharts(Trend trend, Charts charts) {
  private static final Axis NIGHT = Axis.of("night", Scale.DATE, 0);

  /**
   * Charts, and what is told without one.
   *
   * @param charts views of them
   * @param zeros a sentence each
   */
  record Drawn(List<Map<String, Object>> charts, List<String> zeros) {
    Drawn() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  /** What the figures of a night's drift are called, two that belong together in one chart. */
  private record Drift(String title, String unit, double factor, Map<String, String> names) {}

  private static final List<Drift> DRIFTS =
      List.of(
          new Drift(
              "Tokens that the champion's newest text does not know",
              "per cent",
              100,
              names("unknown-rate", "new text", "old-unknown-rate", "that text, held out")),
          new Drift(
              "How far the words are from those of the champion's newest text (Jensen–Shannon)",
              "bits",
              1,
              names("divergence", "divergence", "chance", "by chance, on average")),
          new Drift(
              "How likely chance alone gives such a divergence; small where words have changed",
              "probability (p)",
              1,
              names("p", "p")),
          new Drift(
              "What the champion makes of the new text before it is trained on; lower is better",
              "bits a character",
              1,
              names("bits", "new text", "old-bits", "its newest text, held out")));

  private static Map<String, String> names(String... keysAndNames) {
    Map<String, String> names = new LinkedHashMap<>();
    for (int i = 0; i < keysAndNames.length; i += 2) {
      names.put(keysAndNames[i], keysAndNames[i + 1]);
    }
    return names;
  }

  /** What champion and challenger were worth, and by how much they differed. */
  Drawn models() {
    Drawn views = new Drawn();
    add(
        views,
        "Both models on each night's fresh documents; lower is better",
        "bits a character",
        4,
        List.of(
            line("champion", 0, contest(Contest::championBits)),
            points("challenger", 1, row -> true, contest(Contest::challengerBits))),
        List.of());
    Double margin = margin();
    add(
        views,
        "What each challenger gained, with its interval; higher is better",
        "bits a character",
        4,
        List.of(
            points("promoted", 0, row -> row.event() == Event.PROMOTED, TrendCharts::gain),
            points("kept out", 1, row -> row.event() != Event.PROMOTED, TrendCharts::gain)),
        margin == null ? List.of() : List.of(new Rule("margin", margin)));
    add(
        views,
        "Error dealt to the year's challengers so far; the share of a promoted one comes back",
        "probability",
        Axis.SIGNIFICANT,
        List.of(line("dealt", 0, contest(Contest::spent))),
        List.of());
    return views;
  }

  /** What came in. */
  Drawn text() {
    Drawn views = new Drawn();
    single(views, "Tokens that came in", "tokens", 0, row -> real(row.figures().tokens()));
    single(views, "Documents that came in", "documents", 0, row -> real(row.figures().documents()));
    single(views, "The vocabulary's size", "tokens", 0, row -> real(row.figures().vocabulary()));
    single(
        views,
        "Held-out tokens of each night that the champion does not know",
        "per cent",
        3,
        row -> row.figures().unknownRate() == null ? null : 100 * row.figures().unknownRate());
    Set<String> others = new LinkedHashSet<>();
    trend.rows().forEach(row -> others.addAll(row.figures().drift().keySet()));
    for (Drift drift : DRIFTS) {
      List<Series> series = new ArrayList<>();
      drift
          .names()
          .forEach(
              (key, name) -> {
                others.remove(key);
                series.add(line(name, series.size(), value(row -> drifted(row, key, drift))));
              });
      add(views, drift.title(), drift.unit(), Axis.SIGNIFICANT, series, List.of());
    }
    // Of another release.
    for (String name : others) {
      String words = name.replace('-', ' ');
      single(
          views,
          "Drift: " + words,
          words,
          Axis.SIGNIFICANT,
          row -> row.figures().drift().get(name));
    }
    return views;
  }

  private static Double drifted(Row row, String key, Drift drift) {
    Double value = row.figures().drift().get(key);
    return value == null ? null : drift.factor() * value;
  }

  /** Where the time went. */
  Drawn time() {
    Map<String, Integer> phases = new LinkedHashMap<>();
    for (Row row : trend.rows()) {
      row.figures().seconds().keySet().forEach(phase -> phases.putIfAbsent(phase, phases.size()));
    }
    List<Series> series = new ArrayList<>();
    phases.forEach(
        (phase, colour) ->
            series.add(line(phase, colour, value(row -> row.figures().seconds().get(phase)))));
    Drawn views = new Drawn();
    add(views, "Seconds by phase", "seconds", 1, series, List.of());
    return views;
  }

  private void single(
      Drawn views, String title, String unit, int digits, Function<Row, Double> value) {
    add(views, title, unit, digits, List.of(line(unit, 0, value(value))), List.of());
  }

  private void add(
      Drawn views, String title, String unit, int digits, List<Series> all, List<Rule> rules) {
    List<Series> series = all.stream().filter(one -> !one.points().isEmpty()).toList();
    long nights =
        series.stream().flatMap(one -> one.points().stream()).map(p -> p[0]).distinct().count();
    boolean zero =
        rules.isEmpty()
            && series.stream().flatMap(one -> one.points().stream()).allMatch(p -> p[1] == 0);
    if (nights > 1 && zero) {
      views.zeros().add(title + ": 0 " + unit + " in all " + Figures.whole(nights) + " nights.");
    } else if (nights > 1) {
      views
          .charts()
          .add(
              charts.add(
                  Kind.LINES,
                  title,
                  NIGHT,
                  new Fit(Axis.of(unit, Scale.LINEAR, digits), List.of()),
                  series,
                  rules,
                  List.of()));
    }
  }

  private Series line(String name, int colour, Function<Row, double[]> point) {
    return series(name, colour, Mark.LINE_AND_POINTS, row -> true, point);
  }

  private Series points(
      String name, int colour, Predicate<Row> which, Function<Row, double[]> point) {
    return series(name, colour, Mark.POINTS, which, point);
  }

  /** Rows are in the order of their decisions; points rise, whichever night was done late. */
  private Series series(
      String name, int colour, Mark mark, Predicate<Row> which, Function<Row, double[]> point) {
    List<double[]> points = new ArrayList<>();
    for (Row row : trend.rows()) {
      double[] one = row.night() != null && which.test(row) ? point.apply(row) : null;
      if (one != null) {
        points.add(one);
      }
    }
    points.sort((a, b) -> Double.compare(a[0], b[0]));
    return new Series(name, colour, mark, points);
  }

  private static Function<Row, double[]> value(Function<Row, Double> value) {
    return row -> {
      Double one = value.apply(row);
      return one == null ? null : new double[] {row.day(), one};
    };
  }

  private static Function<Row, double[]> contest(Function<Contest, ? extends Number> value) {
    return value(row -> row.contest() == null ? null : real(value.apply(row.contest())));
  }

  private static double[] gain(Row row) {
    Contest contest = row.contest();
    if (contest == null || contest.gain() == null) {
      return null;
    }
    return contest.lower() == null || contest.upper() == null
        ? new double[] {row.day(), contest.gain()}
        : new double[] {row.day(), contest.gain(), contest.lower(), contest.upper()};
  }

  /** The latest. */
  private Double margin() {
    return trend.rows().stream()
        .filter(row -> row.contest() != null && row.contest().margin() != null)
        .reduce((a, b) -> b)
        .map(row -> row.contest().margin())
        .orElse(null);
  }

  private static Double real(Number value) {
    return value == null ? null : value.doubleValue();
  }
}
