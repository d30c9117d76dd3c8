package org.seqlm;

import java.util.Collection;
import java.util.stream.DoubleStream;

/** The median: the value in the middle, or the mean of the two there. */
public final class Median {
  private Median() {}

  /**
   * Of values.
   *
   * @return NaN if there are none
   */
  public static double of(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length == 0
        ? Double.NaN
        : sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** The same. */
  public static double of(Collection<Double> values) {
    return of(values.stream().mapToDouble(Double::doubleValue));
  }
}
