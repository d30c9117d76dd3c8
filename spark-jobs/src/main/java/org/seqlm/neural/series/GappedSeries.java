package org.seqlm.neural.series;

import java.util.Arrays;

/**
 * A series of T steps with F features, of which some values are missing. Values are standardised: 0
 * is a feature's mean.
 */
public final class GappedSeries {
  private final int length;
  private final int features;
  private final float[] values;
  private final boolean[] observed;
  private final double[] times;

  /**
   * @param features F
   * @param values (T, F), row-major; what is missing has any
   * @param observed (T, F)
   * @param times (T), rising; null means a step is as long as every other
   */
  public GappedSeries(int features, float[] values, boolean[] observed, double[] times) {
    if (features < 1 || values.length % features != 0 || observed.length != values.length) {
      throw new IllegalArgumentException(
          values.length + " values and " + observed.length + " marks of " + features + " features");
    }
    this.length = values.length / features;
    this.features = features;
    this.values = values;
    this.observed = observed;
    this.times = times == null ? new double[length] : times;
    if (times == null) {
      Arrays.setAll(this.times, t -> t);
    }
    for (int t = 1; t < length; t++) {
      if (!(this.times[t] > this.times[t - 1])) {
        throw new IllegalArgumentException(
            "times must rise, but after "
                + this.times[t - 1]
                + " comes "
                + this.times[t]
                + " at step "
                + t);
      }
    }
  }

  /** T. */
  public int length() {
    return length;
  }

  /** F. */
  public int features() {
    return features;
  }

  /** A value that was observed. */
  public float value(int step, int feature) {
    return values[step * features + feature];
  }

  /** Whether there is one. */
  public boolean observed(int step, int feature) {
    return observed[step * features + feature];
  }

  /** Whether a step has all its values. */
  public boolean complete(int step) {
    for (int f = 0; f < features; f++) {
      if (!observed(step, f)) {
        return false;
      }
    }
    return true;
  }

  /** When a step was. */
  public double time(int step) {
    return times[step];
  }

  /**
   * δ, the time since a feature was last seen before a step (Che et al. 2018, equation 2); 0 at the
   * first step, and the time since then where it was never seen.
   */
  public double since(int step, int feature) {
    int last = Math.max(0, step - 1);
    while (last > 0 && !observed(last, feature)) {
      last--;
    }
    return times[step] - times[last];
  }

  /** The last value of a feature up to a step, that step's own included; 0 where there is none. */
  public float lastValue(int step, int feature) {
    for (int t = step; t >= 0; t--) {
      if (observed(t, feature)) {
        return value(t, feature);
      }
    }
    return 0;
  }
}
