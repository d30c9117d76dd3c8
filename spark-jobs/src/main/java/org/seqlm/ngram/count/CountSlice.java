package org.seqlm.ngram.count;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads a slice of counted n-grams, context by context: each before the longer ones beneath it,
 * those of a length in order.
 */
public final class CountSlice {
  private final TrieCursor cursor;
  private int size;
  private int[] words = new int[16];
  private long[] raw = new long[16];
  private long[] adjusted = new long[16];
  private long ends;

  /**
   * Begins to read a file that {@link CountSliceWriter} wrote.
   *
   * @param order N of the counts, at least 2
   */
  public CountSlice(InputStream file, int order) throws IOException {
    this.cursor = new TrieCursor(file, TrieBlock.Content.COUNTS, order);
  }

  /** Goes to the next context; false at the end. What the last one gave is overwritten. */
  public boolean next() throws IOException {
    if (!cursor.next()) {
      return false;
    }
    Bytes.Reader reader = cursor.record();
    boolean highest = cursor.highest();
    int types = reader.readInt();
    if (words.length < types) {
      words = new int[types * 2];
      raw = new long[types * 2];
      adjusted = new long[types * 2];
    }
    int word = -1;
    size = 0;
    ends = 0;
    for (int i = 0; i < types; i++) {
      word += reader.readInt();
      long number = reader.readNumber();
      long count = FollowerCounts.raw(highest, number);
      long adjust = FollowerCounts.adjusted(highest, number, reader);
      if (word < 0) {
        ends = count;
      } else {
        words[size] = word;
        raw[size] = count;
        adjusted[size++] = adjust;
      }
    }
    return true;
  }

  /**
   * Reads on to the context of one token and adds up what follows it.
   *
   * @return -1 if the slice ends before where it must stand
   */
  public long followed(int token) throws IOException {
    while (next()) {
      if (length() == 1 && reversed()[1] >= token) {
        return reversed()[1] > token ? 0 : java.util.Arrays.stream(raw, 0, size).sum();
      }
    }
    return -1;
  }

  /** Ids of the context, the nearest first, from place 1 on. */
  public int[] reversed() {
    return cursor.path();
  }

  /** Of the context, 1 to N-1. */
  public int length() {
    return cursor.length();
  }

  /** Followers of the context. */
  public int size() {
    return size;
  }

  /** The followers' ids, rising // (size). */
  public int[] words() {
    return words;
  }

  /** How often each n-gram appears // (size). */
  public long[] raw() {
    return raw;
  }

  /** After how many different tokens each n-gram appears // (size). */
  public long[] adjusted() {
    return adjusted;
  }

  /** How often a passage ended after the context. */
  public long ends() {
    return ends;
  }
}
