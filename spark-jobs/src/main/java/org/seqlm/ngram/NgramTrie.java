package org.seqlm.ngram;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Arrays;
import org.seqlm.UserException;

/**
 * The counts of all n-grams in memory, for looking up. Level n holds the n-grams of order n sorted
 * by their ids; level 1 has every id. Counts are kept as running sums, so that both the count of an
 * n-gram and the number of times it was continued are one difference: 16 bytes an n-gram, 12 in the
 * last level.
 */
public final class NgramTrie implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int order;
  private final int[] sizes; // (order)
  private final int[][] words; // last id of each n-gram // (order, n-gram)
  private final long[][]
      sums; // of the counts before each n-gram of the level // (order, n-gram + 1)
  private final int[][] children; // where its continuations begin // (order - 1, n-gram + 1)

  private NgramTrie(int order, int[] sizes, int[][] words, long[][] sums, int[][] children) {
    this.order = order;
    this.sizes = sizes;
    this.words = words;
    this.sums = sums;
    this.children = children;
  }

  /** N. */
  public int order() {
    return order;
  }

  /** The number of nodes of a level; the first has all ids of the vocabulary. */
  public int size(int level) {
    return sizes[level - 1];
  }

  /** How often a node's n-gram appears; 0 for node -1, which is no n-gram. */
  long count(int level, int node) {
    return node < 0 ? 0 : sums[level - 1][node + 1] - sums[level - 1][node];
  }

  /** How often any token follows a node's n-gram; level 0 has one node, the empty context. */
  long continuations(int level, int node) {
    if (level == 0) {
      return sums[0][sizes[0]];
    }
    return node < 0 ? 0 : sums[level][end(level, node)] - sums[level][begin(level, node)];
  }

  /** The node in level {@code level + 1} of a node's n-gram and one more id, or -1. */
  int child(int level, int node, int id) {
    if (level == 0) {
      return id;
    }
    if (node < 0) {
      return -1;
    }
    int found = Arrays.binarySearch(words[level], begin(level, node), end(level, node), id);
    return found < 0 ? -1 : found;
  }

  /** The first node of level {@code level + 1} that continues a node. */
  int begin(int level, int node) {
    return level == 0 || node < 0 ? 0 : children[level - 1][node];
  }

  /** One past the last node of level {@code level + 1} that continues a node. */
  int end(int level, int node) {
    if (level == 0) {
      return sizes[0];
    }
    return node < 0 ? 0 : children[level - 1][node + 1];
  }

  /** The last id of a node's n-gram. */
  int word(int level, int node) {
    return words[level - 1][node];
  }

  /** How often an n-gram appears: for tests and for looking around; models walk along. */
  public long countOf(int... ids) {
    int node = 0;
    for (int level = 0; level < ids.length; level++) {
      node = child(level, node, ids[level]);
    }
    return count(ids.length, node);
  }

  /** Puts slices together. */
  public static final class Builder {
    private final int order;
    private final int vocabularySize;
    private final int[] sizes;
    private final int[][] words;
    private final long[][] sums;
    private final int[][] children;

    /**
     * @param order N
     * @param vocabularySize the number of ids
     */
    public Builder(int order, int vocabularySize) {
      this.order = order;
      this.vocabularySize = vocabularySize;
      this.sizes = new int[order];
      this.words = new int[order][0];
      this.sums = new long[order][1];
      this.children = new int[order][1];
    }

    /**
     * Adds a slice, as {@link TrieSlice#write} wrote it; slices come in their order.
     *
     * @throws UserException with exit code 3 if the bytes are of another format or order
     */
    public Builder read(InputStream source) throws IOException {
      DataInputStream in = new DataInputStream(source);
      int magic = in.readInt();
      int version = in.readInt();
      int found = in.readInt();
      if (magic != TrieSlice.MAGIC || version != TrieSlice.VERSION || found != order) {
        throw UserException.data(
            "n-gram counts of order " + order + " were expected, but the file holds others");
      }
      int[] added = new int[order];
      for (int level = 0; level < order; level++) {
        added[level] = in.readInt();
      }
      int[] groups = {added[0]};
      for (int level = 0; level < order; level++) {
        reserve(level, added[level]);
        boolean inner = level + 1 < order;
        int[] continued = inner ? new int[added[level]] : null;
        int node = 0;
        for (int group : groups) {
          int previous = -1;
          for (int i = 0; i < group; i++) {
            previous += (int) readNumber(in) + 1;
            long count = readNumber(in);
            if (inner) {
              continued[node] = (int) readNumber(in);
            }
            if (level == 0) {
              fillUnigrams(previous);
            }
            append(level, previous, count, inner ? continued[node] : 0);
            node++;
          }
        }
        groups = continued;
      }
      return this;
    }

    private void reserve(int level, int more) {
      long wanted = (long) sizes[level] + more;
      if (wanted > Integer.MAX_VALUE - 16) {
        throw UserException.configuration(
            "a model holds up to 2^31 n-grams of an order, but order "
                + (level + 1)
                + " has "
                + wanted
                + ": lower order");
      }
      // Level 1 gets the ids between as well; it grows by itself.
      int capacity = (int) (level == 0 ? vocabularySize : wanted);
      if (words[level].length < capacity) {
        capacity = (int) Math.min(Integer.MAX_VALUE - 16L, Math.max(capacity, wanted * 5 / 4));
        words[level] = Arrays.copyOf(words[level], capacity);
        sums[level] = Arrays.copyOf(sums[level], capacity + 1);
        children[level] = Arrays.copyOf(children[level], capacity + 1);
      }
    }

    private void fillUnigrams(int until) {
      while (sizes[0] < until) {
        append(0, sizes[0], 0, 0);
      }
    }

    private void append(int level, int id, long count, int continued) {
      int node = sizes[level]++;
      words[level][node] = id;
      sums[level][node + 1] = sums[level][node] + count;
      children[level][node + 1] = children[level][node] + continued;
    }

    /** The trie of all slices. */
    public NgramTrie build() {
      reserve(0, 0);
      fillUnigrams(vocabularySize);
      for (int level = 0; level < order; level++) {
        words[level] = Arrays.copyOf(words[level], sizes[level]);
        sums[level] = Arrays.copyOf(sums[level], sizes[level] + 1);
        children[level] =
            level + 1 < order ? Arrays.copyOf(children[level], sizes[level] + 1) : new int[0];
      }
      return new NgramTrie(order, sizes, words, sums, children);
    }

    private static long readNumber(DataInputStream in) throws IOException {
      long value = 0;
      for (int shift = 0; ; shift += 7) {
        int next = in.readUnsignedByte();
        value |= (long) (next & 0x7f) << shift;
        if (next < 0x80) {
          return value;
        }
      }
    }
  }
}
