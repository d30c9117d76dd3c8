package org.seqlm.neural.learner;

import org.seqlm.Problems;

/**
 * Turns the workers' average into the next parameters. With θ the parameters the round began with,
 * θ̄ the average and D = θ − θ̄:
 *
 * <ul>
 *   <li>{@code plain}: θ ← θ̄
 *   <li>{@code nesterov}: v ← μv + D, θ ← θ − η(D + μv), block-wise model-update filtering with
 *       Nesterov momentum (Chen and Huo 2016, equations 6 to 8), DiLoCo's outer step (Douillard et
 *       al. 2023, algorithm 1)
 * </ul>
 *
 * @param kind of step
 * @param rate η, greater than 0 (nesterov only)
 * @param momentum μ, 0 to less than 1 (nesterov only)
 */
public record OuterOptimizer(Kind kind, double rate, double momentum) implements OuterStep {

  /** Which step. */
  public enum Kind {
    PLAIN,
    NESTEROV
  }

  public OuterOptimizer {
    new Problems()
        .present("averaging.outer.kind", kind, "plain or nesterov")
        .positive("averaging.outer.rate", rate)
        .inRange("averaging.outer.momentum", momentum, 0, 0.999)
        .throwIfAny();
  }

  /** The mean itself. */
  public static OuterOptimizer plain() {
    return new OuterOptimizer(Kind.PLAIN, 1, 0);
  }

  /** A velocity to begin with, in the order of the parameters; empty if the kind needs none. */
  @Override
  public float[] initialState(int parameters) {
    return new float[kind == Kind.PLAIN ? 0 : parameters];
  }

  @Override
  public float[] step(float[] before, float[] mean, float[] velocity, int round, double rate) {
    return step(before, mean, velocity);
  }

  /**
   * One step. Each value depends on its own position only, so any layout will do.
   *
   * @param before θ
   * @param mean θ̄
   * @param velocity v, changed in place
   * @return the next θ, a fresh array
   */
  public float[] step(float[] before, float[] mean, float[] velocity) {
    if (kind == Kind.PLAIN) {
      return mean.clone();
    }
    float[] next = new float[before.length];
    for (int i = 0; i < next.length; i++) {
      double moved = (double) before[i] - mean[i];
      double v = momentum * velocity[i] + moved;
      velocity[i] = (float) v;
      next[i] = (float) (before[i] - rate * (moved + momentum * v));
    }
    return next;
  }
}
