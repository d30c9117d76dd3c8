package org.seqlm.neural.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.neural.optimizer.Schedule.Kind;
import org.seqlm.neural.optimizer.Schedule.OnExtend;

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
              new Schedule(
                  kind, random.nextDouble(), random.nextDouble(), warmUp(kind, random.nextInt(3))),
              10 + random.nextInt(100));
      for (int more = random.nextInt(4); more > 0; more--) {
        long from = 3 + random.nextLong(rates.total() - 2);
        rates = rates.extended(Math.max(from, last(rates)), rates.total() + random.nextInt(80));
      }
      long first = kind == Kind.ONE_CYCLE ? top(rates) + 1 : 4;
      for (long step = first; step < rates.total(); step++) {
        assertThat(rates.factor(step))
            .as("%s at %d", rates, step)
            .isBetween(0.0, rates.factor(step - 1) * (1 + 1e-9));
      }
    }
  }

  private static int warmUp(Kind kind, int steps) {
    return kind == Kind.INVERSE_SQRT ? 1 + steps : kind == Kind.ONE_CYCLE ? 0 : steps;
  }

  /** The step at which one cycle is highest: of the first length whose top comes before its end. */
  private static long top(LearningRates rates) {
    List<LearningRates.Length> lengths = rates.lengths();
    for (int i = 0; ; i++) {
      long top = (long) Math.ceil(0.3 * lengths.get(i).total());
      if (i == lengths.size() - 1 || lengths.get(i + 1).from() >= 0.3 * lengths.get(i).total()) {
        return top;
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

  /**
   * Falls by a half at 40, 60 and 80 of 100 steps; made longer at 70, it waits for those of 200.
   */
  @Test
  void stairsThatAreMadeLongerAreWaitedFor() {
    Schedule stairs =
        new Schedule(Kind.STEP, 0.2, 0.2, 0, OnExtend.CONTINUE, 0.5, 0.2, 0.3, 4, 1e-4);
    LearningRates rates = LearningRates.of(stairs, 100).extended(70, 200);
    assertThat(rates.factor(39)).isEqualTo(1);
    assertThat(rates.factor(40)).isEqualTo(0.5);
    assertThat(rates.factor(60)).isEqualTo(0.25);
    // Of 200 steps the falls are at 80, 120 and 160, and no lower than to a fifth.
    assertThat(rates.factor(80)).isEqualTo(0.25);
    assertThat(rates.factor(121)).isEqualTo(0.25);
    assertThat(rates.factor(161)).isEqualTo(0.2);
    assertThat(rates.factor(199)).isEqualTo(0.2);
    LearningRates rewarmed =
        LearningRates.of(
                new Schedule(Kind.STEP, 0.2, 0.2, 1, OnExtend.REWARM, 0.5, 0.2, 0.3, 4, 1e-4), 100)
            .extended(70, 200);
    assertThat(rewarmed.factor(71)).isEqualTo(1);
    assertThat(rewarmed.factor(81)).isEqualTo(0.5);
  }

  /** Vaswani et al. 2017 with a warm-up of 4 steps: √(4/t) of the highest rate. */
  @Test
  void inverseSquareRootsKnowNoLength() {
    Schedule schedule = new Schedule(Kind.INVERSE_SQRT, 0.7, 0.1, 4);
    LearningRates rates = LearningRates.of(schedule, 20).extended(18, 100);
    assertThat(rates.factor(0)).isEqualTo(0.25);
    assertThat(rates.factor(3)).isEqualTo(1);
    assertThat(rates.factor(15)).isEqualTo(0.5);
    assertThat(rates.factor(63)).isEqualTo(0.25);
    assertThatThrownBy(() -> new Schedule(Kind.INVERSE_SQRT, 0.7, 0.1, 0))
        .hasMessageContaining("training.schedule.warm-up");
  }

  /** Up to 30 from a 25th, at 15 half of the way; down to a tenth at 100, at 65 half of the way. */
  @Test
  void oneCycleGoesUpOnce() {
    Schedule schedule = new Schedule(Kind.ONE_CYCLE, 0, 0.1, 0);
    LearningRates rates = LearningRates.of(schedule, 100);
    assertThat(rates.factor(0)).isEqualTo(0.04, within(1e-12));
    assertThat(rates.factor(15)).isEqualTo(0.52, within(1e-12));
    assertThat(rates.factor(30)).isEqualTo(1);
    assertThat(rates.factor(65)).isEqualTo(0.55, within(1e-12));
    assertThat(rates.factor(100)).isEqualTo(0.1, within(1e-12));
    // Before its top, as if it had always been so long; after it, down from where it is.
    assertThat(rates.extended(20, 200).factor(60)).isEqualTo(1);
    LearningRates longer = rates.extended(65, 165);
    assertThat(longer.factor(65)).isEqualTo(0.55, within(1e-12));
    assertThat(longer.factor(115)).isEqualTo((0.55 + 0.1) / 2, within(1e-12));
    assertThat(longer.factor(165)).isEqualTo(0.1, within(1e-12));
    assertThatThrownBy(() -> new Schedule(Kind.ONE_CYCLE, 0, 0.1, 5))
        .hasMessageContaining("training.schedule.rise")
        .hasMessageContaining("5");
    assertThat(schedule.highest(100)).isEqualTo(1);
  }

  /**
   * Patience 2, threshold a tenth, factor a half. Looks at 10, 9.5 (not a tenth better), 8.9
   * (better than 10 by more than a tenth), 8.5, 8.2 (a fall: neither is below 8.01), 8.1, 8.0 (just
   * better), 8, 8 (a fall).
   */
  @Test
  void aPlateauFallsAfterItsPatience() {
    Schedule schedule =
        new Schedule(Kind.PLATEAU, 0, 0.3, 0, OnExtend.CONTINUE, 0.5, 0.1, 0.3, 2, 0.1);
    Plateau plateau = Plateau.BEGINNING;
    double[] looks = {10, 9.5, 8.9, 8.5, 8.2, 8.1, 8.0, 8, 8};
    int[] worse = {0, 1, 0, 1, 0, 1, 0, 1, 0};
    for (int i = 0; i < looks.length; i++) {
      plateau = plateau.seen(schedule, looks[i], 10 * (i + 1));
      assertThat(plateau.worse()).as("look %d", i).isEqualTo(worse[i]);
    }
    assertThat(plateau.best()).isEqualTo(8.0);
    assertThat(plateau.falls()).containsExactly(50L, 90L);
    LearningRates rates = LearningRates.of(schedule, 100).with(plateau.falls());
    assertThat(rates.factor(49)).isEqualTo(1);
    assertThat(rates.factor(50)).isEqualTo(0.5);
    assertThat(rates.factor(90)).isEqualTo(0.3);
    // At its least it falls no more, and nobody is told that it does.
    assertThat(plateau.seen(schedule, 8, 100).seen(schedule, 8, 110).falls()).hasSize(2);
    // Another length changes nothing; other steps to a pass move the falls.
    assertThat(rates.extended(95, 300).factor(200)).isEqualTo(0.3);
    assertThat(rates.scaled(5, 10).falls()).containsExactly(25L, 45L);
  }

  /** Up to half of the schedule over its first fifth, and with the schedule from there on. */
  @Test
  void aWarmStartRisesToItsFractionAndFollowsTheSchedule() {
    Schedule schedule = new Schedule(Kind.LINEAR, 0.5, 0, 0);
    LearningRates rates = LearningRates.of(schedule, 20).with(new WarmStart(0.5, 0.2));
    assertThat(rates.factor(0)).isEqualTo(0.5 / 4);
    assertThat(rates.factor(1)).isEqualTo(1.0 / 4);
    assertThat(rates.factor(3)).isEqualTo(0.5);
    assertThat(rates.factor(10)).isEqualTo(0.5);
    assertThat(rates.factor(15)).isEqualTo(0.5 * 0.5, within(1e-12));
    // Made longer, and for other workers, it stays what it was.
    LearningRates longer = rates.extended(8, 40);
    for (int step = 0; step < 8; step++) {
      assertThat(longer.factor(step)).isEqualTo(rates.factor(step));
    }
    assertThat(longer.factor(9)).isEqualTo(0.5, within(0.01));
    assertThat(rates.scaled(10, 20).factor(0)).isEqualTo(0.5 / 2);
    assertThat(LearningRates.of(schedule, 20).with(WarmStart.NONE).factor(0)).isEqualTo(1);
    // What rises by itself is not made to rise twice.
    WarmStart start = new WarmStart(0.5, 0.2);
    assertThat(start.steps(new Schedule(Kind.LINEAR, 0.5, 0, 3), 20)).isZero();
    assertThat(start.steps(new Schedule(Kind.ONE_CYCLE, 0.5, 0, 0), 20)).isZero();
    assertThat(start.steps(schedule, 20)).isEqualTo(4);
    assertThatThrownBy(() -> new WarmStart(0, 1.5))
        .hasMessageContaining("start.rate-factor must be greater than 0 and at most 1, but is 0.0")
        .hasMessageContaining("start.rewarm must be 0.0 to 1.0, but is 1.5");
  }
}
