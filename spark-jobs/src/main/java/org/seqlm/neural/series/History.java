package org.seqlm.neural.series;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.seqlm.neural.network.Gaps;

/**
 * What a network reads of a series, row by row, and which steps it predicts after which row. A
 * prediction knows what was observed before its step and nothing else. An interpolated value knows
 * what comes behind it, so where a gap was open when a step was predicted, that step has a history
 * of its own, in which the gap ends with the last value.
 */
public final class History {
  private final int rows;
  private final float[] inputs;
  private final int[] after;

  /**
   * @param rows n
   * @param inputs (n, F) or (n, 3 F), row-major
   * @param after (T): for each step the row after which it is predicted; −1 if it is not, here
   */
  private History(int rows, float[] inputs, int[] after) {
    this.rows = rows;
    this.inputs = inputs;
    this.after = after;
  }

  /** n, at least 1. */
  public int rows() {
    return rows;
  }

  /**
   * (n, F), row-major; with {@link Gaps#LEARNED} and {@link Gaps#DECAY} (n, 3 F): last values, 1
   * where there is a value and 0 where not, and the time since it was seen before. With {@link
   * Gaps#GENERATIVE} what is missing is 0.
   */
  public float[] inputs() {
    return inputs;
  }

  /** (T): for each step the row after which it is predicted; −1 if it is not, here. */
  public int[] after() {
    return after;
  }

  /**
   * The histories by which all steps but the first are predicted, each step by one; with {@link
   * Gaps#DROP} those before the first complete step are not.
   */
  public static List<History> of(Gaps gaps, GappedSeries series) {
    return switch (gaps) {
      case DROP -> dropped(series);
      case LINEAR -> interpolated(Interpolation.LINEAR, series);
      case SPLINE -> interpolated(Interpolation.SPLINE, series);
      case MEAN, GENERATIVE -> List.of(whole(series, means(series)));
      case LEARNED, DECAY -> List.of(whole(series, marked(series)));
    };
  }

  /**
   * Observed values of steps that are predicted, of all of them.
   *
   * @return how many values a loss is a mean of
   */
  public static long targets(Gaps gaps, GappedSeries series) {
    int first = 1;
    while (gaps == Gaps.DROP && first <= series.length() && !series.complete(first - 1)) {
      first++;
    }
    long count = 0;
    for (int t = first; t < series.length(); t++) {
      for (int f = 0; f < series.features(); f++) {
        count += series.observed(t, f) ? 1 : 0;
      }
    }
    return count;
  }

  private static History whole(GappedSeries series, float[] inputs) {
    int[] after = new int[series.length()];
    Arrays.setAll(after, t -> t - 1);
    return new History(series.length(), inputs, after);
  }

  private static float[] means(GappedSeries series) {
    float[] inputs = new float[series.length() * series.features()];
    for (int t = 0; t < series.length(); t++) {
      for (int f = 0; f < series.features(); f++) {
        inputs[t * series.features() + f] = series.observed(t, f) ? series.value(t, f) : 0;
      }
    }
    return inputs;
  }

  private static float[] marked(GappedSeries series) {
    int features = series.features();
    float[] inputs = new float[series.length() * 3 * features];
    for (int t = 0; t < series.length(); t++) {
      int row = t * 3 * features;
      for (int f = 0; f < features; f++) {
        inputs[row + f] = series.lastValue(t, f);
        inputs[row + features + f] = series.observed(t, f) ? 1 : 0;
        inputs[row + 2 * features + f] = (float) series.since(t, f);
      }
    }
    return inputs;
  }

  private static List<History> dropped(GappedSeries series) {
    int features = series.features();
    float[] inputs = new float[series.length() * features];
    int[] after = new int[series.length()];
    int rows = 0;
    for (int t = 0; t < series.length(); t++) {
      after[t] = rows - 1;
      if (series.complete(t)) {
        for (int f = 0; f < features; f++) {
          inputs[rows * features + f] = series.value(t, f);
        }
        rows++;
      }
    }
    return rows == 0
        ? List.of()
        : List.of(new History(rows, Arrays.copyOf(inputs, rows * features), after));
  }

  private static List<History> interpolated(Interpolation kind, GappedSeries series) {
    int features = series.features();
    List<History> histories = new ArrayList<>();
    History last = null;
    boolean[] bends = kind.bends(series);
    // From the end: most steps were predicted by what a later one was, too, for what is known of
    // the steps before changes with observations behind gaps only.
    for (int t = series.length() - 1; t >= 1; t--) {
      float[] known =
          last == null
              ? kind.fill(series, t)
              : bends[t] ? kind.shortened(series, t, last.inputs) : null;
      int end = t * features;
      if (known != null && (last == null || !Arrays.equals(known, 0, end, last.inputs, 0, end))) {
        int[] after = new int[series.length()];
        Arrays.fill(after, -1);
        last = new History(t, known, after);
        histories.add(last);
      }
      last.after[t] = t - 1;
    }
    return histories;
  }
}
