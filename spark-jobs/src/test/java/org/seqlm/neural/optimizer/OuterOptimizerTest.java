package org.seqlm.neural.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.seqlm.UserException;
import org.seqlm.neural.optimizer.OuterOptimizer.Kind;

class OuterOptimizerTest {
  @Test
  void heavyBallByHand() {
    OuterOptimizer outer = new OuterOptimizer(Kind.HEAVY_BALL, 0.5, 0.5);
    float[] velocity = outer.initialState(1);
    // D = 4 - 2, v = 2, next = 4 - 0.5·2.
    assertThat(outer.step(new float[] {4}, new float[] {2}, velocity)).containsExactly(3);
    // D = 0, v = 0.5·2, next = 3 - 0.5·1.
    assertThat(outer.step(new float[] {3}, new float[] {3}, velocity)).containsExactly(2.5f);
    assertThat(velocity).containsExactly(1);
  }

  @Test
  void adamByHand() {
    OuterOptimizer outer = new OuterOptimizer(Kind.ADAM, 2, 0, 0.5, 0.75, 0.5);
    float[] state = outer.initialState(2);
    assertThat(state).containsExactly(0, 0, 0.25f, 0.25f);
    // Of the first, which gained 2: m = 0.5·2, v = 0.75·0.25 + 0.25·4; the other stood still.
    float[] next = outer.step(new float[] {4, 7}, new float[] {6, 7}, state);
    assertThat(state).containsExactly(1, 0, 1.1875f, 0.1875f);
    assertThat(next[0]).isCloseTo((float) (4 + 2 / (Math.sqrt(1.1875) + 0.5)), within(1e-6f));
    assertThat(next[1]).isEqualTo(7);
    // It goes on: m = 0.5, v = 0.75·1.1875.
    float[] after = outer.step(next, next, state);
    assertThat(after[0])
        .isCloseTo((float) (next[0] + 1 / (Math.sqrt(0.890625) + 0.5)), within(1e-6f));
  }

  /** Against the paper's form, in which momentum is a sum over all rounds so far. */
  @Test
  void everyKindIsItsSumOverTheRounds() {
    Random random = new Random(3);
    int rounds = 6;
    double[] gains = random.doubles(rounds, -1, 1).toArray();
    for (Kind kind : new Kind[] {Kind.HEAVY_BALL, Kind.NESTEROV, Kind.ADAM}) {
      OuterOptimizer outer = new OuterOptimizer(kind, 0.7, 0.6, 0.8, 0.9, 0.1);
      float[] state = outer.initialState(1);
      float[] at = {0.5f};
      double expected = 0.5;
      for (int r = 0; r < rounds; r++) {
        at = outer.step(at, new float[] {(float) (at[0] + gains[r])}, state);
        double momentum = 0;
        double m = 0;
        double v = Math.pow(0.9, r + 1) * 0.01;
        for (int i = 0; i <= r; i++) {
          momentum += Math.pow(0.6, r - i) * gains[i];
          m += Math.pow(0.8, r - i) * 0.2 * gains[i];
          v += Math.pow(0.9, r - i) * 0.1 * gains[i] * gains[i];
        }
        expected +=
            switch (kind) {
              case HEAVY_BALL -> 0.7 * momentum;
              case NESTEROV -> 0.7 * (gains[r] + 0.6 * momentum);
              default -> 0.7 * m / (Math.sqrt(v) + 0.1);
            };
        assertThat((double) at[0]).as("%s, round %d", kind, r).isCloseTo(expected, within(1e-5));
      }
    }
  }

  @Test
  void eachKindKeepsWhatItNeeds() {
    assertThat(OuterOptimizer.plain().initialState(5)).isEmpty();
    assertThat(new OuterOptimizer(Kind.NESTEROV, 1, 0.5).initialState(5)).hasSize(5);
    assertThat(new OuterOptimizer(Kind.HEAVY_BALL, 1, 0.5).initialState(5)).hasSize(5);
    assertThat(new OuterOptimizer(Kind.ADAM, 1, 0.5).initialState(5)).hasSize(10);
  }

  @Test
  void whatNoOptimiserIsIsRefused() {
    assertThatThrownBy(() -> new OuterOptimizer(Kind.ADAM, 1, 0, 1, 1, 0))
        .isInstanceOfSatisfying(
            UserException.class, problem -> assertThat(problem.problems()).hasSize(3))
        .hasMessageContaining("averaging.outer.beta1")
        .hasMessageContaining("averaging.outer.beta2")
        .hasMessageContaining("averaging.outer.tau");
  }
}
