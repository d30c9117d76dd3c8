package org.seqlm.ngram.trie;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/**
 * Goes through the contexts of a slice, each before the longer ones beneath it, those of a length
 * in order, and reads how their records begin; what follows a context is for those who know its
 * records to read. Each of these keeps something else: {@link org.seqlm.ngram.count.CountSlice} all
 * counts of one context, a model's slice the probabilities of one, held-out scoring raw counts or
 * probabilities of all contexts on a path. The estimator, which needs the kind of counts that it
 * smooths, of a path, goes down the levels of a {@link TrieBlock} itself.
 */
public final class TrieCursor implements Closeable {
  private final TrieBlock.Input input;
  private final int order;
  private final int[] path;
  private final int[] longer; // contexts still to come beneath those of the path; 0 at N-1
  private Bytes.Reader[] in; // null before the first block
  private int length;

  /**
   * @param order N of the n-grams, at least 2
   * @param spill null where all is to be in memory
   */
  public TrieCursor(InputStream file, TrieBlock.Content content, int order, Spill spill)
      throws IOException {
    this.input = new TrieBlock.Input(file, content, order, spill);
    this.order = order;
    this.path = new int[order];
    this.longer = new int[order];
  }

  /**
   * Whether an earlier release wrote the file: its records name numbers of followers as they are.
   */
  public boolean isOld() {
    return input.isOld();
  }

  /** What has no context. */
  public Bytes.Reader withoutContext() {
    return input.withoutContext();
  }

  /** Below the highest order: whether the context has longer ones. */
  public boolean hasLonger() {
    return longer[length] > 0;
  }

  /** Goes to the next context; false at the end. The last one's record must be read by then. */
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
    path[length] += in[length].readInt();
    if (!highest()) {
      longer[length] = in[length].readInt();
      path[length + 1] = -1;
    }
    return true;
  }

  /** Goes to the next block if this one has no more; false if there is none. */
  private boolean findContexts() throws IOException {
    while (in == null || !in[1].hasMore()) {
      Bytes.Reader[] levels = input.next();
      if (levels == null) {
        return false;
      }
      in = levels;
      path[1] = -1;
    }
    return true;
  }

  /** Ids of the context, the nearest first, from place 1 on. */
  public int[] path() {
    return path;
  }

  /** Of the context, 1 to N-1; 0 before the first and after the last. */
  public int length() {
    return length;
  }

  /** Whether the context's n-grams are of order N. */
  public boolean highest() {
    return length + 1 == order;
  }

  /** What is left of the context's record: the number of its followers, and so on. */
  public Bytes.Reader record() {
    return in[length];
  }

  /** Closes the file after a failure, of which it may know more: that the file is damaged. */
  public void close(Throwable failure) {
    input.close(failure);
  }

  /** Closes the file. */
  @Override
  public void close() throws IOException {
    input.close();
  }
}
