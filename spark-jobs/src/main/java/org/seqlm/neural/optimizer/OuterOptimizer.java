package org.seqlm.neural.optimizer;

import java.util.Arrays;
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
 *   <li>{@code heavy-ball}: v ← μv + D, θ ← θ − ηv, block-wise model-update filtering with
 *       classical block momentum (Chen and Huo 2016), SlowMo (Wang et al. 2020, algorithm 1)
 *   <li>{@code adam}: m ← β₁m − (1 − β₁)D, v ← β₂v + (1 − β₂)D², θ ← θ + ηm / (√v + τ), with v = τ²
 *       before the first round and no bias correction: FedAdam (Reddi et al. 2021, algorithm 2)
 * </ul>
 *
 * @param kind of step
 * @param rate η, greater than 0 (not plain)
 * @param momentum μ, 0 to less than 1 (nesterov and heavy-ball)
 * @param beta1 β₁, 0 to less than 1 (adam)
 * @param beta2 β₂, 0 to less than 1 (adam)
 * @param tau τ, greater than 0: the larger, the less the step adapts (adam)
 */
public record OuterOptimizer(
    Kind kind, double rate, double momentum, double beta1, double beta2, double tau)
    implements OuterStep {

  /** Which step. */
  public enum Kind {
    PLAIN,
    NESTEROV,
    HEAVY_BALL,
    ADAM
  }

  /** Below it τ², what Adam's second moment begins with, is no normal float32. */
  private static final double SMALLEST_TAU = 1e-12;

  public OuterOptimizer {
    new Problems()
        .present("averaging.outer.kind", kind, "plain, nesterov, heavy-ball or adam")
        .positive("averaging.outer.rate", rate)
        .inRange("averaging.outer.momentum", momentum, 0, 0.999)
        .inRange("averaging.outer.beta1", beta1, 0, 0.9999)
        .inRange("averaging.outer.beta2", beta2, 0, 0.999999)
        .inRange("averaging.outer.tau", tau, SMALLEST_TAU, 1e6)
        .throwIfAny();
  }

  /** With FedAdam's usual β₁, β₂ and τ. */
  public OuterOptimizer(Kind kind, double rate, double momentum) {
    this(kind, rate, momentum, 0.9, 0.99, 1e-3);
  }

  /** The mean itself. */
  public static OuterOptimizer plain() {
    return new OuterOptimizer(Kind.PLAIN, 1, 0);
  }

  /** Nothing (plain), v (nesterov, heavy-ball), or m and then v (adam). */
  @Override
  public float[] initialState(int parameters) {
    return switch (kind) {
      case PLAIN -> new float[0];
      case NESTEROV, HEAVY_BALL -> new float[parameters];
      case ADAM -> {
        float[] state = new float[Math.multiplyExact(2, parameters)];
        Arrays.fill(state, parameters, state.length, (float) (tau * tau));
        yield state;
      }
    };
  }

  @Override
  public float[] step(float[] before, float[] mean, float[] state, int round, double rateOfRound) {
    return step(before, mean, state);
  }

  /** The same: it depends neither on the round nor on the workers' learning rate. */
  public float[] step(float[] before, float[] mean, float[] state) {
    return switch (kind) {
      case PLAIN -> mean.clone();
      case NESTEROV -> nesterov(before, mean, state);
      case HEAVY_BALL -> heavyBall(before, mean, state);
      case ADAM -> adam(before, mean, state);
    };
  }

  private float[] nesterov(float[] before, float[] mean, float[] velocity) {
    float[] next = new float[before.length];
    for (int i = 0; i < next.length; i++) {
      double moved = (double) before[i] - mean[i];
      double v = momentum * velocity[i] + moved;
      velocity[i] = (float) v;
      next[i] = (float) (before[i] - rate * (moved + momentum * v));
    }
    return next;
  }

  private float[] heavyBall(float[] before, float[] mean, float[] velocity) {
    float[] next = new float[before.length];
    for (int i = 0; i < next.length; i++) {
      double v = momentum * velocity[i] + ((double) before[i] - mean[i]);
      velocity[i] = (float) v;
      next[i] = (float) (before[i] - rate * v);
    }
    return next;
  }

  private float[] adam(float[] before, float[] mean, float[] moments) {
    int size = before.length;
    float[] next = new float[size];
    for (int i = 0; i < size; i++) {
      double gain = (double) mean[i] - before[i];
      double m = beta1 * moments[i] + (1 - beta1) * gain;
      double v = beta2 * moments[size + i] + (1 - beta2) * gain * gain;
      moments[i] = (float) m;
      moments[size + i] = (float) v;
      next[i] = (float) (before[i] + rate * m / (Math.sqrt(v) + tau));
    }
    return next;
  }
}
