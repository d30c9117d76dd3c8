package org.seqlm.ngram.count;

import java.io.Serializable;
import java.util.Arrays;

/**
 * How a window is packed into longs. A window of order N is a token w and the up to N-1 tokens
 * before it in its passage, its context. The key's first place is the nearest token of the context,
 * the next place the one before that, and so on; the last place, N-1, is w. Sorted by key, contexts
 * stand in the pre-order of a trie that reads them backwards, each with its followers in the order
 * of their ids.
 *
 * <p>Each id takes {@code bits} bits and is stored plus one, so that zero means "no token". The
 * first place takes the highest bits, no id is split between longs, and no long uses its sign bit,
 * so keys compare long by long.
 */
public final class KeyLayout implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int order;
  private final int bits;
  private final int perLong;
  private final int longs;
  private final long mask; // of a stored id
  private final int[] component; // the long of each place // (N)
  private final int[] shift; // where in it a place begins // (N)
  private final long[][] before; // what stands before a place, by long // (N + 1, longs)

  private KeyLayout(int order, int bits) {
    this.order = order;
    this.bits = bits;
    this.perLong = 63 / bits;
    this.longs = (order + perLong - 1) / perLong;
    this.mask = (1L << bits) - 1;
    this.component = new int[order];
    this.shift = new int[order];
    this.before = new long[order + 1][longs];
    Arrays.fill(before[order], -1L);
    for (int place = 0; place < order; place++) {
      component[place] = place / perLong;
      shift[place] = bits * (places(component[place]) - 1 - place % perLong);
      for (int j = 0; j <= component[place]; j++) {
        before[place][j] = j < component[place] ? -1L : -1L << shift[place] + bits - 1 << 1;
      }
    }
  }

  /** The layout for windows of order {@code order} over ids below {@code vocabularySize}. */
  public static KeyLayout of(int order, int vocabularySize) {
    if (order < 1 || vocabularySize < 1) {
      throw new IllegalArgumentException("order " + order + ", vocabulary " + vocabularySize);
    }
    return new KeyLayout(order, 32 - Integer.numberOfLeadingZeros(vocabularySize));
  }

  /** N, the number of places. */
  public int order() {
    return order;
  }

  /** The number of longs of a key. */
  public int longs() {
    return longs;
  }

  /** Bits of a stored id. */
  int bits() {
    return bits;
  }

  /** The bits that a long uses. */
  int usedBits(int component) {
    return bits * places(component);
  }

  private int places(int component) {
    return Math.min(perLong, order - component * perLong);
  }

  /** What stands at a place: an id plus one, or 0. */
  public int stored(long[] key, int place) {
    return (int) (key[component[place]] >>> shift[place] & mask);
  }

  /** What stands at a place of one of some keys, which lie long by long. */
  int stored(long[][] keys, int at, int place) {
    return (int) (keys[component[place]][at] >>> shift[place] & mask);
  }

  /**
   * Reads the context of a window.
   *
   * @param most tokens of it to read
   * @param reversed receives their ids, the nearest first, from place 1 on
   * @return how many there are, at most {@code most}
   */
  public int context(long[] key, int most, int[] reversed) {
    int length = 0;
    while (length < most && stored(key, length) != 0) {
      reversed[length + 1] = stored(key, length) - 1;
      length++;
    }
    return length;
  }

  /**
   * Sets a place of a key that holds 0 there.
   *
   * @param stored an id plus one
   */
  public void put(long[] key, int place, int stored) {
    key[component[place]] |= (long) stored << shift[place];
  }

  /** Empties all places from {@code place} on. */
  void clearFrom(long[] key, int place) {
    for (int j = 0; j < longs; j++) {
      key[j] &= before[place][j];
    }
  }

  /**
   * Moves a window one token on: its word, which stands in {@code stored}, becomes the nearest
   * token of the context, the farthest falls out, and the place of the word is empty.
   */
  void advance(long[] key, int stored) {
    for (int j = longs - 1; j > 0; j--) {
      key[j] = (key[j - 1] & mask) << bits * (places(j) - 1) | key[j] >>> bits;
    }
    key[0] = (long) stored << shift[0] | key[0] >>> bits;
    key[longs - 1] &= ~mask;
  }

  /** Compares the keys that begin at {@code a[at]} and {@code b[bt]}. */
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
