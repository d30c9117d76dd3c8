package org.seqlm.ngram.heldout;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.seqlm.ngram.count.CountSliceWriter;
import org.seqlm.ngram.count.FollowerCounts;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.SharedContexts;
import org.seqlm.ngram.smooth.Pruning;
import org.seqlm.ngram.smooth.SliceEstimator;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Growth;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.ngram.trie.TrieBlock.Content;
import org.seqlm.ngram.trie.TrieCursor;

/**
 * Goes through a slice of counts or of a back-off model in step with contexts that rise, and holds
 * no more of it than the contexts on the path to the last one asked for.
 */
public final class ContextCursor implements Closeable {
  private final TrieCursor cursor; // at the context that comes next
  private final Content content;
  private final SharedContexts shared; // of counts
  private final Context[] path; // by length, from 1 // (order)
  private int depth; // of the path

  /** A context with what follows it. */
  public static final class Context {
    private int word; // the farthest token
    private int size;
    private int[] words = new int[16]; // rising ids // (size)
    private long[] counts = new long[0]; // of counts // (size)
    private float[] logProbabilities = new float[0]; // of a model, decimal // (size)
    private long total;
    private long ends;
    private float logBackoff;
    private long pruned = -1; // not yet known

    private Context() {}

    private void clear() {
      size = 0;
      total = 0;
      ends = 0;
      pruned = -1;
    }

    private void ensureWords(int types) {
      if (words.length < types) {
        words = new int[Growth.of(words.length, types, "the followers of one context")];
      }
    }

    private void ensureCounts(int types) {
      ensureWords(types);
      if (counts.length < words.length) {
        counts = new long[words.length];
      }
    }

    private void show(SharedContexts.Context shared) throws IOException {
      ensureCounts(shared.size());
      for (SharedContexts.Followers next = shared.followers(); next.next(); size++) {
        words[size] = next.word();
        counts[size] = next.raw();
        total += next.raw();
      }
      ends = shared.ends();
    }

    /** Place of a follower, or less than 0. */
    int find(int id) {
      return Arrays.binarySearch(words, 0, size, id);
    }

    int size() {
      return size;
    }

    int word(int i) {
      return words[i];
    }

    /** c(hw). */
    long count(int i) {
      return counts[i];
    }

    /** c(h·), the sum over all followers. */
    long total() {
      return total;
    }

    /** The last token of the context, the farthest from what follows. */
    int farthest() {
      return word;
    }

    /** The part of {@link #total} that pruning leaves out. */
    long pruned(int order, Pruning pruning, Passages passages) {
      if (pruned < 0) {
        pruned = 0;
        for (int i = 0; i < size && !pruning.isNone(); i++) {
          pruned += pruning.keeps(order, words[i], counts[i], passages) ? 0 : counts[i];
        }
      }
      return pruned;
    }

    /** How often a passage ended after the context. */
    long ends() {
      return ends;
    }

    /** Decimal logarithm of p(w|h). */
    float logProbability(int i) {
      return logProbabilities[i];
    }

    /** Decimal logarithm of γ(h). */
    float logBackoff() {
      return logBackoff;
    }
  }

  private ContextCursor(
      InputStream file, Content content, int order, SharedContexts shared, Spill spill)
      throws IOException {
    this.cursor = new TrieCursor(file, content, order, spill);
    this.content = content;
    this.shared = shared;
    this.path = new Context[order];
    Arrays.setAll(path, d -> new Context());
    try {
      cursor.next();
    } catch (IOException | RuntimeException e) {
      cursor.close(e);
      throw e;
    }
  }

  /**
   * A file that {@link CountSliceWriter} wrote.
   *
   * @param order N of the counts, at least 2
   * @param shared what follows the contexts that other slices share
   * @param spill for what stands beneath one token
   */
  public static ContextCursor ofCounts(
      InputStream file, int order, SharedContexts shared, Spill spill) throws IOException {
    return new ContextCursor(file, Content.COUNTS, order, shared, spill);
  }

  /**
   * A file that {@link SliceEstimator} wrote.
   *
   * @param spill for what stands beneath one token
   */
  public static ContextCursor ofModel(InputStream file, int order, Spill spill) throws IOException {
    return new ContextCursor(file, Content.PROBABILITIES, order, SharedContexts.NONE, spill);
  }

  /**
   * Goes on to a context.
   *
   * @param reversed its tokens, the nearest first, from place 1 on; no less than those asked for
   *     before, in the pre-order of the trie
   * @return how many of its nearest tokens are a context that is here
   */
  int seek(int[] reversed, int length) throws IOException {
    while (cursor.length() > 0 && !isPast(reversed, length)) {
      read();
    }
    int shared = 0;
    while (shared < depth && shared < length && path[shared + 1].word == reversed[shared + 1]) {
      shared++;
    }
    return shared;
  }

  /** A context found by the last {@link #seek}, of so many tokens. */
  Context context(int length) {
    return path[length];
  }

  private boolean isPast(int[] reversed, int length) {
    int[] next = cursor.path();
    int nextLength = cursor.length();
    for (int d = 1; d <= nextLength && d <= length; d++) {
      if (next[d] != reversed[d]) {
        return next[d] > reversed[d];
      }
    }
    return nextLength > length;
  }

  /** Reads the context that comes next, and goes on. */
  private void read() throws IOException {
    int d = cursor.length();
    Context here = path[d];
    Bytes.Reader reader = cursor.record();
    here.word = cursor.path()[d];
    long types = reader.readNumber();
    if (content == Content.COUNTS) {
      here.clear();
      if (CountSliceWriter.isShared(types)) {
        here.show(shared.find(cursor.path(), d));
      } else {
        readCounts(reader, here, (int) (types >>> 2));
      }
      CountSliceWriter.skipOwn(types, reader);
    } else {
      readModel(reader, here, (int) (types >>> 1));
    }
    depth = d;
    cursor.next();
  }

  private static void readModel(Bytes.Reader reader, Context here, int types) {
    here.logBackoff = reader.readFloat();
    here.ensureWords(types);
    if (here.logProbabilities.length < here.words.length) {
      here.logProbabilities = new float[here.words.length];
    }
    int word = -1;
    for (int i = 0; i < types; i++) {
      word += reader.readInt();
      here.words[i] = word;
      here.logProbabilities[i] = reader.readFloat();
    }
    here.size = types;
  }

  private void readCounts(Bytes.Reader reader, Context here, int types) {
    boolean highest = cursor.highest();
    here.ensureCounts(types);
    int word = -1;
    for (int i = 0; i < types; i++) {
      word += reader.readInt();
      long number = reader.readNumber();
      long count = FollowerCounts.raw(highest, number);
      FollowerCounts.adjusted(highest, number, reader); // read over
      if (word < 0) {
        here.ends = count;
      } else {
        here.words[here.size] = word;
        here.counts[here.size++] = count;
        here.total += count;
      }
    }
  }

  /** Closes the file, and what is shared. */
  @Override
  public void close() throws IOException {
    try {
      shared.close();
    } finally {
      cursor.close();
    }
  }
}
