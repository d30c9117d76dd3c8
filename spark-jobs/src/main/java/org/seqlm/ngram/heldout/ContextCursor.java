package org.seqlm.ngram.heldout;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.seqlm.ngram.count.Bytes;
import org.seqlm.ngram.count.CountSliceWriter;
import org.seqlm.ngram.count.FollowerCounts;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.TrieBlock.Content;
import org.seqlm.ngram.count.TrieCursor;
import org.seqlm.ngram.smooth.Pruning;
import org.seqlm.ngram.smooth.SliceEstimator;

/**
 * Goes through a slice of counts or of a back-off model in step with contexts that rise, and holds
 * no more of it than the contexts on the path to the last one asked for.
 */
public final class ContextCursor {
  private final TrieCursor cursor; // at the context that comes next
  private final Content content;
  private final Context hot;
  private final Context[] path; // by length, from 1 // (order)
  private int depth; // of the path
  private final Context unused = new Context();

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

  private ContextCursor(InputStream file, Content content, int order, Context hot)
      throws IOException {
    this.cursor = new TrieCursor(file, content, order);
    this.content = content;
    this.hot = hot;
    this.path = new Context[order];
    Arrays.setAll(path, d -> new Context());
    if (hot != null) {
      path[1] = hot;
      depth = 1;
    }
    cursor.next();
  }

  /**
   * A file that {@link CountSliceWriter} wrote.
   *
   * @param order N of the counts, at least 2
   * @param hot in a part of a hot token's contexts, what its {@link #head} has; null elsewhere
   */
  public static ContextCursor ofCounts(InputStream file, int order, Context hot)
      throws IOException {
    return new ContextCursor(file, Content.COUNTS, order, hot);
  }

  /** A file that {@link SliceEstimator} wrote. */
  public static ContextCursor ofModel(InputStream file, int order, Context hot) throws IOException {
    return new ContextCursor(file, Content.PROBABILITIES, order, hot);
  }

  /** The context of a hot token; null if pruning left it out. */
  public Context head() throws IOException {
    if (cursor.length() == 0) {
      return null;
    }
    read();
    return path[1];
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
    boolean borrowed = d == 1 && hot != null;
    Context here = borrowed ? unused : path[d];
    Bytes.Reader reader = cursor.record();
    here.word = cursor.path()[d];
    int types = reader.readInt();
    if (here.words.length < types) {
      here.words = new int[types * 2];
    }
    if (content == Content.COUNTS) {
      readCounts(reader, here, types);
    } else {
      here.logBackoff = reader.readFloat();
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
    depth = d;
    cursor.next();
  }

  private void readCounts(Bytes.Reader reader, Context here, int types) {
    boolean highest = cursor.highest();
    if (here.counts.length < here.words.length) {
      here.counts = new long[here.words.length];
    }
    here.size = 0;
    here.total = 0;
    here.ends = 0;
    here.pruned = -1;
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
}
