package org.seqlm.neural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.UserException;

class ScheduledSamplingTest {
  private static double forcing(
      ScheduledSampling.Kind kind, double scale, double floor, long step) {
    return new ScheduledSampling(kind, scale, floor).teacherForcing(step);
  }

  @Test
  void byHand() {
    assertThat(forcing(ScheduledSampling.Kind.NONE, 10, 0, 1000)).isEqualTo(1);
    assertThat(forcing(ScheduledSampling.Kind.LINEAR, 10, 0.25, 3)).isCloseTo(0.7, within(1e-15));
    assertThat(forcing(ScheduledSampling.Kind.LINEAR, 10, 0.25, 8)).isEqualTo(0.25);
    assertThat(forcing(ScheduledSampling.Kind.EXPONENTIAL, 10, 0, 10))
        .isCloseTo(1 / Math.E, within(1e-15));
    assertThat(forcing(ScheduledSampling.Kind.INVERSE_SIGMOID, 10, 0, 0))
        .isCloseTo(10.0 / 11, within(1e-15));
    // k / (k + e^(i/k)) is a half where e^(i/k) is k.
    double half = 100 * Math.log(100);
    assertThat(forcing(ScheduledSampling.Kind.INVERSE_SIGMOID, 100, 0, Math.round(half)))
        .isCloseTo(0.5, within(0.01));
  }

  /** It falls and stays a probability, at any step of any run. */
  @ParameterizedTest
  @EnumSource(ScheduledSampling.Kind.class)
  void fallsToItsFloor(ScheduledSampling.Kind kind) {
    ScheduledSampling sampling = new ScheduledSampling(kind, 50, 0.125);
    double before = 1;
    for (long step = 0; step < 5000; step++) {
      assertThat(sampling.teacherForcing(step)).isBetween(0.125, before);
      before = sampling.teacherForcing(step);
    }
    boolean falls = kind != ScheduledSampling.Kind.NONE;
    assertThat(sampling.teacherForcing(Long.MAX_VALUE)).isEqualTo(falls ? 0.125 : 1);
  }

  @Test
  void namesTheKeyThatIsOutOfBounds() {
    assertThatThrownBy(() -> new ScheduledSampling(ScheduledSampling.Kind.LINEAR, 0, 2))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("training.scheduled-sampling.scale")
        .hasMessageContaining("training.scheduled-sampling.floor");
    assertThatThrownBy(() -> new ScheduledSampling(ScheduledSampling.Kind.INVERSE_SIGMOID, 0.5, 0))
        .hasMessageContaining("at least 1, but is 0.5");
  }
}
