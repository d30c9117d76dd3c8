package org.seqlm.text;

import java.util.Locale;

/**
 * A sum of lines' hashes, modulo 2^128: texts of the same lines have the same, whatever their
 * files' names, order and packing. Sums of parts add up to that of the whole.
 */
public final class LinesHash implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  private long high;
  private long low;
  private transient Hash128 hash;

  /** Adds a line. */
  public void add(byte[] utf8, int from, int to) {
    if (hash == null) {
      hash = new Hash128();
    }
    hash.hash(utf8, from, to, 11, 12);
    add(hash.high(), hash.low());
  }

  /** Adds what others are the sum of. */
  public void add(LinesHash other) {
    add(other.high, other.low);
  }

  private void add(long more, long rest) {
    low += rest;
    high += more + (Long.compareUnsigned(low, rest) < 0 ? 1 : 0);
  }

  /** In 32 hexadecimal digits. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%016x%016x", high, low);
  }
}
