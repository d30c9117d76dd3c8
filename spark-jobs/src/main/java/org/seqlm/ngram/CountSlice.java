package org.seqlm.ngram;

import java.io.IOException;
import java.io.InputStream;

/** Reads a slice of counted n-grams, context by context. */
public final class CountSlice {
  private final int order;
  private final Visitor visitor;
  private final int[] path;
  private final Bytes.Reader[] in;
  private int[] words = new int[16];
  private long[] raw = new long[16];
  private long[] adjusted = new long[16];

  private CountSlice(int order, Visitor visitor) {
    this.order = order;
    this.visitor = visitor;
    this.path = new int[order];
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
    new CountSlice(order, visitor).read(file);
  }

  private void read(InputStream file) throws IOException {
    TrieBlock.Input input = new TrieBlock.Input(file, TrieBlock.Content.COUNTS, order);
    for (TrieBlock block = input.next(); block != null; block = input.next()) {
      for (int d = 1; d < order; d++) {
        in[d] = new Bytes.Reader(block.levels()[d - 1]);
      }
      path[1] = -1;
      while (in[1].hasMore()) {
        context(1);
      }
    }
  }

  private void context(int d) throws IOException {
    Bytes.Reader reader = in[d];
    boolean highest = d + 1 == order;
    path[d] += reader.readInt();
    int longer = highest ? 0 : reader.readInt();
    int types = reader.readInt();
    if (words.length < types) {
      words = new int[types * 2];
      raw = new long[types * 2];
      adjusted = new long[types * 2];
    }
    int word = -1;
    int size = 0;
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
    visitor.context(path, d, size, words, raw, adjusted);
    if (!highest) {
      path[d + 1] = -1;
      for (int i = 0; i < longer; i++) {
        context(d + 1);
      }
    }
  }
}
