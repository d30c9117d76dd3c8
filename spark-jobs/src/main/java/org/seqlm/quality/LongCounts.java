package org.seqlm.quality;

import java.util.Arrays;

/**
 * Counts of hashes, for a known number of them at most, so that no table grows; used again and
 * again. Two different things of one hash of 64 bits are taken for one: among a million that
 * happens once in 10^7 documents.
 */
final class LongCounts {
  private long[] keys = new long[256];
  private int[] counts = new int[256];
  private int mask = 255;

  /** Forgets all, and has room for {@code most} different hashes. */
  LongCounts clear(int most) {
    // At most two thirds full.
    int capacity = Integer.highestOneBit(Math.max(16, most + (most >> 1))) << 1;
    if (capacity > keys.length) {
      keys = new long[capacity];
      counts = new int[capacity];
    } else {
      Arrays.fill(counts, 0, capacity, 0);
    }
    mask = capacity - 1;
    return this;
  }

  /** Counts a hash, and returns how often it has come so far, from 1. */
  int add(long hash) {
    int at = (int) (hash ^ hash >>> 32) & mask;
    while (counts[at] != 0 && keys[at] != hash) {
      at = (at + 1) & mask;
    }
    keys[at] = hash;
    return ++counts[at];
  }

  /** How often a hash has come. */
  int count(long hash) {
    int at = (int) (hash ^ hash >>> 32) & mask;
    while (counts[at] != 0 && keys[at] != hash) {
      at = (at + 1) & mask;
    }
    return counts[at];
  }
}
