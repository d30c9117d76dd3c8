package org.seqlm.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.seqlm.artifact.Json;

/**
 * The few figures of a night that are told of it for ever, when its folder and its version's files
 * are gone. Any of them may be missing, as a night of another release has others: what is read here
 * is what is there.
 *
 * @param documents of all splits
 * @param tokens of all splits
 * @param vocabulary ids, reserved ones included
 * @param appended of them that the champion does not know
 * @param unknownRate share of the held-out tokens that the champion does not know
 * @param drift how far the night's text was from the champion's, by the name of the figure
 * @param seconds by phase
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record NightFigures(
    Long documents,
    Long tokens,
    Integer vocabulary,
    Integer appended,
    Double unknownRate,
    Map<String, Double> drift,
    Map<String, Double> seconds) {
  /** Nothing is known. */
  public static final NightFigures NONE =
      new NightFigures(null, null, null, null, null, Map.of(), Map.of());

  /** A decision's numbers are kept for years: more of one kind than this is no summary. */
  private static final int MOST = 24;

  public NightFigures {
    drift = Collections.unmodifiableMap(new LinkedHashMap<>(drift));
    seconds = Collections.unmodifiableMap(new LinkedHashMap<>(seconds));
  }

  /**
   * Those of a night.
   *
   * @param night a {@link Night} as JSON, of this release or another
   */
  public static NightFigures of(JsonNode night) {
    JsonNode text = night.path("text");
    return new NightFigures(
        whole(text.path("documents")),
        whole(text.path("tokens")),
        small(text.path("vocabulary")),
        small(text.path("appended")),
        real(text.path("unknown-rate")),
        reals(night.path("drift")),
        reals(night.path("seconds")));
  }

  /** Those that {@link #json} has written. */
  public static NightFigures read(JsonNode figures) {
    return new NightFigures(
        whole(figures.path("documents")),
        whole(figures.path("tokens")),
        small(figures.path("vocabulary")),
        small(figures.path("appended")),
        real(figures.path("unknown-rate")),
        reals(figures.path("drift")),
        reals(figures.path("seconds")));
  }

  /** An object without what is not known. */
  public JsonNode json() {
    return Json.tree(this);
  }

  private static Long whole(JsonNode node) {
    return node.isIntegralNumber() && node.canConvertToLong() ? node.asLong() : null;
  }

  private static Integer small(JsonNode node) {
    return node.isIntegralNumber() && node.canConvertToInt() ? node.asInt() : null;
  }

  private static Double real(JsonNode node) {
    return node.isNumber() && Double.isFinite(node.asDouble()) ? node.asDouble() : null;
  }

  /** The finite numbers of an object and of objects in it; the rest is for the night's own page. */
  private static Map<String, Double> reals(JsonNode object) {
    Map<String, Double> reals = new LinkedHashMap<>();
    put(reals, "", object);
    return reals;
  }

  private static void put(Map<String, Double> reals, String prefix, JsonNode object) {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      Double value = real(field.getValue());
      if (value != null && reals.size() < MOST) {
        reals.put(prefix + field.getKey(), value);
      }
      put(reals, prefix + field.getKey() + " ", field.getValue());
    }
  }
}
