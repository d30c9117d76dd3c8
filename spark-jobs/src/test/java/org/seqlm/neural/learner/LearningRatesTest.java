package org.seqlm.neural.learner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.neural.learner.Schedule.Kind;
import org.seqlm.neural.learner.Schedule.OnExtend;

/** Rates of runs that are made longer: worked by hand, and what holds for all. */
class LearningRatesTest {
  private static Schedule late(Kind kind, OnExtend how) {
    return new Schedule(kind, 0.7, 0.1, 0, how);
  }

  @Test
  void whoeverKeepsItsLengthHasTheSchedule() {
    Schedule schedule = new Schedule(Kind.COSINE, 0.2, 0.05, 7);
    LearningRates rates = LearningRates.of(schedule, 100);
    for (int step = 0; step < 100; step++) {
      assertThat(rates.factor(step)).isEqualTo(schedule.factor(step, 100));
    }
    assertThat(rates.extended(40, 100)).isEqualTo(rates);
    assertThat(rates.isExtended()).isFalse();
  }

  /** Two passes of 28 steps end at a tenth; a third and a fourth stay there. */
  @Test
  void aFinishedRunGoesOnWhereItIs() {
    LearningRates rates =
        LearningRates.of(late(Kind.LINEAR, OnExtend.CONTINUE), 56)
            .extended(56, 84)
            .extended(84, 112);
    assertThat(rates.factor(39)).isEqualTo(1);
    assertThat(rates.factor(48)).isEqualTo(0.1 + 0.9 * (1 - (48 - 39.2) / 16.8), within(1e-12));
    for (int step = 56; step < 112; step++) {
      assertThat(rates.factor(step)).isEqualTo(0.1, within(1e-12));
    }
    assertThat(rates.total()).isEqualTo(112);
  }

  /**
   * Made longer in the middle of its decay, at a half: from there down to a tenth at the new end.
   */
  @Test
  void aRunInItsDecayDecaysMoreSlowly() {
    Schedule schedule = new Schedule(Kind.LINEAR, 0, 0, 0);
    LearningRates rates = LearningRates.of(schedule, 100).extended(50, 150);
    assertThat(rates.factor(49)).isEqualTo(0.51, within(1e-12));
    assertThat(rates.factor(50)).isEqualTo(0.5, within(1e-12));
    assertThat(rates.factor(100)).isEqualTo(0.25, within(1e-12));
    assertThat(rates.factor(149)).isEqualTo(0.005, within(1e-12));
  }

  /** Before its decay a run simply has the schedule of its new length. */
  @Test
  void aRunBeforeItsDecayIsAsIfItHadAlwaysBeenSoLong() {
    Schedule schedule = late(Kind.LINEAR, OnExtend.CONTINUE);
    LearningRates rates = LearningRates.of(schedule, 100).extended(60, 200);
    for (int step = 0; step < 200; step++) {
      assertThat(rates.factor(step)).isEqualTo(schedule.factor(step, 200));
    }
  }

  @Test
  void rewarmingRisesOverATenthOfWhatIsLeft() {
    Schedule schedule = late(Kind.LINEAR, OnExtend.REWARM);
    LearningRates rates = LearningRates.of(schedule, 100).extended(100, 200);
    assertThat(rates.factor(100)).isEqualTo(0.1 + 0.9 / 10, within(1e-12));
    assertThat(rates.factor(109)).isEqualTo(1, within(1e-12));
    for (int step = 110; step < 200; step++) {
      assertThat(rates.factor(step)).isEqualTo(schedule.factor(step, 200));
    }
    LearningRates own =
        LearningRates.of(new Schedule(Kind.LINEAR, 0.7, 0.1, 4, OnExtend.REWARM), 100)
            .extended(100, 200);
    assertThat(own.factor(101)).isEqualTo(0.1 + 0.9 / 2, within(1e-12));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void continuingNeverRisesAfterTheWarmUp(Kind kind) {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 300; i++) {
      LearningRates rates =
          LearningRates.of(
              new Schedule(kind, random.nextDouble(), random.nextDouble(), random.nextInt(3)),
              10 + random.nextInt(100));
      for (int more = random.nextInt(4); more > 0; more--) {
        long from = 3 + random.nextLong(rates.total() - 2);
        rates = rates.extended(Math.max(from, last(rates)), rates.total() + random.nextInt(80));
      }
      for (long step = 4; step < rates.total(); step++) {
        assertThat(rates.factor(step))
            .as("%s at %d", rates, step)
            .isBetween(0.0, rates.factor(step - 1) * (1 + 1e-9));
      }
    }
  }

  private static long last(LearningRates rates) {
    return rates.lengths().get(rates.lengths().size() - 1).from();
  }

  @Test
  void anotherNumberOfStepsToAPassScalesThem() {
    LearningRates rates =
        LearningRates.of(late(Kind.LINEAR, OnExtend.CONTINUE), 56).extended(56, 84).scaled(18, 28);
    assertThat(rates.lengths())
        .extracting(LearningRates.Length::from, LearningRates.Length::total)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(0L, 36L),
            org.assertj.core.groups.Tuple.tuple(36L, 54L));
  }

  @Test
  void theFirstLengthBeginsAtTheBeginning() {
    assertThatThrownBy(() -> new LearningRates(late(Kind.LINEAR, null), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(late(Kind.LINEAR, null).onExtend()).isEqualTo(OnExtend.CONTINUE);
  }
}
