package org.seqlm.ngram.count;

import java.util.Arrays;

/**
 * Sorts keys of one or several longs that are not negative, held as one array a long of the key:
 * within each long by the least significant digit first, then, where that long is the same, by the
 * next one.
 */
final class RadixSort {
  private static final int DIGIT = 11;
  private static final int RADIX = 1 << DIGIT;

  /** Fewer keys than this are sorted by insertion. */
  private static final int SMALL = 48;

  private final int low;
  private final int[] digits; // of each long, from bit low on // (longs)
  private final int[][] counts; // (digits of a long, RADIX)
  private long[][] spare; // (longs, capacity)

  /** For packed windows. */
  RadixSort(KeyLayout layout) {
    this(layout, 0);
  }

  /**
   * For packed windows with something behind each.
   *
   * @param more longs a window; of equal windows, those with less there come first
   */
  RadixSort(KeyLayout layout, int more) {
    this(0, layout.longs() + more);
    for (int k = 0; k < digits.length; k++) {
      digits[k] = digits(k < layout.longs() ? layout.usedBits(k) : 63);
    }
  }

  /**
   * For single longs.
   *
   * @param low the lowest bit by which they are sorted, below 63; longs that differ in lower bits
   *     only come in any order
   */
  RadixSort(int low) {
    this(low, 1);
    digits[0] = digits(63 - low);
  }

  private RadixSort(int low, int longs) {
    this.low = low;
    this.digits = new int[longs];
    this.counts = new int[digits(63 - low)][RADIX];
    this.spare = new long[longs][0];
  }

  private static int digits(int bits) {
    return (bits + DIGIT - 1) / DIGIT;
  }

  /**
   * Sorts the first {@code size} keys.
   *
   * @param keys its arrays may be replaced by others with room for them // (longs, capacity)
   */
  void sort(long[][] keys, int size) {
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
    if (spare[0].length < to) {
      spare = new long[keys.length][keys[0].length];
    }
    int most = digits[component];
    long[] leading = keys[component];
    for (int d = 0; d < most; d++) {
      count(leading, from, to, low + d * DIGIT, counts[d]);
    }
    boolean moved = false;
    for (int d = 0; d < most; d++) {
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
      int shift = low + d * DIGIT;
      scatter(moved ? spare : keys, moved ? keys : spare, component, from, to, shift, starts);
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

  private static void count(long[] keys, int from, int to, int shift, int[] counts) {
    Arrays.fill(counts, 0);
    for (int i = from; i < to; i++) {
      counts[(int) (keys[i] >>> shift) & (RADIX - 1)]++;
    }
  }

  private static void scatter(
      long[][] source, long[][] target, int component, int from, int to, int shift, int[] starts) {
    long[] a = source[component];
    long[] b = target[component];
    if (component + 1 == source.length) {
      scatter(a, b, from, to, shift, starts);
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

  private static void scatter(long[] a, long[] b, int from, int to, int shift, int[] starts) {
    for (int i = from; i < to; i++) {
      long key = a[i];
      b[starts[(int) (key >>> shift) & (RADIX - 1)]++] = key;
    }
  }
}
