package org.seqlm.ngram.compiled;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import org.seqlm.ngram.model.BackoffModel;
import org.seqlm.ngram.model.ModelSink;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.vocab.Vocabulary;

/**
 * The n-grams of a model in the order of their keys read backwards: (word, nearest, next nearest,
 * ...), the word by its id and those before it by their {@link WordKeys}. Contexts go in, in any
 * order; what a context's weight and the same words' probability as an n-gram have in common is the
 * key, so each n-gram comes out once, with both. Every beginning of a key is one, too: where the
 * model has no such n-gram (a pruned one, or a context that is none), a blank stands there, whose
 * probability is NaN.
 *
 * <p>All but the unigrams is sorted on the local disk.
 */
public final class SortedNgrams implements ModelSink, Closeable {
  private final int order;
  private final WordKeys keys;
  private final float[] unigrams; // log10 p, NaN where there is none // (vocabulary)
  private final float[] unigramBackoffs; // (vocabulary)
  private final RecordSort[] probabilities; // n words and log10 p // (order - 1)
  private final RecordSort[] weights; // n words and log10 γ; none of the highest // (order - 1)
  private final int[] record;
  private boolean empty = true;

  /** Takes n-grams, each after those that are its beginning. */
  interface Visitor {
    /**
     * @param n words
     * @param key ids: the word, its nearest, next nearest, ... // at least (n)
     * @param logProbability log10 p; NaN of a blank
     * @param logBackoff log10 γ of the words as a context; 0 where they are none
     * @param begins whether longer keys begin with this one
     */
    void ngram(int n, int[] key, float logProbability, float logBackoff, boolean begins)
        throws IOException;
  }

  /**
   * @param order N, 1 to {@link BackoffModel#MAX_ORDER}
   * @param vocabularySize ids
   * @param spill bytes in memory beside the unigrams, and a folder that is there
   */
  public SortedNgrams(int order, int vocabularySize, Spill spill) {
    this.order = order;
    keys = new WordKeys(vocabularySize);
    unigrams = new float[vocabularySize];
    Arrays.fill(unigrams, Float.NaN);
    unigramBackoffs = new float[vocabularySize];
    probabilities = new RecordSort[order - 1];
    weights = new RecordSort[order - 1];
    Spill each = new Spill(spill.memory() / Math.max(1, 2 * order), spill.folder());
    for (int n = 2; n <= order; n++) {
      probabilities[n - 2] = new RecordSort(n + 1, n, each);
      weights[n - 2] = n < order ? new RecordSort(n + 1, n, each) : null;
    }
    record = new int[order + 1];
  }

  /** N. */
  int order() {
    return order;
  }

  int vocabularySize() {
    return unigrams.length;
  }

  @Override
  public void context(
      int n, int[] reversedContext, int size, int[] words, float[] logProbabilities, float backoff)
      throws IOException {
    if (n == 1) {
      for (int i = 0; i < size; i++) {
        unigrams[words[i]] = logProbabilities[i];
      }
      empty &= size == 0;
      return;
    }
    for (int i = 1; i < n; i++) {
      record[i] = keys.key(reversedContext[i - 1]);
    }
    for (int i = 0; i < size; i++) {
      if (!Float.isNaN(logProbabilities[i])) {
        record[0] = words[i];
        record[n] = Float.floatToRawIntBits(logProbabilities[i]);
        probabilities[n - 2].add(record);
      }
    }
    if (n == 2) {
      unigramBackoffs[reversedContext[0]] = backoff;
    } else {
      record[0] = reversedContext[0];
      for (int i = 1; i < n - 1; i++) {
        record[i] = keys.key(reversedContext[i]);
      }
      record[n - 1] = Float.floatToRawIntBits(backoff);
      weights[n - 3].add(record);
    }
  }

  /** One order's n-grams, probabilities and weights side by side. */
  private static final class Level {
    private final int n;
    private final RecordSort.Cursor first;
    private final RecordSort.Cursor second; // null where there are none
    private int[] ngram; // null at the end
    private int[] context; // null at the end
    private int[] key; // the lesser; null at the end
    private int[] keyBefore;

    Level(int n, RecordSort.Cursor probabilities, RecordSort.Cursor weights) throws IOException {
      this.n = n;
      this.first = probabilities;
      this.second = weights;
      this.keyBefore = new int[n];
      ngram = next(first);
      context = second == null ? null : next(second);
      choose();
    }

