package org.seqlm.ngram;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads a slice of a back-off model, context by context: each before the longer ones beneath it,
 * those of a length in order.
 */
public final class ModelSlice {
  private final int order;
  private final TrieBlock.Input input;
  private final int[] path;
  private final int[] longer; // contexts still to be read beneath those of the path
  private final Bytes.Reader[] in;
  private int length;
  private int size;
  private float logBackoff;
  private int[] words = new int[16];
  private float[] logProbabilities = new float[16];

  /**
   * Begins to read a file that {@link SliceEstimator} wrote.
   *
   * @param order N of the model, at least 2
   */
  public ModelSlice(InputStream file, int order) throws IOException {
    this.order = order;
    this.input = new TrieBlock.Input(file, TrieBlock.Content.PROBABILITIES, order);
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
     * @param logProbabilities decimal logarithms // (size)
     * @param logBackoff decimal logarithm of the back-off weight
     */
    void context(
        int[] reversed,
        int length,
        int size,
        int[] words,
        float[] logProbabilities,
        float logBackoff)
        throws IOException;
  }

  /**
   * Reads a file that {@link SliceEstimator} wrote.
   *
   * @param order N of the model, at least 2
   */
  public static void read(InputStream file, int order, Visitor visitor) throws IOException {
    ModelSlice slice = new ModelSlice(file, order);
    while (slice.next()) {
      visitor.context(
          slice.path,
          slice.length,
          slice.size,
          slice.words,
          slice.logProbabilities,
          slice.logBackoff);
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
    size = reader.readInt();
    logBackoff = reader.readFloat();
    if (words.length < size) {
      words = new int[size * 2];
      logProbabilities = new float[size * 2];
    }
    int word = -1;
    for (int i = 0; i < size; i++) {
      word += reader.readInt();
      words[i] = word;
      logProbabilities[i] = reader.readFloat();
    }
    if (!highest) {
      path[d + 1] = -1;
    }
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

  /** Decimal logarithms of the followers' probabilities // (size). */
  public float[] logProbabilities() {
    return logProbabilities;
  }

  /** Decimal logarithm of the context's back-off weight. */
  public float logBackoff() {
    return logBackoff;
  }
}
