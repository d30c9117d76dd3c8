package org.seqlm.ngram.model;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.seqlm.ngram.count.CountSlice;
import org.seqlm.ngram.smooth.SliceEstimator;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Growth;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.ngram.trie.TrieBlock;
import org.seqlm.ngram.trie.TrieCursor;

/**
 * Reads a slice of a back-off model, context by context: each before the longer ones beneath it,
 * those of a length in order. A context with many followers is shown some of them at a time.
 */
public final class ModelSlice implements Closeable {
  private final TrieCursor cursor;
  private final long most; // followers that are shown at a time
  private boolean continued;
  private long left; // followers still to be shown
  private int word; // id of the last one read
  private boolean goesOn;
  private int size;
  private float logBackoff;
  private int[] words = new int[16];
  private float[] logProbabilities = new float[16];

  /**
   * Begins to read a file that {@link SliceEstimator} wrote.
   *
   * @param order N of the model, at least 2
   * @param spill null where all is to be in memory, and each context is to be shown in one go
   */
  public ModelSlice(InputStream file, int order, Spill spill) throws IOException {
    this.cursor = new TrieCursor(file, TrieBlock.Content.PROBABILITIES, order, spill);
    this.most = CountSlice.together(spill);
  }

  /**
   * Goes to the next context, or to more of this one's followers where they are many; false at the
   * end. What was given last is overwritten.
   */
  public boolean next() throws IOException {
    continued = hasMore();
    if (!continued && !nextContext()) {
      return false;
    }
    Bytes.Reader reader = cursor.record();
    if (goesOn) {
      size = 0;
      for (; left > 0; left--) {
        reader.readInt();
        reader.readFloat();
      }
      return true;
    }
    size = (int) Math.min(most, left);
    if (words.length < size) {
      words = new int[Growth.of(words.length, size, "the followers of one context")];
      logProbabilities = new float[words.length];
    }
    for (int i = 0; i < size; i++) {
      word += reader.readInt();
      words[i] = word;
      logProbabilities[i] = reader.readFloat();
    }
    left -= size;
    return true;
  }

  private boolean nextContext() throws IOException {
    if (!cursor.next()) {
      return false;
    }
    Bytes.Reader reader = cursor.record();
    left = reader.readNumber();
    if (!cursor.isOld()) {
      goesOn = (left & 1) != 0;
      left >>>= 1;
    }
    logBackoff = reader.readFloat();
    word = -1;
    return true;
  }

  /** Whether there is more of the context: {@link #next} goes to it. */
  public boolean hasMore() {
    return left > 0;
  }

  /** Whether this is more of a context that was shown before. */
  public boolean continued() {
    return continued;
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

  /** Followers of the context that are shown. */
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
