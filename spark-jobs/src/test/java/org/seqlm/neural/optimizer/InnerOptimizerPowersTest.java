package org.seqlm.neural.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What decides bits is computed alike by every Java machine. */
class InnerOptimizerPowersTest {
  /** In some of 20,000 updates the power that a processor has of its own would differ. */
  @Test
  void powersAreStrict() {
    InnerOptimizer adam = new InnerOptimizer(InnerOptimizer.Kind.ADAM, 0, 0);
    InnerOptimizer adamw = new InnerOptimizer(InnerOptimizer.Kind.ADAMW, 0, 0);
    for (long t = 1; t <= 20_000; t++) {
      double root = Math.sqrt(1 - StrictMath.pow(0.999, t));
      assertThat(adam.rate(2e-3, t)).isEqualTo(2e-3 * root / (1 - StrictMath.pow(0.9, t)));
      assertThat(adamw.epsilon(t)).isEqualTo(1e-8 * root);
    }
  }
}
