package org.seqlm.example.task;

/** The logarithm of a sum whose terms are known by their logarithms. */
final class LogSum {
  private double max = Double.NEGATIVE_INFINITY;
  private double scaled; // the sum times exp(-max)

  /** Adds a term by its natural logarithm. */
  void add(double log) {
    if (log > max) {
      scaled = scaled * StrictMath.exp(max - log) + 1;
      max = log;
    } else {
      scaled += StrictMath.exp(log - max);
    }
  }

  /** Negative infinity of no terms. */
  double value() {
    return max + StrictMath.log(scaled);
  }
}
