package org.seqlm.report.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.seqlm.analysis.Wording;
import org.seqlm.artifact.Json;
import org.seqlm.report.page.Chart.Axis;
import org.seqlm.report.page.Chart.Kind;
import org.seqlm.report.page.Chart.Rule;
import org.seqlm.report.page.Chart.Series;

/** The charts of one page, numbered in the order in which its sections add them. */
public final class Charts {
  private final Translation translation;
  private final List<Chart> charts = new ArrayList<>();

  /**
   * @param translation of titles, axes, sentences, and of the names of series that are ours
   */
  public Charts(Translation translation) {
    this.translation = translation;
  }

  /**
   * Adds a chart to the data of the page's script.
   *
   * @return what chart.mustache shows: the place to draw in and the table of the same numbers; null
   *     where there is nothing to draw
   */
  public Map<String, Object> add(
      Kind kind, String title, Axis x, Axis y, List<Series> series, List<Rule> rules) {
    return add(kind, title, x, new Fit(y, List.of()), series, rules, List.of());
  }

  /**
   * The same with sentences below it.
   *
   * @param remarks beside what the axis cuts off
   */
  public Map<String, Object> add(
      Kind kind,
      String title,
      Axis x,
      Fit fit,
      List<Series> series,
      List<Rule> rules,
      List<String> remarks) {
    if (series.isEmpty()) {
      return null;
    }
    Axis y = translated(fit.axis());
    Chart chart =
        new Chart(
            "chart-" + (charts.size() + 1),
            kind,
            translated(x),
            y,
            series.stream().map(this::translated).toList(),
            rules.stream()
                .map(rule -> new Rule(translation.drawn(rule.name()), rule.value()))
                .toList());
    charts.add(chart);
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("id", chart.id());
    view.put("title", translation.text(title));
    view.put("description", new Description(chart, translation).text());
    view.put("bars", kind == Kind.BARS);
    view.put("height", kind == Kind.BARS ? 70 + 34 * series.size() : lines(series.size()));
    List<String> header = chart.header();
    view.put("first", header.get(0));
    view.put("others", header.subList(1, header.size()));
    List<Map<String, Object>> table = new ArrayList<>();
    for (List<String> row : chart.rows()) {
      table.add(Map.of("first", row.get(0), "others", row.subList(1, row.size())));
    }
    view.put("table", table);
    List<Map<String, Object>> rule = new ArrayList<>();
    chart.rules().forEach(r -> rule.add(Map.of("name", r.name(), "value", y.figure(r.value()))));
    view.put("rules", rule);
    view.put(
        "remarks",
        Stream.concat(fit.remark().stream(), remarks.stream()).map(translation::text).toList());
    return view;
  }

  private Axis translated(Axis axis) {
    return new Axis(
        translation.drawn(axis.title()), axis.scale(), axis.low(), axis.high(), axis.digits());
  }

  private Series translated(Series one) {
    return one.wording() == Wording.GIVEN
        ? one
        : new Series(
            translation.drawn(one.name()),
            translation.drawn(one.label()),
            one.colour(),
            one.mark(),
            one.points(),
            one.wording());
  }

  /** The height of a chart of so many lines, whose legend takes more room the more they are. */
  private static int lines(int count) {
    return 320 + 6 * Math.max(0, count - 8);
  }

  /** Whether the page has none. */
  public boolean isEmpty() {
    return charts.isEmpty();
  }

  /** What the page's script draws, as JSON that cannot end the script element it stands in. */
  public String json() {
    try {
      return Json.mapper()
          .writeValueAsString(charts)
          .replace("<", "\\u003c")
          .replace(">", "\\u003e")
          .replace("&", "\\u0026")
          .replace("\u2028", "\\u2028")
          .replace("\u2029", "\\u2029");
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
