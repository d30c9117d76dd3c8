package org.seqlm.ngram.count;

import java.util.Arrays;

/**
 * Sorts packed keys, held as one array a long of the key: within each long by the least significant
 * digit first, then, where that long is the same, by the next one.
 */
final class RadixSort {
  private static final int DIGIT = 11;
  private static final int RADIX = 1 << DIGIT;

  /** Fewer keys than this are sorted by insertion. */
  private static final int SMALL = 48;

  private final KeyLayout layout;
  private final int[][] counts; // (digits of a long, RADIX)
  private long[][] spare; // (longs, capacity)

  RadixSort(KeyLayout layout) {
    this.layout = layout;
    this.counts = new int[(63 + DIGIT - 1) / DIGIT][RADIX];
    this.spare = new long[layout.longs()][0];
  }

  /**
   * Sorts the first {@code size} keys.
   *
   * @param keys its arrays may be replaced by others of the same length // (longs, capacity)
   */
  void sort(long[][] keys, int size) {
    if (spare[0].length < size) {
      spare = new long[keys.length][keys[0].length];
    }
    sort(keys, 0, 0, size, true);
  }

  private void sort(long[][] keys, int component, int from, int to, boolean whole) {
    if (component + 1 == keys.length && to - from < RADIX) {
      Arrays.sort(keys[component], from, to);
      return;
    }
    if (to - from < SMALL) {
      insertion(keys, component, from, to);
      return;
    }
    radix(keys, component, from, to, whole);
    if (component + 1 == keys.length) {
      return;
    }
    long[] leading = keys[component];
    for (int i = from; i < to; ) {
      int end = i + 1;
      while (end < to && leading[end] == leading[i]) {
        end++;
      }
      if (end - i > 1) {
        sort(keys, component + 1, i, end, false);
      }
      i = end;
    }
  }

  private static void insertion(long[][] keys, int component, int from, int to) {
    for (int i = from + 1; i < to; i++) {
      for (int j = i; j > from && less(keys, component, j, j - 1); j--) {
        for (int k = component; k < keys.length; k++) {
          long swapped = keys[k][j];
          keys[k][j] = keys[k][j - 1];
          keys[k][j - 1] = swapped;
        }
      }
    }
  }

  private static boolean less(long[][] keys, int component, int a, int b) {
    for (int k = component; k < keys.length; k++) {
      if (keys[k][a] != keys[k][b]) {
        return keys[k][a] < keys[k][b];
      }
    }
    return false;
  }

  private void radix(long[][] keys, int component, int from, int to, boolean whole) {
    int digits = (layout.usedBits(component) + DIGIT - 1) / DIGIT;
    for (int d = 0; d < digits; d++) {
      Arrays.fill(counts[d], 0);
    }
    long[] leading = keys[component];
    for (int i = from; i < to; i++) {
      long key = leading[i];
      for (int d = 0; d < digits; d++) {
        counts[d][(int) (key >>> d * DIGIT) & (RADIX - 1)]++;
      }
    }
    boolean moved = false;
    for (int d = 0; d < digits; d++) {
      int[] starts = counts[d];
      int sum = from;
      boolean trivial = false;
      for (int r = 0; r < RADIX; r++) {
        int count = starts[r];
        trivial |= count == to - from;
        starts[r] = sum;
        sum += count;
      }
      if (trivial) {
        continue;
      }
      scatter(moved ? spare : keys, moved ? keys : spare, component, from, to, d * DIGIT, starts);
      moved = !moved;
    }
    if (moved) {
      for (int k = component; k < keys.length; k++) {
        if (whole) {
          long[] swapped = keys[k];
          keys[k] = spare[k];
          spare[k] = swapped;
        } else {
          System.arraycopy(spare[k], from, keys[k], from, to - from);
        }
      }
    }
  }

  private static void scatter(
      long[][] source, long[][] target, int component, int from, int to, int shift, int[] starts) {
    long[] a = source[component];
    long[] b = target[component];
    if (component + 1 == source.length) {
      for (int i = from; i < to; i++) {
        long key = a[i];
        b[starts[(int) (key >>> shift) & (RADIX - 1)]++] = key;
      }
    } else if (component + 2 == source.length) {
      long[] a1 = source[component + 1];
      long[] b1 = target[component + 1];
      for (int i = from; i < to; i++) {
        long key = a[i];
        int at = starts[(int) (key >>> shift) & (RADIX - 1)]++;
        b[at] = key;
        b1[at] = a1[i];
      }
    } else {
      for (int i = from; i < to; i++) {
        long key = a[i];
        int at = starts[(int) (key >>> shift) & (RADIX - 1)]++;
        b[at] = key;
        for (int k = component + 1; k < source.length; k++) {
          target[k][at] = source[k][i];
        }
      }
    }
  }
}
