package org.seqlm.ngram.count;

import java.util.Arrays;

/**
 * The followers of one context while they are collected: each contribution is a follower with how
 * often it was seen after one longer context. A follower's raw count is the sum of its
 * contributions, its adjusted count their number.
 *
 * <p>A contribution is one long, the follower's stored id above the count, so that sorting needs no
 * second array.
 */
final class Followers {
  private final int shift;
  private final int bits;
  private final long mostRaw;
  private RadixSort sort; // null until it is needed
  private long[] packed = new long[16];
  private int size;
  private boolean rising = true;
  private int[] words = new int[16]; // stored ids
  private long[] raw = new long[16];
  private long[] adjusted = new long[16];
  private int types;

  Followers(KeyLayout layout) {
    this.bits = layout.bits();
    this.shift = 63 - bits;
    this.mostRaw = (1L << shift) - 1;
  }

  /** Adds a contribution. */
  void add(int stored, long count) {
    if (count > mostRaw) {
      throw org.seqlm.UserException.data(
          "an n-gram appears "
              + count
              + " times, more than "
              + mostRaw
              + ", which is all that stands beside an id of "
              + bits
              + " bits: give a smaller vocabulary.max-size, or count the text in parts");
    }
    if (size == packed.length) {
      packed = Arrays.copyOf(packed, size * 2);
    }
    long value = (long) stored << shift | count;
    if (size > 0 && packed[size - 1] >>> shift >= stored) {
      rising = false;
    }
    packed[size++] = value;
  }

  /** Adds up what was collected; afterwards there is room for another context's. */
  void combine() {
    if (!rising) {
      sort();
    }
    if (words.length < size) {
      int capacity = packed.length;
      words = new int[capacity];
      raw = new long[capacity];
      adjusted = new long[capacity];
    }
    int n = 0;
    for (int i = 0; i < size; ) {
      int word = (int) (packed[i] >>> shift);
      long sum = packed[i] & mostRaw;
      int next = i + 1;
      while (next < size && (int) (packed[next] >>> shift) == word) {
        sum += packed[next++] & mostRaw;
      }
      words[n] = word;
      raw[n] = sum;
      adjusted[n++] = next - i;
      i = next;
    }
    types = n;
    size = 0;
    rising = true;
  }

  private void sort() {
    if (sort == null) {
      sort = new RadixSort(shift);
    }
    long[][] keys = {packed};
    sort.sort(keys, size);
    packed = keys[0];
  }

  /** Different followers, the empty word among them. */
  int types() {
    return types;
  }

  /** Stored ids, rising. */
  int word(int i) {
    return words[i];
  }

  long raw(int i) {
    return raw[i];
  }

  long adjusted(int i) {
    return adjusted[i];
  }
}
