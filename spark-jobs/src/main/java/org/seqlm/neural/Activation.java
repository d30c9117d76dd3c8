package org.seqlm.neural;

import org.seqlm.Problems;

/**
 * The φ of a simple recurrence.
 *
 * @param kind of function
 * @param threshold θ of a step; 0 for the others
 * @param at what a step is at its threshold; null for the others
 */
public record Activation(Kind kind, double threshold, AtThreshold at)
    implements java.io.Serializable {
  public static final Activation TANH = new Activation(Kind.TANH, 0, null);
  public static final Activation SIGMOID = new Activation(Kind.SIGMOID, 0, null);
  public static final Activation RELU = new Activation(Kind.RELU, 0, null);
  public static final Activation IDENTITY = new Activation(Kind.IDENTITY, 0, null);

  /** The function. */
  public enum Kind {
    TANH,
    SIGMOID,
    RELU,
    IDENTITY,
    /** 1 above the threshold, 0 below; no gradient, so it cannot be trained. */
    STEP
  }

  /** A step at its threshold. */
  public enum AtThreshold {
    ZERO,
    ONE
  }

  public Activation {
    new Problems()
        .present("network.activation", kind, "tanh, sigmoid, relu or identity")
        .require((kind == Kind.STEP) == (at != null), "a step needs its value at the threshold")
        .throwIfAny();
  }

  /** φ(z) = 1 where z > θ, 0 where z < θ, and {@code at} where they are equal. */
  public static Activation step(double threshold, AtThreshold at) {
    return new Activation(Kind.STEP, threshold, at);
  }

  /** φ(z). */
  public double apply(double z) {
    return switch (kind) {
      case TANH -> Math.tanh(z);
      case SIGMOID -> 1 / (1 + Math.exp(-z));
      case RELU -> Math.max(0, z);
      case IDENTITY -> z;
      case STEP -> z > threshold || (z == threshold && at == AtThreshold.ONE) ? 1 : 0;
    };
  }
}
