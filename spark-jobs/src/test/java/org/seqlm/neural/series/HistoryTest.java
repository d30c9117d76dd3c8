package org.seqlm.neural.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.neural.network.Gaps;

class HistoryTest {
  private static final float GAP = Float.NaN;

  /** Of one feature a step each, or of several side by side. */
  private static GappedSeries series(int features, double[] times, float... values) {
    boolean[] observed = new boolean[values.length];
    float[] there = values.clone();
    for (int i = 0; i < values.length; i++) {
      observed[i] = !Float.isNaN(values[i]);
      there[i] = observed[i] ? values[i] : 99;
    }
    return new GappedSeries(features, there, observed, times);
  }

  private static GappedSeries random(long seed) {
    Random random = new Random(seed);
    float[] values = new float[2 * (2 + random.nextInt(8))];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(3) == 0 ? GAP : (float) random.nextGaussian();
    }
    return series(2, null, values);
  }

  @Test
  void gapsAreFilledByHand() {
    GappedSeries one = series(1, null, GAP, 1, GAP, GAP, 4, GAP);
    assertThat(Interpolation.LINEAR.fill(one, 6)).containsExactly(1, 1, 2, 3, 4, 4);
    assertThat(Interpolation.LINEAR.fill(one, 4)).containsExactly(1, 1, 1, 1);
    assertThat(Interpolation.SPLINE.fill(one, 6)).containsExactly(1, 1, 2, 3, 4, 4);
    GappedSeries late = series(1, new double[] {0, 3, 4}, 0, GAP, 8);
    assertThat(Interpolation.LINEAR.fill(late, 3)).containsExactly(0, 6, 8);
    // Through (0, 0), (1, 1) and (3, 0): second derivatives 0, −3/2, 0 at the knots.
    GappedSeries bent = series(1, null, 0, 1, GAP, 0);
    double cubic = 0.5 + (-1.5 / 6) * (Math.pow(0.5, 3) - 0.5) * 4;
    assertThat(Interpolation.SPLINE.fill(bent, 4))
        .containsExactly(new float[] {0, 1, (float) cubic, 0}, within(1e-6f));
    assertThat(Interpolation.SPLINE.fill(series(1, null, GAP, GAP), 2)).containsExactly(0, 0);
  }

  @Test
  void marksSayWhenAValueWasSeen() {
    History history =
        History.of(Gaps.LEARNED, series(1, new double[] {0, 2, 3, 7}, 5, GAP, GAP, 6)).get(0);
    assertThat(history.inputs()).containsExactly(5, 1, 0, 5, 0, 2, 5, 0, 3, 6, 1, 7);
    assertThat(history.after()).containsExactly(-1, 0, 1, 2);
  }

  @Test
  void droppedStepsAreNotThere() {
    GappedSeries series = series(2, null, GAP, 1, 2, 3, 4, GAP, 5, 6);
    List<History> histories = History.of(Gaps.DROP, series);
    assertThat(histories).hasSize(1);
    assertThat(histories.get(0).inputs()).containsExactly(2, 3, 5, 6);
    assertThat(histories.get(0).after()).containsExactly(-1, -1, 0, 0);
    assertThat(History.targets(Gaps.DROP, series)).isEqualTo(3);
    assertThat(History.targets(Gaps.MEAN, series)).isEqualTo(5);
    assertThat(History.of(Gaps.DROP, series(1, null, GAP, GAP))).isEmpty();
  }

  /** While a gap is open, a step has a history of its own; once it is closed, they share one. */
  @Test
  void anOpenGapIsNotInterpolated() {
    List<History> histories = History.of(Gaps.LINEAR, series(1, null, 0, GAP, 2, 3, 4));
    assertThat(histories).hasSize(2);
    assertThat(histories.get(0).inputs()).containsExactly(0, 1, 2, 3);
    assertThat(histories.get(0).after()).containsExactly(-1, -1, -1, 2, 3);
    assertThat(histories.get(1).inputs()).containsExactly(0, 0);
    assertThat(histories.get(1).after()).containsExactly(-1, 0, 1, -1, -1);
  }

  /** Against each step filled by itself and held against all of the one behind. */
  @ParameterizedTest
  @EnumSource(Interpolation.class)
  void historiesAreThoseOfEachStepByItself(Interpolation kind) {
    Gaps gaps = Gaps.valueOf(kind.name());
    for (int seed = 0; seed < 300; seed++) {
      GappedSeries series = random(seed);
      List<float[]> inputs = new ArrayList<>();
      List<int[]> after = new ArrayList<>();
      for (int t = series.length() - 1; t >= 1; t--) {
        float[] known = kind.fill(series, t);
        float[] last = inputs.isEmpty() ? null : inputs.get(inputs.size() - 1);
        if (last == null || !Arrays.equals(known, Arrays.copyOf(last, known.length))) {
          inputs.add(known);
          after.add(new int[series.length()]);
          Arrays.fill(after.get(after.size() - 1), -1);
        }
        after.get(after.size() - 1)[t] = t - 1;
      }
      List<History> histories = History.of(gaps, series);
      assertThat(histories).hasSameSizeAs(inputs);
      for (int n = 0; n < inputs.size(); n++) {
        assertThat(histories.get(n).inputs()).isEqualTo(inputs.get(n));
        assertThat(histories.get(n).after()).isEqualTo(after.get(n));
      }
    }
  }

  /** What is read before a step does not change with what comes at that step or behind it. */
  @ParameterizedTest
  @EnumSource(Gaps.class)
  void nothingIsKnownBeforeItsTime(Gaps gaps) {
    for (int seed = 0; seed < 30; seed++) {
      GappedSeries series = random(seed);
      long targets = 0;
      for (int t = 1; t < series.length(); t++) {
        float[] read = read(gaps, series, t);
        if (read.length > 0) {
          for (int f = 0; f < 2; f++) {
            targets += series.observed(t, f) ? 1 : 0;
          }
        }
        Random random = new Random(seed + 100);
        float[] values = new float[series.length() * 2];
        for (int i = 0; i < values.length; i++) {
          boolean before = i < 2 * t;
          boolean there = before ? series.observed(i / 2, i % 2) : random.nextBoolean();
          values[i] =
              !there ? GAP : before ? series.value(i / 2, i % 2) : (float) random.nextGaussian();
        }
        assertThat(read(gaps, series(2, null, values), t)).containsExactly(read);
      }
      assertThat(History.targets(gaps, series)).isEqualTo(targets);
    }
  }

  /** All rows up to the one after which a step is predicted, which one history alone does. */
  private static float[] read(Gaps gaps, GappedSeries series, int step) {
    float[] read = {};
    int found = 0;
    for (History history : History.of(gaps, series)) {
      int after = history.after()[step];
      if (after >= 0) {
        found++;
        read = Arrays.copyOf(history.inputs(), (after + 1) * 2 * gaps.inputs());
      }
    }
    assertThat(found).isLessThanOrEqualTo(1);
    assertThat(found == 1 || gaps == Gaps.DROP).isTrue();
    return read;
  }

  @Test
  void refusesTimesThatDoNotRise() {
    assertThatThrownBy(() -> series(1, new double[] {0, 1, 1}, 1, 2, 3))
        .hasMessageContaining("after 1.0 comes 1.0 at step 2");
  }
}