    private static int[] next(RecordSort.Cursor cursor) throws IOException {
      return cursor.next() ? cursor.record() : null;
    }

    private void choose() {
      boolean weight =
          ngram == null
              || (context != null && Arrays.compareUnsigned(context, 0, n, ngram, 0, n) < 0);
      key = weight ? context : ngram;
    }

    /** Whether the next key begins with these words. */
    boolean begins(int[] path, int length) {
      return key != null && Arrays.equals(key, 0, length, path, 0, length);
    }

    /** Goes on; gives the bits of the key's probability and of its weight. */
    long take() throws IOException {
      System.arraycopy(key, 0, keyBefore, 0, n);
      int p = Float.floatToRawIntBits(Float.NaN);
      int backoff = 0;
      if (ngram != null && Arrays.equals(ngram, 0, n, keyBefore, 0, n)) {
        p = ngram[n];
        ngram = next(first);
        if (ngram != null && Arrays.equals(ngram, 0, n, keyBefore, 0, n)) {
          throw new IllegalArgumentException(
              "n-gram " + Arrays.toString(keyBefore) + " (backwards) comes twice");
        }
      }
      if (context != null && Arrays.equals(context, 0, n, keyBefore, 0, n)) {
        backoff = context[n];
        context = next(second);
      }
      choose();
      return (long) p << 32 | backoff & 0xffffffffL;
    }
  }

  /** N-grams that the model has, by order // (N). */
  long[] counts() {
    long[] counts = new long[order];
    for (float unigram : unigrams) {
      counts[0] += Float.isNaN(unigram) ? 0 : 1;
    }
    for (int n = 2; n <= order; n++) {
      counts[n - 1] = probabilities[n - 2].size();
    }
    return counts;
  }

  /** Goes through all n-grams in the order of their keys; may be called again. */
  void walk(Visitor visitor) throws IOException {
    if (empty) {
      throw new IllegalStateException("a model has unigrams");
    }
    if (Float.isNaN(unigrams[Vocabulary.UNKNOWN])) {
      unigrams[Vocabulary.UNKNOWN] = BackoffModel.UNKNOWN_MISSING;
    }
    Level[] levels = new Level[order - 1];
    for (int n = 2; n <= order; n++) {
      RecordSort contexts = weights[n - 2];
      levels[n - 2] =
          new Level(n, probabilities[n - 2].sorted(), contexts == null ? null : contexts.sorted());
    }
    int[] path = new int[order];
    int[] ids = new int[order];
    for (int id = 0; id < unigrams.length; id++) {
      path[0] = id;
      ids[0] = id;
      boolean begins = begins(levels, path, 1);
      visitor.ngram(1, ids, unigrams[id], unigramBackoffs[id], begins);
      if (begins) {
        below(1, path, ids, levels, visitor);
      }
    }
  }

  private static boolean begins(Level[] levels, int[] path, int length) {
    for (int i = length - 1; i < levels.length; i++) {
      if (levels[i].begins(path, length)) {
        return true;
      }
    }
    return false;
  }

  /** All keys that begin with a path, and are longer. */
  private void below(int length, int[] path, int[] ids, Level[] levels, Visitor visitor)
      throws IOException {
    int n = length + 1;
    while (true) {
      int word = -1;
      for (int i = n - 2; i < levels.length; i++) {
        Level level = levels[i];
        if (level.begins(path, length) && (word < 0 || level.key[length] < word)) {
          word = level.key[length];
        }
      }
      if (word < 0) {
        return;
      }
      path[length] = word;
      ids[length] = keys.id(word);
      float logProbability = Float.NaN;
      float logBackoff = 0;
      if (levels[n - 2].begins(path, n)) {
        long values = levels[n - 2].take();
        logProbability = Float.intBitsToFloat((int) (values >>> 32));
        logBackoff = Float.intBitsToFloat((int) values);
      }
      boolean begins = n < order && begins(levels, path, n);
      if (begins || !Float.isNaN(logProbability) || logBackoff != 0) {
        visitor.ngram(n, ids, logProbability, logBackoff, begins);
      } // else a context that says nothing
      if (begins) {
        below(n, path, ids, levels, visitor);
      }
    }
  }

  /** Removes what is on the local disk. */
  @Override
  public void close() throws IOException {
    for (int i = 0; i < probabilities.length; i++) {
      probabilities[i].close();
      if (weights[i] != null) {
        weights[i].close();
      }
    }
  }
}
