package org.seqlm.example.task;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The best possible score on a test split: what the rule reaches there that is optimal for the
 * source. No rule does better in expectation; on examples drawn once, one may by luck.
 *
 * @param metric what is scored
 * @param floor its best value
 * @param about how it was computed
 * @param figures further ones, by name
 */
public record Floor(String metric, double floor, String about, Map<String, Double> figures) {
  /** For tasks whose input leaves no doubt. */
  static Floor certain(String metric, String about) {
    return new Floor(metric, 1, about, Map.of());
  }

  /** Adds a figure. */
  Floor with(String name, double value) {
    Map<String, Double> more = new LinkedHashMap<>(figures);
    more.put(name, value);
    return new Floor(metric, floor, about, more);
  }

  /** What its file holds. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("metric", metric);
    fields.put("floor", floor);
    fields.put("split", TaskSplit.TEST.label());
    fields.put("about", about);
    fields.putAll(figures);
    return fields;
  }
}
