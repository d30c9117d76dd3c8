package org.seqlm.ngram.count;

import java.util.Arrays;
import org.seqlm.ngram.trie.Growth;

/**
 * The followers of one context while they are collected: each contribution is a follower with how
 * often it was seen after one longer context. A follower's raw count is the sum of its
 * contributions, its adjusted count their number.
 *
 * <p>A contribution is one long, the follower's stored id above the count, so that sorting needs no
 * second array. When there are many more of them than different followers, they are added up: a
 * context takes the memory of its followers, however often it is seen.
 */
final class Followers {
  /** Contributions that are sorted together at least: sorting has its own bounds, too. */
  private static final int LEAST = 1 << 16;

  /** Contributions that are sorted together at most, and what one takes meanwhile. */
  private static final int MOST = 1 << 24;

  private static final int CONTRIBUTION_BYTES = 16;

  private final int shift;
  private final int most; // contributions
  private final int bits;
  private final long mostRaw;
  private RadixSort sort; // null until it is needed
  private long[] packed = new long[16];
  private int size;
  private boolean rising = true;
  private int[] words = new int[16]; // stored ids
  private long[] raw = new long[16];
  private long[] adjusted = new long[16];
  private int types; // of the words above, once some are added up

  /**
   * @param memory bytes for contributions, more or less
   */
  static Followers within(long memory, KeyLayout layout) {
    return new Followers(
        layout, (int) Math.max(LEAST, Math.min(MOST, memory / CONTRIBUTION_BYTES)));
  }

  /**
   * @param most contributions that are sorted together, 16 or more
   */
  Followers(KeyLayout layout, int most) {
    this.most = most;
    this.bits = layout.bits();
    this.shift = 63 - bits;
    this.mostRaw = (1L << shift) - 1;
  }

  /** Begins another context. */
  void clear() {
    size = 0;
    types = 0;
    rising = true;
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
      if (size >= most || (size >= LEAST && size / 2 >= types)) {
        combine();
      } else {
        packed = Arrays.copyOf(packed, Math.min(most, size * 2));
      }
    }
    long value = (long) stored << shift | count;
    if (size > 0 && packed[size - 1] >>> shift >= stored) {
      rising = false;
    }
    packed[size++] = value;
  }

  /** Adds up what was collected, which {@link #types} and the others then show. */
  void combine() {
    if (size == 0) {
      return;
    }
    if (!rising) {
      sort();
    }
    int old = types;
    int[] oldWords = words;
    long[] oldRaw = raw;
    long[] oldAdjusted = adjusted;
    if (old > 0 || words.length < size) {
      makeRoom();
    }
    int n = 0;
    int at = 0;
    for (int i = 0; i < size; ) {
      int word = (int) (packed[i] >>> shift);
      while (at < old && oldWords[at] < word) {
        words[n] = oldWords[at];
        raw[n] = oldRaw[at];
        adjusted[n++] = oldAdjusted[at++];
      }
      long sum = packed[i] & mostRaw;
      int next = i + 1;
      while (next < size && (int) (packed[next] >>> shift) == word) {
        sum += packed[next++] & mostRaw;
      }
      long seen = next - i;
      if (at < old && oldWords[at] == word) {
        sum += oldRaw[at];
        seen += oldAdjusted[at++];
      }
      words[n] = word;
      raw[n] = sum;
      adjusted[n++] = seen;
      i = next;
    }
    while (at < old) {
      words[n] = oldWords[at];
      raw[n] = oldRaw[at];
      adjusted[n++] = oldAdjusted[at++];
    }
    types = n;
    size = 0;
    rising = true;
  }

  /** Makes room for the words so far and those that were collected, which are sorted. */
  private void makeRoom() {
    long room = types + 1L;
    for (int i = 1; i < size; i++) {
      room += packed[i] >>> shift == packed[i - 1] >>> shift ? 0 : 1;
    }
    if (types == 0 && words.length >= room) {
      return;
    }
    room = types == 0 ? Growth.of(words.length, room, CountSlice.FOLLOWERS) : (int) room;
    words = new int[Math.toIntExact(room)];
    raw = new long[words.length];
    adjusted = new long[words.length];
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
