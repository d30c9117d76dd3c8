package org.seqlm.neural.series;

import java.util.Arrays;
import org.apache.commons.math3.analysis.UnivariateFunction;
import org.apache.commons.math3.analysis.interpolation.LinearInterpolator;
import org.apache.commons.math3.analysis.interpolation.SplineInterpolator;

/** Values between others of the same feature. */
public enum Interpolation {
  /** The line between the values before and behind. */
  LINEAR(2) {
    @Override
    UnivariateFunction through(double[] times, double[] values) {
      return new LinearInterpolator().interpolate(times, values);
    }

    @Override
    boolean reaches(boolean gapBefore, boolean gapAnywhere) {
      return gapBefore;
    }

    /** Only gaps that are open where the steps end are filled otherwise. */
    @Override
    float[] shortened(GappedSeries series, int steps, float[] longer) {
      int features = series.features();
      float[] filled = Arrays.copyOf(longer, steps * features);
      for (int f = 0; f < features; f++) {
        int last = steps - 1;
        while (last >= 0 && !series.observed(last, f)) {
          last--;
        }
        float value = last < 0 ? 0 : series.value(last, f);
        for (int t = last + 1; t < steps; t++) {
          filled[t * features + f] = value;
        }
      }
      return filled;
    }
  },
  /** The natural cubic spline through all values; through two the line. */
  SPLINE(3) {
    @Override
    UnivariateFunction through(double[] times, double[] values) {
      return new SplineInterpolator().interpolate(times, values);
    }

    @Override
    boolean reaches(boolean gapBefore, boolean gapAnywhere) {
      return gapAnywhere;
    }

    @Override
    float[] shortened(GappedSeries series, int steps, float[] longer) {
      return fill(series, steps);
    }
  };

  private final int least;

  Interpolation(int least) {
    this.least = least;
  }

  abstract UnivariateFunction through(double[] times, double[] values);

  /**
   * Whether a value changes what stands before it.
   *
   * @param gapBefore whether the step before it has none
   * @param gapAnywhere whether any step before it has none
   */
  abstract boolean reaches(boolean gapBefore, boolean gapAnywhere);

  /**
   * What {@link #fill} says of fewer steps.
   *
   * @param steps n
   * @param longer (m, F): what it says of m steps, {@code m > n}, none of {@code [n, m)} but the
   *     first {@link #bends}
   * @return (n, F), row-major
   */
  abstract float[] shortened(GappedSeries series, int steps, float[] longer);

  /** For each step whether something is observed that changes what fills gaps before it. */
  boolean[] bends(GappedSeries series) {
    boolean[] bends = new boolean[series.length()];
    for (int f = 0; f < series.features(); f++) {
      boolean gap = false;
      for (int t = 1; t < bends.length; t++) {
        boolean before = !series.observed(t - 1, f);
        gap |= before;
        bends[t] |= series.observed(t, f) && reaches(before, gap);
      }
    }
    return bends;
  }

  /**
   * A series' first steps with all gaps filled; before the first value of a feature and behind its
   * last the nearest one, and 0 where there is none.
   *
   * @param steps n, of which alone something is known
   * @return (n, F), row-major
   */
  public float[] fill(GappedSeries series, int steps) {
    int features = series.features();
    float[] filled = new float[steps * features];
    for (int f = 0; f < features; f++) {
      int count = 0;
      double[] times = new double[steps];
      double[] values = new double[steps];
      for (int t = 0; t < steps; t++) {
        if (series.observed(t, f)) {
          times[count] = series.time(t);
          values[count++] = series.value(t, f);
        }
      }
      times = Arrays.copyOf(times, count);
      values = Arrays.copyOf(values, count);
      UnivariateFunction function =
          count < 2 ? null : (count < least ? LINEAR : this).through(times, values);
      for (int t = 0; t < steps && count > 0; t++) {
        double at = series.time(t);
        double value =
            series.observed(t, f)
                ? series.value(t, f)
                : at <= times[0]
                    ? values[0]
                    : at >= times[count - 1] ? values[count - 1] : function.value(at);
        filled[t * features + f] = (float) value;
      }
    }
    return filled;
  }
}
