package org.seqlm.neural.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.seqlm.UserException;
import org.seqlm.spark.training.Averaging;
import org.seqlm.spark.training.NetworkTraining;
import org.seqlm.spark.training.OnDivergence;

/** How long rounds are, and what is published after them. */
class IntervalTest {
  private static final Interval GROWING = new Interval(Interval.Kind.GROWING, 5, 0.5, 1);
  private static final Interval DRIFT = new Interval(Interval.Kind.DRIFT, 4, 1, 0.02);

  @Test
  void growsByHand() {
    // 5 to 20 over steps 0 to 50.
    assertThat(GROWING.steps(20, 0, 100, 0)).isEqualTo(5);
    assertThat(GROWING.steps(20, 24, 100, 0)).isEqualTo(12); // 5 + 15·0.48 = 12.2
    assertThat(GROWING.steps(20, 26, 100, 0)).isEqualTo(13); // 12.8
    assertThat(GROWING.steps(20, 50, 100, 0)).isEqualTo(20);
    assertThat(GROWING.steps(20, 99, 100, 0)).isEqualTo(20);
    assertThat(GROWING.after(20, 0.1, 20)).isZero();
  }

  @Test
  void driftByHand() {
    assertThat(DRIFT.steps(20, 0, 100, 0)).isEqualTo(4);
    assertThat(DRIFT.after(10, 0.04, 20)).isEqualTo(5); // twice as far as wanted
    assertThat(DRIFT.after(10, 0.016, 20)).isEqualTo(13); // 12.5
    assertThat(DRIFT.after(10, 0.001, 20)).isEqualTo(20);
    assertThat(DRIFT.after(10, 1, 20)).isEqualTo(4);
    assertThat(DRIFT.after(10, 0, 20)).isEqualTo(20); // one worker
    assertThat(DRIFT.after(10, Double.NaN, 20)).isEqualTo(4);
    assertThat(DRIFT.steps(20, 37, 100, 13)).isEqualTo(13);
  }

  @Test
  void roundsAreAsManyAsTheirStepsMake() {
    Random random = new Random(5);
    for (int i = 0; i < 200; i++) {
      int frequency = 1 + random.nextInt(40);
      int first = 1 + random.nextInt(frequency);
      long total = 1 + random.nextInt(3000);
      Interval growing = new Interval(Interval.Kind.GROWING, first, 1 - random.nextDouble(), 1);
      long rounds = 0;
      int before = 0;
      for (long step = 0; step < total; rounds++) {
        int steps = growing.steps(frequency, step, total, 0);
        assertThat(steps).isBetween(Math.max(first, before), frequency);
        before = steps;
        step += steps;
      }
      assertThat(growing.rounds(frequency, total)).isEqualTo(rounds);
      assertThat(Interval.CONSTANT.rounds(frequency, total))
          .isEqualTo((total + frequency - 1) / frequency);
      assertThat(new Interval(Interval.Kind.DRIFT, first, 1, 1).rounds(frequency, total))
          .isEqualTo((total + first - 1) / first);
    }
  }

  /** Against the sum that an average with corrected bias is. */
  @Test
  void movingAverageIsOfAllMeans() {
    Random random = new Random(7);
    for (double decay : new double[] {0, 0.5, 0.9}) {
      Published ema = new Published(Published.Kind.EMA, decay);
      float[] means = new float[8];
      float[] at = {1000}; // what was there before counts for nothing
      for (int r = 1; r <= means.length; r++) {
        means[r - 1] = (float) random.nextGaussian();
        at = ema.after(r, at, new float[] {means[r - 1]}, new float[] {7});
        double sum = 0;
        double weights = 0;
        for (int i = 1; i <= r; i++) {
          double weight = Math.pow(decay, r - i);
          sum += weight * means[i - 1];
          weights += weight;
        }
        assertThat((double) at[0]).isCloseTo(sum / weights, within(1e-6));
      }
    }
    float[] mean = {2};
    float[] next = {3};
    assertThat(Published.NEXT.after(4, new float[1], mean, next)).isSameAs(next);
    assertThat(new Published(Published.Kind.MEAN, 0.5).after(4, new float[1], mean, next))
        .isSameAs(mean);
  }

  @Test
  void whatCannotGoTogetherIsRefusedWithItsRemedy() {
    assertThatThrownBy(() -> rounds(InnerMoments.AVERAGED, Interval.CONSTANT))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("averaging.overlap")
        .hasMessageContaining("set averaging.inner-moments to local or reset");
    assertThatThrownBy(() -> rounds(InnerMoments.LOCAL, DRIFT))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("averaging.interval.kind drift");
    assertThatThrownBy(
            () -> rounds(InnerMoments.LOCAL, new Interval(Interval.Kind.GROWING, 21, 1, 1)))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("averaging.interval.first 21 is above averaging.frequency 20");
    assertThat(rounds(InnerMoments.LOCAL, GROWING).extraArrays().worker()).isEqualTo(3);
  }

  private static NetworkTraining.Rounds rounds(InnerMoments moments, Interval interval) {
    return new NetworkTraining.Rounds(
        20,
        interval,
        moments,
        OuterOptimizer.plain(),
        Published.NEXT,
        Averaging.Overlap.ONE_ROUND,
        OnDivergence.STOP,
        AveragingMode.PARAMETERS);
  }
}
