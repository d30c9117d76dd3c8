package org.seqlm.ngram;

import java.io.Serializable;

/**
 * How a window of up to {@code order} ids is packed into longs. Each id takes {@code bits} bits and
 * is stored plus one, so that zero means "no token"; the first id takes the highest bits, no id is
 * split between longs, and no long uses its sign bit. Compared long by long, keys sort as their ids
 * do, a shorter window before those it begins.
 */
public final class KeyLayout implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int order;
  private final int bits;
  private final int perLong;
  private final int longs;
  private final int inLast;
  private final long mask;
  private final long lastMask;

  private KeyLayout(int order, int bits) {
    this.order = order;
    this.bits = bits;
    this.perLong = 63 / bits;
    this.longs = (order + perLong - 1) / perLong;
    this.inLast = order - (longs - 1) * perLong;
    this.mask = (1L << (bits * perLong)) - 1;
    this.lastMask = (1L << (bits * inLast)) - 1;
  }

  /** The layout for windows of up to {@code order} ids below {@code vocabularySize}. */
  public static KeyLayout of(int order, int vocabularySize) {
    if (order < 1 || vocabularySize < 1) {
      throw new IllegalArgumentException("order " + order + ", vocabulary " + vocabularySize);
    }
    return new KeyLayout(order, 32 - Integer.numberOfLeadingZeros(vocabularySize));
  }

  public int order() {
    return order;
  }

  /** The number of longs of a key. */
  public int longs() {
    return longs;
  }

  /**
   * Moves a window one token on: drops its first id, appends {@code stored}, an id plus one or 0.
   */
  void roll(long[] key, int stored) {
    int last = longs - 1;
    for (int j = 0; j < last; j++) {
      int shift = bits * ((j + 1 == last ? inLast : perLong) - 1);
      key[j] = ((key[j] << bits) & mask) | (key[j + 1] >>> shift);
    }
    key[last] = ((key[last] << bits) & lastMask) | stored;
  }

  /** Packs {@code ids[from, from + length)}. */
  void pack(int[] ids, int from, int length, long[] key) {
    for (int i = 0; i < order; i++) {
      roll(key, i < length ? ids[from + i] + 1 : 0);
    }
  }

  /** The id at a place of the key that begins at {@code keys[at]}, or -1 past its end. */
  int id(long[] keys, int at, int place) {
    int j = place / perLong;
    int held = j == longs - 1 ? inLast : perLong;
    long value = keys[at + j] >>> (bits * (held - 1 - place % perLong));
    return (int) (value & ((1L << bits) - 1)) - 1;
  }

  /** Compares two keys by their ids. */
  int compare(long[] a, int at, long[] b, int bt) {
    for (int j = 0; j < longs; j++) {
      int c = Long.compare(a[at + j], b[bt + j]);
      if (c != 0) {
        return c;
      }
    }
    return 0;
  }
}
