package org.seqlm.text;

/**
 * Hashes of windows of some length over values, such as words, from one window to the next (Karp
 * &amp; Rabin 1987, "Efficient randomized pattern-matching algorithms"): {@code h = sum of v_i
 * BASE^(length - 1 - i)} modulo 2^64. Values are to be mixed already, and the hash before its bits
 * are looked at ({@link Hash128#mix}). Fit for what counts or compares tokens afterwards: whoever
 * knows the base can write windows of one hash, which {@link WordsHash} and hashes modulo 2^61 − 1
 * by a secret base withstand. Has no state, so any number of texts can be read side by side.
 */
public final class RollingHash {
  /** Odd, so that no value's bits are lost. */
  public static final long BASE = 0x9E3779B97F4A7C15L;

  private final long highest; // BASE^(length - 1)

  /** For windows of so many values, 1 or more. */
  public RollingHash(int length) {
    long power = 1;
    for (int i = 1; i < length; i++) {
      power *= BASE;
    }
    highest = power;
  }

  /** The hash of what has one value more, while it is shorter than a window; 0 is that of none. */
  public static long with(long hash, long value) {
    return hash * BASE + value;
  }

  /** The hash of a full window that loses its first value and gets another last one. */
  public long next(long hash, long first, long value) {
    return (hash - first * highest) * BASE + value;
  }
}
