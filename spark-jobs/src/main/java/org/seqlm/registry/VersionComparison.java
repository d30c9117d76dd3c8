package org.seqlm.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How two versions differ.
 *
 * @param from number of the one
 * @param to number of the other
 * @param figures that either has, by name
 * @param config keys of the training that differ, with dots between groups
 * @param inputs fingerprints of what they were trained on, by name
 */
public record VersionComparison(
    int from, int to, List<Gap> figures, List<Pair> config, List<Pair> inputs) {

  /** What the second is to the first. */
  public enum Verdict {
    BETTER,
    WORSE,
    EQUAL,
    /** Nobody says which way is better. */
    OTHER,
    /** One of them has no such figure. */
    UNKNOWN
  }

  /**
   * A figure of both.
   *
   * @param from null if the first has none
   * @param to null if the second has none
   * @param difference of the second from the first; null if one has none
   */
  public record Gap(String name, Double from, Double to, Double difference, Verdict verdict) {}

  /**
   * A value of both.
   *
   * @param from null if the first has none
   * @param to null if the second has none
   */
  public record Pair(
      String name,
      @JsonInclude(JsonInclude.Include.ALWAYS) String from,
      @JsonInclude(JsonInclude.Include.ALWAYS) String to) {
    /** Whether they are equal. */
    public boolean same() {
      return Objects.equals(from, to);
    }
  }

  /**
   * Compares.
   *
   * @param fromConfig effective configuration of the first's training
   * @param toConfig of the second's
   */
  public static VersionComparison of(
      ModelVersion from, JsonNode fromConfig, ModelVersion to, JsonNode toConfig) {
    List<Gap> figures = new ArrayList<>();
    Set<String> names = new TreeSet<>(from.figures().keySet());
    names.addAll(to.figures().keySet());
    for (String name : names) {
      figures.add(gap(name, from.figures().get(name), to.figures().get(name)));
    }
    Map<String, String> one = new TreeMap<>();
    Map<String, String> other = new TreeMap<>();
    flatten("", fromConfig, one);
    flatten("", toConfig, other);
    List<Pair> config = pairs(one, other).stream().filter(pair -> !pair.same()).toList();
    return new VersionComparison(
        from.number(), to.number(), figures, config, pairs(from.inputs(), to.inputs()));
  }

  private static Gap gap(String name, Figure from, Figure to) {
    if (from == null || to == null) {
      return new Gap(
          name,
          from == null ? null : Double.valueOf(from.value()),
          to == null ? null : Double.valueOf(to.value()),
          null,
          Verdict.UNKNOWN);
    }
    double difference = to.value() - from.value();
    Verdict verdict =
        switch (to.better()) {
          case NEITHER -> difference == 0 ? Verdict.EQUAL : Verdict.OTHER;
          case LOWER -> verdict(-difference);
          case HIGHER -> verdict(difference);
        };
    return new Gap(name, from.value(), to.value(), difference, verdict);
  }

  private static Verdict verdict(double gain) {
    return gain > 0 ? Verdict.BETTER : gain < 0 ? Verdict.WORSE : Verdict.EQUAL;
  }

  private static List<Pair> pairs(Map<String, String> from, Map<String, String> to) {
    Set<String> names = new TreeSet<>(NaturalOrder.NAMES);
    names.addAll(from.keySet());
    names.addAll(to.keySet());
    return names.stream().map(name -> new Pair(name, from.get(name), to.get(name))).toList();
  }

  /** Leaves of a tree by their dotted keys; a list is one. */
  private static void flatten(String prefix, JsonNode tree, Map<String, String> leaves) {
    if (tree == null || tree.isNull() || tree.isMissingNode()) {
      if (!prefix.isEmpty()) {
        leaves.put(prefix, "null");
      }
    } else if (tree.isObject()) {
      tree.fields()
          .forEachRemaining(
              field ->
                  flatten(
                      prefix.isEmpty() ? field.getKey() : prefix + "." + field.getKey(),
                      field.getValue(),
                      leaves));
    } else {
      leaves.put(prefix, tree.isTextual() ? tree.asText() : tree.toString());
    }
  }
}
