package org.seqlm.text.subword;

import java.util.Arrays;

/**
 * Numbers pairs of ids in the order in which they first come; open addressing, no object a pair.
 * Not thread-safe; reading alone is.
 */
final class PairTable {
  private long[] pairs; // by number
  private int[] slots; // number + 1, or 0 where free; its length is a power of two
  private int size;

  PairTable(int expected) {
    pairs = new long[Math.max(16, expected)];
    slots = new int[Integer.highestOneBit(Math.max(16, Math.min(expected, 1 << 28)) * 2 - 1) * 2];
  }

  static long pair(int left, int right) {
    return (long) left << 32 | right;
  }

  static int left(long pair) {
    return (int) (pair >>> 32);
  }

  static int right(long pair) {
    return (int) pair;
  }

  int size() {
    return size;
  }

  long pair(int number) {
    return pairs[number];
  }

  /** The number of a pair, or -1. */
  int find(long pair) {
    int slot = slot(pair);
    while (slots[slot] != 0) {
      if (pairs[slots[slot] - 1] == pair) {
        return slots[slot] - 1;
      }
      slot = slot + 1 & slots.length - 1;
    }
    return -1;
  }

  /** The number of a pair; a new one, {@code size() - 1}, where it has none yet. */
  int add(long pair) {
    int slot = slot(pair);
    while (slots[slot] != 0) {
      if (pairs[slots[slot] - 1] == pair) {
        return slots[slot] - 1;
      }
      slot = slot + 1 & slots.length - 1;
    }
    if (size == pairs.length) {
      pairs = Arrays.copyOf(pairs, size + (size >> 1));
    }
    pairs[size++] = pair;
    slots[slot] = size;
    if (size > slots.length / 2) {
      rehash();
    }
    return size - 1;
  }

  private void rehash() {
    slots = new int[slots.length * 2];
    for (int number = 0; number < size; number++) {
      int slot = slot(pairs[number]);
      while (slots[slot] != 0) {
        slot = slot + 1 & slots.length - 1;
      }
      slots[slot] = number + 1;
    }
  }

  private int slot(long pair) {
    long mixed = pair * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> 32 ^ mixed >>> 15) & slots.length - 1;
  }
}
