package org.seqlm.ngram;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads a slice of counted n-grams, context by context: each before the longer ones beneath it,
 * those of a length in order.
 */
public final class CountSlice {
  private final int order;
  private final TrieBlock.Input input;
  private final int[] path;
  private final int[] longer; // contexts still to be read beneath those of the path
  private final Bytes.Reader[] in;
  private int length;
  private int size;
  private int[] words = new int[16];
  private long[] raw = new long[16];
  private long[] adjusted = new long[16];

  /**
   * Begins to read a file that {@link CountSliceWriter} wrote.
   *
   * @param order N of the counts, at least 2
   */
  public CountSlice(InputStream file, int order) throws IOException {
    this.order = order;
    this.input = new TrieBlock.Input(file, TrieBlock.Content.COUNTS, order);
    this.path = new int[order];
    this.longer = new int[order];
    this.in = new Bytes.Reader[order];
  }

  /** Takes the contexts, each before the longer ones beneath it; those of a length in order. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Takes a context; the arrays are used again for the next.
     *
     * @param reversed ids of the context, the nearest first, from place 1 on
     * @param length of the context, 1 to N-1
     * @param size followers
     * @param words their ids, rising // (size)
     * @param raw how often each n-gram appears // (size)
     * @param adjusted after how many different tokens it appears // (size)
     */
    void context(int[] reversed, int length, int size, int[] words, long[] raw, long[] adjusted)
        throws IOException;
  }

  /**
   * Reads a file that {@link CountSliceWriter} wrote.
   *
   * @param order N of the counts, at least 2
   */
  public static void read(InputStream file, int order, Visitor visitor) throws IOException {
    CountSlice slice = new CountSlice(file, order);
    while (slice.next()) {
      visitor.context(slice.path, slice.length, slice.size, slice.words, slice.raw, slice.adjusted);
    }
  }

  /** Goes to the next context; false at the end. What the last one gave is overwritten. */
  public boolean next() throws IOException {
    while (length > 0 && longer[length] == 0) {
      length--;
    }
    if (length > 0) {
      longer[length]--;
    } else if (!findContexts()) {
      return false;
    }
    length++;
    readContext();
    return true;
  }

  /** Goes to the next block if this one has no more; false if there is none. */
  private boolean findContexts() throws IOException {
    while (in[1] == null || !in[1].hasMore()) {
      TrieBlock block = input.next();
      if (block == null) {
        return false;
      }
      for (int d = 1; d < order; d++) {
        in[d] = new Bytes.Reader(block.levels()[d - 1]);
      }
      path[1] = -1;
    }
    return true;
  }

  private void readContext() {
    int d = length;
    Bytes.Reader reader = in[d];
    boolean highest = d + 1 == order;
    path[d] += reader.readInt();
    longer[d] = highest ? 0 : reader.readInt();
    int types = reader.readInt();
    if (words.length < types) {
      words = new int[types * 2];
      raw = new long[types * 2];
      adjusted = new long[types * 2];
    }
    int word = -1;
    size = 0;
    for (int i = 0; i < types; i++) {
      word += reader.readInt();
      long count = reader.readNumber();
      long adjust = count;
      if (!highest) {
        boolean same = (count & 1) != 0;
        count >>>= 1;
        adjust = same ? count : reader.readNumber();
      }
      if (word >= 0) { // else how often a run ended here
        words[size] = word;
        raw[size] = count;
        adjusted[size++] = adjust;
      }
    }
    if (!highest) {
      path[d + 1] = -1;
    }
  }

  /**
   * Reads on to the context of one token and adds up what follows it.
   *
   * @return -1 if the slice ends before where it must stand
   */
  public long followed(int token) throws IOException {
    while (next()) {
      if (length == 1 && path[1] >= token) {
        return path[1] > token ? 0 : java.util.Arrays.stream(raw, 0, size).sum();
      }
    }
    return -1;
  }

  /** Ids of the context, the nearest first, from place 1 on. */
  public int[] reversed() {
    return path;
  }

  /** Of the context, 1 to N-1. */
  public int length() {
    return length;
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
}
