package org.seqlm.ngram;

import java.io.IOException;
import java.io.InputStream;

/** Reads a slice of a back-off model, context by context. */
public final class ModelSlice {
  private final int order;
  private final Visitor visitor;
  private final int[] path;
  private final Bytes.Reader[] in;
  private int[] words = new int[16];
  private float[] logProbabilities = new float[16];

  private ModelSlice(int order, Visitor visitor) {
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
    new ModelSlice(order, visitor).read(file);
  }

  private void read(InputStream file) throws IOException {
    TrieBlock.Input input = new TrieBlock.Input(file, TrieBlock.Content.PROBABILITIES, order);
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
    path[d] += reader.readInt();
    int longer = d + 1 < order ? reader.readInt() : 0;
    int size = reader.readInt();
    float backoff = reader.readFloat();
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
    visitor.context(path, d, size, words, logProbabilities, backoff);
    if (d + 1 < order) {
      path[d + 1] = -1;
      for (int i = 0; i < longer; i++) {
        context(d + 1);
      }
    }
  }
}
