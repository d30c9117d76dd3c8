package org.seqlm.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.seqlm.UserException;

class ErrorBudgetTest {
  private static final ErrorBudget EQUAL = new ErrorBudget(0.05, 365, Spending.EQUAL);
  private static final ErrorBudget FALLING = new ErrorBudget(0.05, 365, Spending.FALLING);

  @Test
  void everyNightHasAnEqualShare() {
    Spent spent = Spent.NOTHING;
    for (int night = 1; night <= 365; night++) {
      double share = EQUAL.share(night, spent);
      assertThat(share).isCloseTo(0.05 / 365, within(1e-15));
      spent = spent.plus(share);
    }
    assertThat(spent.shares()).isCloseTo(0.05, within(1e-12));
    assertThat(spent.challengers()).isEqualTo(365);
  }

  @Test
  void nightsWithoutATestLeaveTheirSharesToTheRest() {
    assertThat(EQUAL.share(365, Spent.NOTHING)).isEqualTo(0.05);
    assertThat(EQUAL.share(184, new Spent(0.025, 60))).isCloseTo(0.025 / 182, within(1e-15));
  }

  @Test
  void theShareOfAPromotedChallengerComesBack() {
    Spent spent = Spent.NOTHING.plus(0.01).plus(0.02).minus(0.01);

    assertThat(spent.shares()).isCloseTo(0.02, within(1e-15));
    assertThat(spent.challengers()).isEqualTo(2);
  }

  /** Whatever happens in a year, those that were not promoted have had no more than there is. */
  @Test
  void sharesNeverPassTheWhole() {
    Random random = new Random(7);
    for (ErrorBudget budget : new ErrorBudget[] {EQUAL, FALLING}) {
      for (int year = 0; year < 100; year++) {
        Spent spent = Spent.NOTHING;
        double kept = 0;
        for (int night = 1; night <= 365; night++) {
          if (random.nextInt(3) == 0) {
            continue;
          }
          double share = budget.share(night, spent);
          assertThat(share).isNotNegative();
          assertThat(kept + share).isLessThanOrEqualTo(0.05 + 1e-12);
          spent = spent.plus(share);
          if (random.nextInt(4) == 0) {
            spent = spent.minus(share);
          } else {
            kept += share;
          }
        }
      }
    }
  }

  @Test
  void fallingSharesAreForAnyNumberOfChallengers() {
    assertThat(FALLING.share(1, Spent.NOTHING)).isEqualTo(0.025);
    assertThat(FALLING.share(200, new Spent(0.04, 4))).isCloseTo(0.05 / 30, within(1e-15));
  }

  @Test
  void whatDoesNotFitIsNamed() {
    assertThatThrownBy(() -> new ErrorBudget(0, 0, null))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(
            "gate.budget.alpha must be greater than 0 and less than 1, but is 0.0")
        .hasMessageContaining("gate.budget.nights must be 1 to 100000, but is 0")
        .hasMessageContaining("gate.budget.spending is missing");
    assertThatThrownBy(() -> EQUAL.share(366, Spent.NOTHING))
        .hasMessage("night must be 1 to 365, but is 366");
  }
}
