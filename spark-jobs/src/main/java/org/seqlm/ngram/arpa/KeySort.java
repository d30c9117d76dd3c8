package org.seqlm.ngram.arpa;

/**
 * Sorts long keys and, with each, the place it comes from. Counting sorts by digits as well ({@code
 * RadixSort}), but longs only: here an int moves with each key, which takes half as much memory
 * where all n-grams of a file are held.
 */
final class KeySort {
  private static final int BITS = 11;

  private KeySort() {}

  /**
   * Sorts keys that are not negative, in time linear in their number; nothing is moved where they
   * rise already.
   *
   * @param keys sorted on return, in {@code [0, size)}
   * @return where each of the sorted keys stood; null where each stood where it stands
   */
  static int[] sort(long[] keys, int size) {
    boolean sorted = true;
    long used = 0;
    for (int i = 0; i < size; i++) {
      sorted &= i == 0 || keys[i - 1] <= keys[i];
      used |= keys[i];
    }
    if (sorted) {
      return null;
    }
    long[] from = keys;
    long[] to = new long[size];
    int[] places = new int[size];
    int[] moved = new int[size];
    for (int i = 0; i < size; i++) {
      places[i] = i;
    }
    int mask = (1 << BITS) - 1;
    for (int shift = 0; shift < 63; shift += BITS) {
      if ((used >>> shift & mask) == 0) {
        continue;
      }
      int[] next = new int[mask + 2];
      for (int i = 0; i < size; i++) {
        next[(int) (from[i] >>> shift & mask) + 1]++;
      }
      for (int digit = 0; digit < mask; digit++) {
        next[digit + 1] += next[digit];
      }
      for (int i = 0; i < size; i++) {
        int at = next[(int) (from[i] >>> shift & mask)]++;
        to[at] = from[i];
        moved[at] = places[i];
      }
      long[] keysNow = to;
      to = from;
      from = keysNow;
      int[] placesNow = moved;
      moved = places;
      places = placesNow;
    }
    if (from != keys) {
      System.arraycopy(from, 0, keys, 0, size);
    }
    return places;
  }
}
