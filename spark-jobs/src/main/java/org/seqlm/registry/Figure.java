package org.seqlm.registry;

/**
 * A number of a version by which versions are compared.
 *
 * @param value finite
 * @param better which way it is better
 */
public record Figure(double value, Better better) {
  /** Which of two values is better. */
  public enum Better {
    LOWER,
    HIGHER,
    /** Neither is: a size, a length. */
    NEITHER
  }

  public Figure {
    if (!Double.isFinite(value) || better == null) {
      throw new IllegalArgumentException("a figure is finite and knows which way it is better");
    }
  }
}
