package org.seqlm.bench.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.gate.Carry;
import org.seqlm.gate.Clip;
import org.seqlm.gate.ErrorBudget;
import org.seqlm.gate.Estimand;
import org.seqlm.gate.Spending;

class SimulatedNightsTest {
  /** Of ten nights, so that errors are frequent enough to count. */
  private static SimulatedNights nights(Estimand estimand, double alpha) {
    return new SimulatedNights(
        0.002,
        estimand,
        new ErrorBudget(alpha, 10, Spending.EQUAL),
        new Clip(4, 0.01, 1, 0),
        new Carry(0.5, 3),
        100);
  }

  private static NightModel model(Tail tail) {
    return new NightModel(tail, 0.05, 0.5, 0.4, 2000);
  }

  @ParameterizedTest
  @EnumSource
  void aTailHasMeanZeroAndVarianceOne(Tail tail) {
    SplittableRandom random = new SplittableRandom(1);
    int draws = 400_000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < draws; i++) {
      double x = tail.draw(random);
      sum += x;
      squares += x * x;
    }
    assertThat(sum / draws).isCloseTo(0, within(0.01));
    // Student's t with 3 degrees of freedom has no variance of its square.
    assertThat(squares / draws).isCloseTo(1, within(0.15));
  }

  /** A reduced form of `seqlm bench gate`: the budget is half, and evidence counts, kept or not. */
  @ParameterizedTest
  @EnumSource
  void yearsErrNoMoreOftenThanTheirBudget(Estimand estimand) {
    SimulatedNights nights = nights(estimand, 0.5);
    int erring = 0;
    int again = 0;
    int years = 150;
    for (int year = 0; year < years; year++) {
      SimulatedNights.Year one =
          nights.year(model(Tail.STUDENT), 0.002, new SplittableRandom(100 + year));
      erring += one.reached() > 0 ? 1 : 0;
      again += one.again();
      assertThat(one.promotions()).isLessThanOrEqualTo(one.reached());
      assertThat(one.challengers() + one.again()).isEqualTo(10);
    }
    assertThat(erring).isPositive();
    assertThat(BinomialShare.of(erring, years, 0.99).lower()).isLessThan(0.5);
    assertThat(again).isPositive();
  }

  @Test
  void aTrueGainIsSeenSoonerTheLargerItIs() {
    SimulatedNights nights = nights(Estimand.DOCUMENT, 0.05);
    long before = Long.MAX_VALUE;
    for (double gain : new double[] {0.01, 0.03, 0.1}) {
      long documents = 0;
      int promoted = 0;
      for (int i = 0; i < 50; i++) {
        SimulatedNights.Night night =
            nights.night(model(Tail.STUDENT), gain, 20_000, new SplittableRandom(i));
        assertThat(night.enough()).isLessThanOrEqualTo(20_050);
        if (night.promoted() || night.tail()) {
          assertThat(night.enough()).isLessThanOrEqualTo(150);
        }
        documents += night.enough();
        promoted += night.promoted() ? 1 : 0;
      }
      assertThat(documents).isLessThan(before);
      before = documents;
      assertThat(promoted).isLessThanOrEqualTo(50);
    }
  }

  /** Clopper and Pearson's interval of 10 in 100, as in any table; and of none and of all. */
  @Test
  void intervalsOfShares() {
    BinomialShare share = BinomialShare.of(10, 100, 0.95);
    assertThat(share.lower()).isCloseTo(0.0490, within(1e-4));
    assertThat(share.upper()).isCloseTo(0.1762, within(1e-4));
    assertThat(BinomialShare.of(0, 2000, 0.95).upper())
        .isCloseTo(1 - Math.pow(0.025, 1 / 2000.0), within(1e-8));
    assertThat(BinomialShare.of(5, 5, 0.9).upper()).isEqualTo(1);
  }
}
