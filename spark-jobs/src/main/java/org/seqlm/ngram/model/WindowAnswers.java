package org.seqlm.ngram.model;

import java.util.Arrays;
import org.seqlm.ngram.trie.Growth;

/**
 * What a back-off model says of some windows, by their keys: a hash table with open addresses
 * (Knuth, The Art of Computer Programming, volume 3, section 6.4, algorithm L). 9 bytes, those of
 * the key and 6 to 12 of the table an answer.
 */
public final class WindowAnswers {
  /** Of an answer at most, beside its key. */
  public static final int BYTES = 21;

  private static final String WHAT = "the windows of a part of a text";

  private final int longs;
  private long[] keys; // (size, longs)
  private double[] logs; // (size)
  private byte[] matched; // (size)
  private int size;
  private int[] table; // places plus one; 0 where none is // a power of two

  /**
   * @param longs of a key
   */
  public WindowAnswers(int longs) {
    this.longs = longs;
    clear();
  }

  /** Forgets all. */
  public void clear() {
    size = 0;
    keys = new long[longs << 10];
    logs = new double[1 << 10];
    matched = new byte[1 << 10];
    table = new int[1 << 11];
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  /**
   * Adds an answer; one to a window that has one is the same.
   *
   * @param log decimal logarithm of the probability, or of what backing off to the unigram costs
   * @param order of the n-gram that it comes from; 0 for the unigram
   */
  public void add(long[] key, double log, int order) {
    int at = slot(key);
    if (table[at] != 0) {
      return;
    }
    if (size == logs.length) {
      grow();
      at = slot(key);
    }
    System.arraycopy(key, 0, keys, size * longs, longs);
    logs[size] = log;
    matched[size] = (byte) order;
    table[at] = ++size;
  }

  private void grow() {
    int room = Growth.of(size, size + 1L, WHAT);
    Growth.of(0, (long) room * longs, WHAT);
    keys = Arrays.copyOf(keys, room * longs);
    logs = Arrays.copyOf(logs, room);
    matched = Arrays.copyOf(matched, room);
    if (table.length < room + (room >> 1)) {
      table = new int[table.length * 2];
      long[] key = new long[longs];
      for (int place = 0; place < size; place++) {
        System.arraycopy(keys, place * longs, key, 0, longs);
        table[slot(key)] = place + 1;
      }
    }
  }

  /** Where a key's place is, or would be. */
  private int slot(long[] key) {
    long hash = 0;
    for (int j = 0; j < longs; j++) {
      hash = (hash ^ key[j]) * 0x9e3779b97f4a7c15L;
      hash ^= hash >>> 32;
    }
    int mask = table.length - 1;
    int at = (int) hash & mask;
    while (table[at] != 0 && !same(table[at] - 1, key)) {
      at = at + 1 & mask;
    }
    return at;
  }

  private boolean same(int place, long[] key) {
    for (int j = 0; j < longs; j++) {
      if (keys[place * longs + j] != key[j]) {
        return false;
      }
    }
    return true;
  }

  /** Place of a window's answer, or -1. */
  int find(long[] key) {
    return table[slot(key)] - 1;
  }

  /** As it was added. */
  double log(int place) {
    return logs[place];
  }

  /** As it was added. */
  int order(int place) {
    return matched[place];
  }
}
