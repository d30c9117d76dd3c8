package org.seqlm.neural.learner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.seqlm.neural.optimizer.GradientStats;
import org.seqlm.neural.optimizer.InnerMoments;
import org.seqlm.neural.optimizer.InnerOptimizer;

class RoundAccountTest {
  private static final float[] PARAMETERS = {1, 2};

  private static WorkerResult result(float[] parameters, float... moments) {
    RoundAccount account =
        new RoundAccount(new RoundPlan(2, 0, 1, 10, new double[3], 100, 9, InnerMoments.LOCAL));
    for (int step = 0; step < 3; step++) {
      account.add(2, 40);
    }
    return account.result(
        () -> parameters, () -> new WorkerState(13, 13, moments, new float[] {0.5f}));
  }

  @Test
  void countsWhatIsFinite() {
    WorkerResult result = result(PARAMETERS, 1, 0, 3, Float.MAX_VALUE);
    assertThat(result.rejected()).isNull();
    assertThat(result.tokens()).isEqualTo(120);
    assertThat(result.state().moments()).hasSize(4);
    assertThat(result(PARAMETERS).rejected()).as("no moments").isNull();
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void rejectsMomentsThatAreNotFinite(float broken) {
    WorkerResult result = result(PARAMETERS, 1, 0, 3, broken);
    assertThat(result.rejected()).isEqualTo("its optimiser moments are not finite");
    assertThat(result.parameters()).isNull();
    assertThat(result.tokens()).isZero();
    assertThat(result.skipped()).isEqualTo(120);
    assertThat(result.state().step()).isEqualTo(13);
    assertThat(result.state().moments()).isEmpty();
    assertThat(result(new float[] {1, broken}, 1).rejected())
        .isEqualTo("a parameter is not finite");
  }

  @Test
  void anUpdateIsDueAfterAGroupAndAtTheEnd() {
    RoundPlan plan = new RoundPlan(1, 0, 1, 0, new double[5], 100, 9, InnerMoments.LOCAL);
    RoundAccount account =
        new RoundAccount(plan, new Recipe(new InnerOptimizer(InnerOptimizer.Kind.SGD, 0, 0), 2));
    boolean[] due = {false, true, false, true, true};
    java.util.Iterator<Integer> left = java.util.List.of(1, 2, 3, 4, 5).iterator();
    for (boolean is : due) {
      left.next();
      account.add(1, 10);
      assertThat(account.updates(account.done(), left)).isEqualTo(is);
    }
    assertThat(account.updates()).isEqualTo(3);
  }

  @Test
  void gradientsAreAddedUp() {
    GradientStats.Sum sum = new GradientStats.Sum();
    assertThat(sum.stats().meanNorm()).isNaN();
    sum.add(1, 2);
    sum.add(5, 2);
    assertThat(sum.stats()).isEqualTo(new GradientStats(2, 1, 3, 5));
    sum.add(Double.NaN, 2);
    assertThat(sum.stats().maxNorm()).isNaN();
  }
}
