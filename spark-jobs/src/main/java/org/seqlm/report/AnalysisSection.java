package org.seqlm.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.seqlm.analysis.AnalysisDetails;
import org.seqlm.analysis.AnalysisDetails.ShownTable;
import org.seqlm.analysis.ChartData;
import org.seqlm.analysis.Column;
import org.seqlm.analysis.Wording;
import org.seqlm.artifact.Json;
import org.seqlm.report.ReportModel.AnalysisPart;
import org.seqlm.report.page.Chart;
import org.seqlm.report.page.Charts;
import org.seqlm.report.page.Figures;
import org.seqlm.report.page.Fit;
import org.seqlm.report.page.Translation;

/** An analysis of a corpus, whichever it is: facts, charts, tables and footnotes. */
record AnalysisSection(Charts charts, Translation translation) {
  /** Rows of a table that are drawn; its files have all. */
  private static final int MOST_ROWS = 50;

  /** More columns have less room each. */
  private static final int MOST_COLUMNS = 7;

  /** The column of text that ends where the next begins, as before a keyword. */
  private static final String BEFORE = "left";

  private static final Set<Byte> STRONG =
      Set.of(
          Character.DIRECTIONALITY_LEFT_TO_RIGHT,
          Character.DIRECTIONALITY_RIGHT_TO_LEFT,
          Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC);

  /** What the page shows of one analysis. */
  Map<String, Object> view(AnalysisPart part) {
    AnalysisDetails details = part.details();
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("name", part.name());
    view.put("title", translation.text(details.title()));
    view.put(
        "facts",
        details.facts().stream()
            .map(
                fact ->
                    Map.of(
                        "name",
                        translation.text(fact.name()),
                        "value",
                        fact.wording() == Wording.OURS
                            ? translation.text(fact.value())
                            : fact.value()))
            .toList());
    view.put("hasFacts", !details.facts().isEmpty());
    view.put("charts", details.charts().stream().map(this::chart).toList());
    view.put("tables", details.tables().stream().map(this::table).toList());
    view.put("footnotes", details.footnotes().stream().map(translation::text).toList());
    view.put("hasFootnotes", !details.footnotes().isEmpty());
    view.put("notes", details.notes().stream().map(translation::text).toList());
    return view;
  }

  private Map<String, Object> chart(ChartData data) {
    List<Chart.Series> series = new ArrayList<>();
    for (ChartData.Series one : data.series()) {
      series.add(
          new Chart.Series(
              one.name(),
              one.name(),
              data.kind() == ChartData.Kind.BARS ? 0 : series.size(),
              Chart.Mark.valueOf(one.mark().name()),
              one.points().stream()
                  .map(point -> point.stream().mapToDouble(Double::doubleValue).toArray())
                  .toList(),
              one.wording()));
    }
    return charts.add(
        Chart.Kind.valueOf(data.kind().name()),
        data.title(),
        axis(data.x()),
        new Fit(axis(data.y()), List.of()),
        series,
        List.of(),
        data.remarks());
  }

  private static Chart.Axis axis(ChartData.Axis axis) {
    return axis.scale() == ChartData.Scale.LINEAR_FROM_ZERO
        ? Chart.Axis.of(axis.title(), Chart.Scale.LINEAR, axis.digits()).between(0.0, null)
        : Chart.Axis.of(axis.title(), Chart.Scale.valueOf(axis.scale().name()), axis.digits());
  }

  private Map<String, Object> table(ShownTable shown) {
    List<Column> columns = shown.table().columns();
    List<Map<String, Object>> head = new ArrayList<>();
    for (Column column : columns) {
      head.add(
          Map.of(
              "title",
              translation.text(column.title()),
              "number",
              column.type() != Column.Type.TEXT));
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    for (List<Object> row : shown.shown().stream().limit(MOST_ROWS).toList()) {
      List<Map<String, Object>> cells = new ArrayList<>();
      for (int i = 0; i < columns.size(); i++) {
        cells.add(
            Map.of(
                "text",
                figure(columns.get(i), row.get(i)),
                "number",
                columns.get(i).type() != Column.Type.TEXT,
                "before",
                columns.get(i).name().equals(BEFORE)));
      }
      rows.add(Map.of("first", cells.get(0), "cells", cells.subList(1, cells.size())));
    }
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("title", translation.text(shown.table().title()));
    view.put("head", head);
    String direction = direction(shown);
    view.put("dir", direction);
    view.put("wide", direction != null || columns.size() > MOST_COLUMNS);
    view.put("rows", rows);
    view.put("empty", rows.isEmpty());
    view.put(
        "more",
        shown.rows() > rows.size()
            ? translation.text(
                "The first "
                    + Figures.whole(rows.size())
                    + " of "
                    + Figures.whole(shown.rows())
                    + " rows; all are in the analysis' folder, tables/"
                    + shown.table().name()
                    + ".")
            : null);
    return view;
  }

  /**
   * Where the lines of text begin whose columns are parts of it: what stands before a keyword is to
   * be on that side, in a page of any language. Null of other tables.
   */
  private static String direction(ShownTable shown) {
    List<String> names = shown.table().columns().stream().map(Column::name).toList();
    int before = names.indexOf(BEFORE);
    if (before < 0 || shown.table().columns().get(before).type() != Column.Type.TEXT) {
      return null;
    }
    boolean rightToLeft =
        shown.shown().stream()
            .flatMap(row -> row.stream().skip(before))
            .map(String::valueOf)
            .flatMapToInt(String::codePoints)
            .mapToObj(Character::getDirectionality)
            .filter(STRONG::contains)
            .findFirst()
            .filter(first -> first != Character.DIRECTIONALITY_LEFT_TO_RIGHT)
            .isPresent();
    return rightToLeft ? "rtl" : "ltr";
  }

  private static String figure(Column column, Object value) {
    if (value == null) {
      return "";
    }
    return switch (column.type()) {
      case TEXT -> value.toString();
      case WHOLE -> Figures.whole(((Number) value).longValue());
      // JSON has no infinity: a string stands for it.
      case REAL ->
          value instanceof Number number
              ? real(number.doubleValue())
              : Json.line(value).replace("\"", "");
    };
  }

  /** Three digits that count; those before the point of what has up to nine. */
  private static String real(double value) {
    double size = Math.abs(value);
    return size >= 999.5 && size < 1e9 ? Figures.decimal(value, 0) : Figures.significant(value);
  }
}
