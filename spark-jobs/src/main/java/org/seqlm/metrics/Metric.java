package org.seqlm.metrics;

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

  /** Whether two of one name are equal, or one is NaN. */
  static boolean isNeitherBetter(Metric one, Metric other) {
    return !one.betterThan(other) && !other.betterThan(one);
  }
}
