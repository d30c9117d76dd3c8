package org.seqlm.ngram.model;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.seqlm.ngram.smooth.SliceEstimator;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.ngram.trie.TrieBlock;
import org.seqlm.ngram.trie.TrieCursor;

/**
 * Reads a slice of a back-off model, context by context: each before the longer ones beneath it,
 * those of a length in order.
 */
public final class ModelSlice implements Closeable {
  private final TrieCursor cursor;
  private boolean goesOn;
  private int size;
  private float logBackoff;
  private int[] words = new int[16];
  private float[] logProbabilities = new float[16];

  /**
   * Begins to read a file that {@link SliceEstimator} wrote.
   *
   * @param order N of the model, at least 2
   * @param spill null where all is to be in memory
   */
  public ModelSlice(InputStream file, int order, Spill spill) throws IOException {
    this.cursor = new TrieCursor(file, TrieBlock.Content.PROBABILITIES, order, spill);
  }

  /** Goes to the next context; false at the end. What the last one gave is overwritten. */
  public boolean next() throws IOException {
    if (!cursor.next()) {
      return false;
    }
    Bytes.Reader reader = cursor.record();
    size = reader.readInt();
    if (!cursor.isOld()) {
      goesOn = (size & 1) != 0;
      size >>= 1;
    }
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
    size = goesOn ? 0 : size;
    return true;
  }

  /** Whether an earlier slice has the context, too, with its followers; none are shown here. */
  public boolean goesOn() {
    return goesOn;
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

  /** Decimal logarithms of the followers' probabilities // (size). */
  public float[] logProbabilities() {
    return logProbabilities;
  }

  /** Decimal logarithm of the context's back-off weight. */
  public float logBackoff() {
    return logBackoff;
  }

  /** Closes the file. */
  @Override
  public void close() throws IOException {
    cursor.close();
  }
}
