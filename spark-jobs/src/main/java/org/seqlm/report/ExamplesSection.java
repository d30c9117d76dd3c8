package org.seqlm.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.ColumnType;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.ExampleOrigin;
import org.seqlm.dataset.ExampleStatistics;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.dataset.FeatureStatistics;
import org.seqlm.dataset.Split;
import org.seqlm.report.page.Chart.Axis;
import org.seqlm.report.page.Chart.Kind;
import org.seqlm.report.page.Chart.Mark;
import org.seqlm.report.page.Chart.Scale;
import org.seqlm.report.page.Chart.Series;
import org.seqlm.report.page.Charts;
import org.seqlm.report.page.Figures;
import org.seqlm.report.page.Fit;

/**
 * Labelled examples: their task, its best possible score where that is known, the splits, and how
 * often each label stands.
 */
record ExamplesSection(Charts charts) {
  /** Labels of a column that are drawn, the most frequent ones. */
  private static final int MOST_LABELS = 20;

  /** Characters of a label that are drawn. */
  private static final int LONGEST_LABEL = 32;

  /** What the page shows of one artifact. */
  Map<String, Object> view(ReportModel.ExamplesPart part) {
    ExamplesDetails details = part.details();
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("name", part.name());
    view.put("task", Json.name(details.task()));
    view.put("metric", MetricNames.shown(details.metric()));
    view.put("fingerprint", details.corpusFingerprint());
    view.put("origin", origin(details.origin()));
    view.put("facts", facts(details));
    view.put("heads", heads(details));
    view.put("rows", rows(details));
    view.put("labels", details.labels().keySet().stream().map(c -> labels(details, c)).toList());
    List<Map<String, Object>> bad = new ArrayList<>();
    details
        .badRecords()
        .forEach((kind, n) -> bad.add(Map.of("kind", kind, "count", Figures.whole(n))));
    view.put("bad", bad);
    view.put("noBad", bad.isEmpty());
    return view;
  }

  /** Which built-in example it is, and what is known of its best possible score. */
  private static Map<String, Object> origin(ExampleOrigin origin) {
    if (origin == null) {
      return null;
    }
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("kind", origin.kind());
    view.put("description", origin.description());
    JsonNode floor = origin.floor();
    List<Map<String, Object>> figures = new ArrayList<>();
    if (floor != null) {
      for (Map.Entry<String, JsonNode> figure : floor.properties()) {
        if (figure.getValue().isNumber()) {
          figures.add(
              Map.of(
                  "name",
                  figure.getKey().equals("floor") ? MetricNames.BEST_POSSIBLE : figure.getKey(),
                  "value",
                  Figures.decimal(figure.getValue().asDouble(), 4)));
        }
      }
      view.put(
          "about",
          floor.path("about").isTextual()
              ? TrainingSection.sentence(floor.path("about").asText())
              : null);
    }
    view.put("figures", figures);
    view.put("hasFigures", !figures.isEmpty());
    return view;
  }

  /** What the columns are, in a few words each. */
  private static List<String> facts(ExamplesDetails details) {
    List<String> facts = new ArrayList<>();
    for (ExampleColumn column : details.columns()) {
      String name = column.name();
      if (details.vocabularies().containsKey(name)) {
        int size = details.vocabularies().get(name).size();
        facts.add(name + ": " + Figures.whole(size) + " in the vocabulary");
      }
      if (details.labels().containsKey(name)) {
        int size = details.labels().get(name).size();
        facts.add(name + ": " + Figures.whole(size) + " different");
      }
      if (column.type() == ColumnType.FLOATS && !column.itemShape().isEmpty()) {
        String shape =
            column.itemShape().stream()
                .map(length -> Figures.whole(length))
                .collect(Collectors.joining(" × "));
        facts.add(name + ": " + shape + " numbers" + (column.ragged() ? " an item" : ""));
      }
    }
    if (details.rules() != null) {
      facts.add("cut by " + details.rules().title());
    }
    Double share = observed(details);
    if (share != null) {
      facts.add(Figures.percent(share, 1) + " of the train split's values are observed");
    }
    return facts;
  }

