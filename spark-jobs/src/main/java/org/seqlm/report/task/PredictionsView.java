package org.seqlm.report.task;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.seqlm.artifact.Json;
import org.seqlm.report.page.Figures;
import org.seqlm.task.predict.PredictionDetails;

/**
 * What a network said of records: how many, how often each label, and how good it was where the
 * records say what is right.
 */
public final class PredictionsView {
  /** Labels that are shown, the most frequent ones. */
  private static final int MOST_LABELS = 20;

  private PredictionsView() {}

  /**
   * What the page shows.
   *
   * @param name of the folder
   */
  public static Map<String, Object> view(String name, PredictionDetails details) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("name", name);
    view.put("model", details.model());
    view.put("title", details.title());
    view.put("task", Json.name(details.task()));
    List<String> facts = new ArrayList<>();
    facts.add(
        Figures.whole(details.predicted())
            + " of "
            + Figures.whole(details.records())
            + " records predicted");
    if (details.tokens() != null && details.tokens() > 0) {
      facts.add(
          Figures.percent((double) details.unknown() / details.tokens(), 2)
              + " of "
              + Figures.whole(details.tokens())
              + " tokens unknown to the model");
    }
    view.put("facts", facts);
    List<Map<String, Object>> metrics = new ArrayList<>();
    if (details.metrics() != null) {
      details
          .metrics()
          .forEach(
              (metric, value) ->
                  metrics.add(Map.of("name", metric, "value", Figures.decimal(value, 4))));
    }
    view.put("metrics", metrics);
    view.put("hasMetrics", !metrics.isEmpty());
    view.put("labels", labels(details));
    view.put("hasLabels", details.labels() != null && !details.labels().isEmpty());
    List<Map<String, Object>> bad = new ArrayList<>();
    new TreeMap<>(details.badRecords())
        .forEach((kind, n) -> bad.add(Map.of("kind", kind, "count", Figures.whole(n))));
    view.put("bad", bad);
    view.put("noBad", bad.isEmpty());
    return view;
  }

  private static List<Map<String, Object>> labels(PredictionDetails details) {
    Map<String, Long> counts = details.labels() == null ? Map.of() : details.labels();
    long all = counts.values().stream().mapToLong(Long::longValue).sum();
    List<Map<String, Object>> rows = new ArrayList<>();
    counts.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(MOST_LABELS)
        .forEach(
            label ->
                rows.add(
                    Map.of(
                        "label", label.getKey(),
                        "count", Figures.whole(label.getValue()),
                        "share",
                            all == 0 ? "–" : Figures.percent((double) label.getValue() / all, 1))));
    return rows;
  }
}
