package org.seqlm.neural.series;

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
  },
  /** The natural cubic spline through all values; through two the line. */
  SPLINE(3) {
    @Override
    UnivariateFunction through(double[] times, double[] values) {
      return new SplineInterpolator().interpolate(times, values);
    }
  };

  private final int least;

  Interpolation(int least) {
    this.least = least;
  }

  abstract UnivariateFunction through(double[] times, double[] values);

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
      times = java.util.Arrays.copyOf(times, count);
      values = java.util.Arrays.copyOf(values, count);
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
