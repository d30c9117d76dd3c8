package org.seqlm.dataset;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import org.seqlm.artifact.Json;

/**
 * Which built-in example examples are of, whose best possible score is known.
 *
 * @param kind as {@code seqlm example --kind} has it
 * @param description one line about it; null if it has none
 * @param floor what its {@code floor.json} holds, {@code metric} and {@code floor} among it; null
 *     if it has none
 */
public record ExampleOrigin(
    String kind,
    @JsonInclude(JsonInclude.Include.NON_NULL) String description,
    @JsonInclude(JsonInclude.Include.NON_NULL) JsonNode floor) {

  /**
   * The best that any model can do.
   *
   * @param value of the metric
   * @param split on which; null where that is not said
   */
  public record Best(double value, Split split) {}

  /** The best possible value of a metric, on the split of which it is known; null if it is not. */
  public Best best(String metric) {
    if (floor == null
        || !floor.path("floor").isNumber()
        || !floor.path("metric").asText(metric).equals(metric)) {
      return null;
    }
    String named = floor.path("split").asText();
    Split of = null;
    for (Split split : Split.values()) {
      of = Json.name(split).equals(named) ? split : of;
    }
    return new Best(floor.get("floor").asDouble(), of);
  }

  /** The best possible value of a metric on a split; null if it is not known there. */
  public Double floor(Split split, String metric) {
    Best best = best(metric);
    return best == null || best.split() != split ? null : best.value();
  }
}
