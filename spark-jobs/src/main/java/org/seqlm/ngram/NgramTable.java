package org.seqlm.ngram;

import java.util.Arrays;

/**
 * Windows with their counts and first positions: open addressing with linear probing over primitive
 * arrays. A count of zero marks a free slot.
 */
final class NgramTable {
  private static final int INITIAL_CAPACITY = 1 << 12;

  private final KeyLayout layout;
  private final int longs;
  private int capacity;
  private int size;
  private long[] keys; // (capacity, longs)
  private long[] counts; // (capacity)
  private long[] firsts; // (capacity)

  NgramTable(KeyLayout layout) {
    this.layout = layout;
    this.longs = layout.longs();
    allocate(INITIAL_CAPACITY);
  }

  int size() {
    return size;
  }

  /** Adds to a window's count. */
  void add(long[] key, long count, long first) {
    if (size > capacity - (capacity >> 2)) {
      grow();
    }
    int slot = find(key, 0);
    if (counts[slot] == 0) {
      System.arraycopy(key, 0, keys, slot * longs, longs);
      firsts[slot] = first;
      size++;
    } else {
      firsts[slot] = Math.min(firsts[slot], first);
    }
    counts[slot] += count;
  }

  private int find(long[] from, int at) {
    int mask = capacity - 1;
    int slot = (int) hash(from, at) & mask;
    while (counts[slot] != 0 && layout.compare(keys, slot * longs, from, at) != 0) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** The finaliser of MurmurHash3, chained over the key's longs. */
  private long hash(long[] from, int at) {
    long h = 0;
    for (int j = 0; j < longs; j++) {
      h ^= from[at + j];
      h ^= h >>> 33;
      h *= 0xff51afd7ed558ccdL;
      h ^= h >>> 33;
      h *= 0xc4ceb9fe1a85ec53L;
      h ^= h >>> 33;
    }
    return h;
  }

  private void allocate(int slots) {
    capacity = slots;
    keys = new long[Math.multiplyExact(slots, longs)];
    counts = new long[slots];
    firsts = new long[slots];
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldCounts = counts;
    long[] oldFirsts = firsts;
    allocate(Math.multiplyExact(capacity, 2));
    for (int i = 0; i < oldCounts.length; i++) {
      if (oldCounts[i] != 0) {
        int slot = find(oldKeys, i * longs);
        System.arraycopy(oldKeys, i * longs, keys, slot * longs, longs);
        counts[slot] = oldCounts[i];
        firsts[slot] = oldFirsts[i];
      }
    }
  }

  /** All windows in the order of their keys; the table is empty afterwards. */
  NgramBlock drainSorted() {
    long[] leading = new long[size];
    int[] slots = new int[size];
    int n = 0;
    for (int slot = 0; slot < capacity; slot++) {
      if (counts[slot] != 0) {
        leading[n] = keys[slot * longs];
        slots[n++] = slot;
      }
    }
    sort(leading, slots, 0, n);
    long[] sortedKeys = new long[Math.multiplyExact(n, longs)];
    long[] sortedCounts = new long[n];
    long[] sortedFirsts = new long[n];
    for (int i = 0; i < n; i++) {
      System.arraycopy(keys, slots[i] * longs, sortedKeys, i * longs, longs);
      sortedCounts[i] = counts[slots[i]];
      sortedFirsts[i] = firsts[slots[i]];
    }
    Arrays.fill(counts, 0);
    size = 0;
    return new NgramBlock(sortedKeys, sortedCounts, sortedFirsts);
  }

  private int compare(long[] leading, int[] slots, int i, long pivotLeading, int pivotSlot) {
    int c = Long.compare(leading[i], pivotLeading);
    return c != 0 || longs == 1
        ? c
        : layout.compare(keys, slots[i] * longs, keys, pivotSlot * longs);
  }

  /**
   * Quicksort of slots by key, the keys' first longs beside them so that few comparisons leave the
   * two arrays. Hashed slots come in random order and keys are distinct, so the middle is a good
   * pivot; the larger half is done in the loop, so the stack stays logarithmic.
   */
  private void sort(long[] leading, int[] slots, int from, int to) {
    while (to - from > 16) {
      int middle = (from + to) >>> 1;
      long pivotLeading = leading[middle];
      int pivotSlot = slots[middle];
      int i = from - 1;
      int j = to;
      while (true) {
        do {
          i++;
        } while (compare(leading, slots, i, pivotLeading, pivotSlot) < 0);
        do {
          j--;
        } while (compare(leading, slots, j, pivotLeading, pivotSlot) > 0);
        if (i >= j) {
          break;
        }
        swap(leading, slots, i, j);
      }
      if (j + 1 - from < to - j - 1) {
        sort(leading, slots, from, j + 1);
        from = j + 1;
      } else {
        sort(leading, slots, j + 1, to);
        to = j + 1;
      }
    }
    for (int i = from + 1; i < to; i++) {
      for (int j = i; j > from && compare(leading, slots, j - 1, leading[j], slots[j]) > 0; j--) {
        swap(leading, slots, j - 1, j);
      }
    }
  }

  private static void swap(long[] leading, int[] slots, int i, int j) {
    long l = leading[i];
    leading[i] = leading[j];
    leading[j] = l;
    int s = slots[i];
    slots[i] = slots[j];
    slots[j] = s;
  }
}
