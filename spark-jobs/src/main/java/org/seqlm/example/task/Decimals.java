package org.seqlm.example.task;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Numbers of few digits, so that a file says exactly what an example was. */
final class Decimals {
  private Decimals() {}

  /** The nearest number with so many digits behind the point. */
  static double round(double value, int digits) {
    double unit = unit(digits);
    return Math.rint(value * unit) / unit;
  }

  /** Rounded numbers as written; NaN, which is a gap, as null. */
  static List<BigDecimal> of(double[] values, int digits) {
    List<BigDecimal> decimals = new ArrayList<>(values.length);
    for (double value : values) {
      decimals.add(
          Double.isNaN(value)
              ? null
              : BigDecimal.valueOf((long) Math.rint(value * unit(digits)), digits));
    }
    return Collections.unmodifiableList(decimals);
  }

  private static double unit(int digits) {
    double unit = 1;
    for (int i = 0; i < digits; i++) {
      unit *= 10;
    }
    return unit;
  }
}
