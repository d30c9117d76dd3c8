package org.seqlm.ngram;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.seqlm.UserException;

/**
 * The counts of all n-grams, orders 1 to N, that begin in one slice. Level n holds the n-grams of
 * order n, sorted by their ids; the continuations of one n-gram stand together in level n+1.
 */
public final class TrieSlice {
  static final int MAGIC = 0x53514e47; // SQNG
  static final int VERSION = 1;

  private final Runs runs;
  private final int order;
  private final int[] sizes; // (order)
  private final int[][] words; // last id of each n-gram // (order, n-gram)
  private final long[][] counts; // (order, n-gram)
  private final long[][] firsts; // position of the first appearance // (order, n-gram)
  private final int[][]
      children; // where its continuations begin in the next level // (order, n-gram + 1)

  private TrieSlice(Builder builder) {
    this.runs = builder.runs;
    this.order = builder.order;
    this.sizes = builder.sizes;
    this.words = builder.words;
    this.counts = builder.counts;
    this.firsts = builder.firsts;
    this.children = builder.children;
  }

  /** N. */
  public int order() {
    return order;
  }

  /**
   * The number of different n-grams of an order, those with {@code <s>} or {@code </s>} included.
   */
  public int size(int n) {
    return sizes[n - 1];
  }

  Runs runs() {
    return runs;
  }

  /** Receives n-grams. */
  @FunctionalInterface
  public interface Visitor<E extends Exception> {
    /**
     * Takes one n-gram.
     *
     * @param ids of its tokens, valid during the call only
     * @param count how often it appears
     * @param first position in the stream at which it first appears
     */
    void ngram(int[] ids, long count, long first) throws E;
  }

  /**
   * Visits the n-grams of an order in the order of their ids. {@code <s>} alone is none, as it is
   * not counted.
   */
  public <E extends Exception> void forEach(int n, Visitor<E> visitor) throws E {
    int[] at = new int[n]; // the path's node in each level
    int[] ids = new int[n];
    for (int i = 0; i < sizes[n - 1]; i++) {
      at[n - 1] = i;
      ids[n - 1] = words[n - 1][i];
      for (int level = n - 2; level >= 0; level--) {
        int before = at[level];
        while (children[level][at[level] + 1] <= at[level + 1]) {
          at[level]++;
        }
        if (at[level] == before && i > 0) {
          break;
        }
        ids[level] = words[level][at[level]];
      }
      if (counts[n - 1][i] > 0) {
        visitor.ngram(ids, counts[n - 1][i], firsts[n - 1][i]);
      }
    }
  }

  /**
   * Writes what a model needs, level by level: for every group of siblings the differences of their
   * ids, each followed by its count and, but in the last level, the number of its continuations,
   * all as LEB128. {@link NgramTrie.Builder#read} reads it.
   */
  public void write(OutputStream target) throws IOException {
    DataOutputStream out = new DataOutputStream(target);
    out.writeInt(MAGIC);
    out.writeInt(VERSION);
    out.writeInt(order);
    for (int size : sizes) {
      out.writeInt(size);
    }
    for (int level = 0; level < order; level++) {
      int groups = level == 0 ? 1 : sizes[level - 1];
      for (int group = 0; group < groups; group++) {
        int from = level == 0 ? 0 : children[level - 1][group];
        int to = level == 0 ? sizes[0] : children[level - 1][group + 1];
        int previous = -1;
        for (int i = from; i < to; i++) {
          writeNumber(out, words[level][i] - previous - 1L);
          previous = words[level][i];
          writeNumber(out, counts[level][i]);
          if (level + 1 < order) {
            writeNumber(out, children[level][i + 1] - children[level][i]);
          }
        }
      }
    }
    out.flush();
  }

  private static void writeNumber(DataOutputStream out, long value) throws IOException {
    long rest = value;
    while (rest >= 0x80) {
      out.write(((int) rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  /** Builds the trie from windows in the order of their keys. */
  static final class Builder {
    private final KeyLayout layout;
    private final Runs runs;
    private final int order;
    private final int[] sizes;
    private final int[][] words;
    private final long[][] counts;
    private final long[][] firsts;
    private final int[][] children;
    private final int[] path;
    private int depth; // of the window before

    Builder(KeyLayout layout, Runs runs) {
      this.layout = layout;
      this.runs = runs;
      this.order = layout.order();
      this.sizes = new int[order];
      this.words = new int[order][64];
      this.counts = new long[order][64];
      this.firsts = new long[order][64];
      this.children = new int[order][65];
      this.path = new int[order];
    }

    /** Adds a window: one more, or {@code count} more, of each n-gram it begins with. */
    void add(long[] keys, int at, long count, long first) {
      boolean shared = true;
      int n = 0;
      for (; n < order; n++) {
        int id = layout.id(keys, at, n);
        if (id < 0) {
          break;
        }
        shared &= n < depth && path[n] == id;
        if (!shared) {
          open(n, id);
        }
        int node = sizes[n] - 1;
        // <s> is never predicted, so it is no n-gram, but it is a context.
        if (n > 0 || id != runs.runStart()) {
          counts[n][node] += count;
        }
        firsts[n][node] = Math.min(firsts[n][node], first);
      }
      depth = n;
    }

    private void open(int level, int id) {
      int node = sizes[level];
      if (node == words[level].length) {
        if (node > 1 << 30) {
          throw UserException.configuration(
              "more than 2^30 different "
                  + (level + 1)
                  + "-grams in one slice: raise slices, or lower order");
        }
        int capacity = node * 2;
        words[level] = Arrays.copyOf(words[level], capacity);
        counts[level] = Arrays.copyOf(counts[level], capacity);
        firsts[level] = Arrays.copyOf(firsts[level], capacity);
        children[level] = Arrays.copyOf(children[level], capacity + 1);
      }
      words[level][node] = id;
      firsts[level][node] = Long.MAX_VALUE;
      path[level] = id;
      sizes[level]++;
      if (level + 1 < order) {
        children[level][node] = sizes[level + 1];
      }
    }

    TrieSlice build() {
      for (int level = 0; level + 1 < order; level++) {
        children[level][sizes[level]] = sizes[level + 1];
      }
      return new TrieSlice(this);
    }
  }
}
