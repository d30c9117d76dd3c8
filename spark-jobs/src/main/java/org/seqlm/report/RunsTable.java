package org.seqlm.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.seqlm.report.ReportModel.BestModel;
import org.seqlm.report.ReportModel.RunPart;
import org.seqlm.report.page.Figures;

/**
 * All runs of the page over text, or all over labelled examples, in one table: how each went, and
 * the keys of the configuration by which they differ.
 */
record RunsTable(Legend legend) {
  /** Columns of keys; of more, the first are shown, which are the network's and the training's. */
  private static final int MOST_KEYS = 10;

  /** Where a run lies and what has no part in its result: these differ, and say nothing. */
  private static final Set<String> PLACES = Set.of("output", "tensorboard", "partitions");

  /** Which text is looked at: where these differ losses do not compare. */
  private static final Set<String> TEXTS = Set.of("input", "validation.max-tokens");

  /** Nothing unless there are two runs or more. */
  Map<String, Object> view(List<RunPart> runs) {
    if (runs.size() < 2) {
      return null;
    }
    List<Map<String, String>> configs = runs.stream().map(run -> flat(run.config())).toList();
    List<String> keys = differing(configs);
    List<String> shown = keys.subList(0, Math.min(MOST_KEYS, keys.size()));
    boolean compare = keys.stream().noneMatch(TEXTS::contains);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      RunPart run = runs.get(i);
      BestModel best = new RunFacts(run).best();
      Map<String, Object> row = new LinkedHashMap<>(Legend.stroke(legend.colourOfRun(run.name())));
      row.put("name", run.name());
      row.put("task", run.trained() == null ? null : task(run, best));
      row.put("score", best == null ? "–" : score(best));
      row.put("best", compare && best != null && isBest(best, runs));
      row.put(
          "units",
          run.rounds().isEmpty()
              ? "–"
              : Figures.whole(run.rounds().get(run.rounds().size() - 1).tokens()));
      row.put("seconds", Figures.decimal(run.metrics().seconds(), 1));
      row.put("outcome", new RunFacts(run).outcome());
      Map<String, String> config = configs.get(i);
      row.put("values", shown.stream().map(key -> config.getOrDefault(key, "–")).toList());
      rows.add(row);
    }
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("ofTasks", runs.get(0).trained() != null);
    view.put("keys", shown);
    view.put("rows", rows);
    view.put("left", keys.size() > shown.size() ? keys.size() - shown.size() : null);
    return view;
  }

  /** What stands of a run over examples beside others' columns. */
  private static Map<String, Object> task(RunPart run, BestModel best) {
    String task = run.trained().task();
    return Map.of(
        "name",
        task == null ? "–" : task,
        "metric",
        best == null || best.metric() == null ? "–" : MetricNames.shown(best.metric().name()),
        "floor",
        best == null || best.metric() == null
            ? "–"
            : MetricNames.figure(best.metric().name(), TaskCurves.floor(run)));
  }

  private static String score(BestModel best) {
    return best.metric() == null
        ? Figures.decimal(best.nats(), 4)
        : MetricNames.figure(best.metric());
  }

  private static boolean isBest(BestModel best, List<RunPart> runs) {
    return runs.stream()
        .map(run -> new RunFacts(run).best())
        .noneMatch(other -> other != null && best.isWorseThan(other));
  }

  /** Keys with two values or more, in their order; what a run does not say is no value. */
  private static List<String> differing(List<Map<String, String>> configs) {
    Map<String, Set<String>> values = new LinkedHashMap<>();
    for (Map<String, String> config : configs) {
      config.forEach(
          (key, value) -> values.computeIfAbsent(key, k -> new LinkedHashSet<>()).add(value));
    }
    return values.entrySet().stream()
        .filter(of -> of.getValue().size() > 1 && !PLACES.contains(of.getKey()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static Map<String, String> flat(JsonNode config) {
    Map<String, String> flat = new LinkedHashMap<>();
    flatten("", config, flat);
    return flat;
  }

  private static void flatten(String prefix, JsonNode node, Map<String, String> flat) {
    for (Map.Entry<String, JsonNode> part : node.properties()) {
      JsonNode value = part.getValue();
      String key = prefix + part.getKey();
      if (value.isObject()) {
        flatten(key + ".", value, flat);
      } else {
        flat.put(
            key,
            value.isNumber()
                ? RunFacts.number(value)
                : value.isValueNode() ? value.asText() : value.toString());
      }
    }
  }
}
