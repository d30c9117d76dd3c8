package org.seqlm.neural.network;

import org.seqlm.neural.KeyedRandom;

/**
 * What a tensor's values are before the first step: each is a function of (seed, the tensor's name,
 * its position).
 *
 * @param kind of distribution
 * @param scale the bound of a uniform one, the deviation of a normal one, or the constant
 * @param from first position of a part that has a constant of its own
 * @param to one past its last; {@code from} where there is no such part
 * @param value of that part
 */
public record Initial(Kind kind, double scale, int from, int to, double value)
    implements java.io.Serializable {

  /** How values are drawn. */
  public enum Kind {
    /** In ±scale. */
    UNIFORM,
    /** About 0. */
    NORMAL,
    /** All alike. */
    CONSTANT
  }

  /** Uniform in ±bound. */
  public static Initial uniform(double bound) {
    return new Initial(Kind.UNIFORM, bound, 0, 0, 0);
  }

  /** Uniform in ±1/√inputs, as PyTorch's linear layers are. */
  public static Initial linear(int inputs) {
    return uniform(1 / Math.sqrt(inputs));
  }

  /** Uniform in ±√(6 / (inputs + outputs)) (Glorot and Bengio 2010, equation 16). */
  public static Initial glorot(int inputs, int outputs) {
    return uniform(Math.sqrt(6.0 / (inputs + outputs)));
  }

  /** Normal with mean 0. */
  public static Initial normal(double deviation) {
    return new Initial(Kind.NORMAL, deviation, 0, 0, 0);
  }

  /** All values alike. */
  public static Initial constant(double value) {
    return new Initial(Kind.CONSTANT, value, 0, 0, 0);
  }

  /** The same but for a part, which is constant. */
  public Initial with(int first, int end, double constant) {
    return new Initial(kind, scale, first, end, constant);
  }

  /** The value at a position. */
  double at(KeyedRandom random, int position) {
    if (position >= from && position < to) {
      return value;
    }
    return switch (kind) {
      case UNIFORM -> (2 * random.uniform(position) - 1) * scale;
      case NORMAL -> random.normal(position) * scale;
      case CONSTANT -> scale;
    };
  }
}