  /** The share of a series' values that are no gaps; null of others. */
  private static Double observed(ExamplesDetails details) {
    FeatureStatistics values = details.features().get("values");
    ExampleColumn observed = details.column("observed");
    if (values == null || observed == null) {
      return null;
    }
    long items = train(details).items().getOrDefault("values", 0L) * observed.itemSize();
    long counted = values.counts().stream().mapToLong(Long::longValue).sum();
    return items == 0 ? null : (double) counted / items;
  }

  private static ExampleStatistics train(ExamplesDetails details) {
    return details.splits().getOrDefault(Split.TRAIN, ExampleStatistics.NONE);
  }

  /** Columns whose examples are of different lengths; of those that go along with one, that one. */
  private static List<String> ragged(ExamplesDetails details) {
    return details.columns().stream()
        .filter(column -> column.ragged() && column.type() != ColumnType.MASK)
        .map(ExampleColumn::name)
        .filter(name -> !name.equals("tags") && !name.equals("times"))
        .toList();
  }

  private static List<String> heads(ExamplesDetails details) {
    List<String> heads = new ArrayList<>();
    for (String column : ragged(details)) {
      heads.add("Longest " + column);
      heads.add("Mean length of " + column);
    }
    details.vocabularies().keySet().forEach(column -> heads.add("Unknown in " + column));
    return heads;
  }

  private static List<Map<String, Object>> rows(ExamplesDetails details) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Split split : Split.values()) {
      ExampleStatistics of = details.splits().getOrDefault(split, ExampleStatistics.NONE);
      List<String> cells = new ArrayList<>();
      for (String column : ragged(details)) {
        long items = of.items().getOrDefault(column, 0L);
        cells.add(Figures.whole(of.longest().getOrDefault(column, 0)));
        cells.add(Figures.decimal((double) items / of.examples(), 1));
      }
      for (String column : details.vocabularies().keySet()) {
        long items = of.items().getOrDefault(column, 0L);
        cells.add(Figures.percent((double) of.unknown().getOrDefault(column, 0L) / items, 2));
      }
      rows.add(
          Map.of(
              "split", Json.name(split),
              "examples", Figures.whole(of.examples()),
              "cells", cells));
    }
    return rows;
  }

  /** How often each label stands in the train split, the most frequent first. */
  private Map<String, Object> labels(ExamplesDetails details, String column) {
    List<String> names = details.labels().get(column);
    List<Long> counts = train(details).labels().getOrDefault(column, List.of());
    List<Integer> order =
        IntStream.range(0, Math.min(names.size(), counts.size()))
            .boxed()
            .sorted(Comparator.comparing(counts::get, Comparator.reverseOrder()))
            .toList();
    List<Integer> drawn = order.subList(0, Math.min(MOST_LABELS, order.size()));
    List<Series> series =
        drawn.stream()
            .map(
                id ->
                    Series.given(
                        names.get(id),
                        cut(names.get(id)),
                        0,
                        Mark.LINE,
                        List.of(new double[] {0, counts.get(id)})))
            .toList();
    int left = order.size() - drawn.size();
    long rest = order.subList(drawn.size(), order.size()).stream().mapToLong(counts::get).sum();
    return charts.add(
        Kind.BARS,
        "Labels of the train split, column " + column,
        Axis.of(column, Scale.LINEAR, 0),
        new Fit(Axis.of("count", Scale.LINEAR, 0).between(0.0, null), List.of()),
        series,
        List.of(),
        left == 0
            ? List.of()
            : List.of(
                Figures.whole(left)
                    + " more, which stand "
                    + Figures.whole(rest)
                    + " times in all, are left out."));
  }

  private static String cut(String label) {
    return label.codePointCount(0, label.length()) <= LONGEST_LABEL
        ? label
        : label.substring(0, label.offsetByCodePoints(0, LONGEST_LABEL)) + "…";
  }
}
