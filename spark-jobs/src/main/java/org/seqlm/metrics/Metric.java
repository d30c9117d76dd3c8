package org.seqlm.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A figure that tells how good a model is.
 *
 * @param name for instance {@code accuracy}
 * @param value of it
 * @param direction which of two is better
 */
public record Metric(String name, double value, Direction direction) {

  /** Which way is better. */
  public enum Direction {
    LARGER,
    SMALLER
  }

  /** Whether this is better than another of the same name; any number is better than none. */
  public boolean betterThan(Metric other) {
    if (Double.isNaN(other.value)) {
      return !Double.isNaN(value);
    }
    return direction == Direction.LARGER ? value > other.value : value < other.value;
  }

  /** Values by name, in their order; what is a mean of nothing is not among them. */
  public static Map<String, Double> byName(List<Metric> metrics) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (Metric metric : metrics) {
      if (!Double.isNaN(metric.value)) {
        values.put(metric.name, metric.value);
      }
    }
    return values;
  }

  /** Whether two of one name are equal, or one is NaN. */
  static boolean isNeitherBetter(Metric one, Metric other) {
    return !one.betterThan(other) && !other.betterThan(one);
  }
}
