package org.seqlm.ngram.compiled;

/**
 * A log10 probability in 32 bits: as none is above 0, the bit of its sign is free, and says whether
 * longer n-grams end in this one, so that nobody looks for what is not there (KenLM's {@code
 * independent_left}).
 */
final class StoredLog {
  private static final int MAGNITUDE = Integer.MAX_VALUE;
  private static final int INFINITY = 0x7f800000;

  private StoredLog() {}

  /** The bits of a probability; of a blank, whose is NaN, too. */
  static int bits(float logProbability, boolean begins) {
    int bits = Float.floatToIntBits(logProbability) & MAGNITUDE;
    return begins ? bits | Integer.MIN_VALUE : bits;
  }

  /** Whether longer n-grams end in this one. */
  static boolean begins(int bits) {
    return bits < 0;
  }

  /** Whether it is of an n-gram, and not of a blank. */
  static boolean isReal(int bits) {
    return (bits & MAGNITUDE) <= INFINITY;
  }

  /** log10 p. */
  static float logProbability(int bits) {
    return -Float.intBitsToFloat(bits & MAGNITUDE);
  }
}
