package org.seqlm.ngram.model;

import java.io.IOException;
import java.util.Arrays;
import org.seqlm.UserException;
import org.seqlm.lm.LanguageModel;
import org.seqlm.ngram.count.Passages;
import org.seqlm.vocab.Vocabulary;

/**
 * A back-off model of order N in memory: p(w|h) of the n-grams it holds, and p(w|h) = γ(h)·p(w|h')
 * for all others, where h' is h without its farthest word (Katz 1987, equation 2, with γ for its
 * α).
 *
 * <p>Contexts form a trie over their words read backwards, in flat arrays a level: level n (1 to N)
 * holds the contexts of n-1 words by (nearest word, next nearest, ...), each with its γ and its
 * followers by rising id. Values are log10 in float32, as KenLM's; sums are taken in double.
 *
 * <p>Scoring is KenLM's: {@code <s>} is never scored, and read at the start of a passage; a word
 * outside the vocabulary is {@code <unk>}, and the words before it say nothing of those after it
 * unless the model holds n-grams with {@code <unk>} in their contexts (KenLM's own estimates hold
 * none). A model without {@code <unk>} gives it log10 p = -100, as KenLM does.
 */
public final class BackoffModel implements LanguageModel {
  /** The highest order. */
  public static final int MAX_ORDER = 64;

  /** log10 p({@code <unk>}) where a model has none. */
  public static final float UNKNOWN_MISSING = -100f;

  /** The most contexts, and the most n-grams, that a level holds. */
  public static final int MAX_ENTRIES = Integer.MAX_VALUE - 15;

  private static final double LN10 = Math.log(10);
  private static final int NONE = -1;

  private final String name;
  private final Vocabulary vocabulary;
  private final Passages passages;
  private final float[] unigrams; // log10 p; NaN where the model has none // (vocabulary)
  private final int unigramCount;
  private final int[] heads; // the level-2 context that is this word, or -1 // (vocabulary)
  private final Level[] levels; // level n at n - 2 // (order - 1)

  /** The contexts of one length. */
  private static final class Level {
    int size;
    int[] words = new int[16]; // the farthest word // (size)
    float[] backoffs = new float[16]; // log10 γ // (size)
    int[] parents = new int[16]; // the same without its farthest word, while building // (size)
    int[] children; // where its longer contexts begin in the next level // (size + 1)
    int[] begins = new int[16]; // where its followers begin // (size + 1)
    int count;
    int[] followers = new int[16]; // rising ids a context // (count)
    float[] probabilities = new float[16]; // log10 p(follower | context) // (count)
  }

  private BackoffModel(
      String name, Vocabulary vocabulary, Passages passages, float[] unigrams, Level[] levels) {
    this.name = name;
    this.vocabulary = vocabulary;
    this.passages = passages;
    this.unigrams = unigrams;
    this.levels = levels;
    int known = 0;
    for (float unigram : unigrams) {
      known += Float.isNaN(unigram) ? 0 : 1;
    }
    unigramCount = known;
    heads = new int[unigrams.length];
    Arrays.fill(heads, NONE);
    if (levels.length > 0) {
      for (int i = 0; i < levels[0].size; i++) {
        heads[levels[0].words[i]] = i;
      }
    }
  }

  /**
   * Takes the contexts of a model, each after the contexts that are its beginning (nearest word
   * first), those of one order in rising order of (nearest word, next nearest, ...): level by
   * level, or in the trie's pre-order, or slice by slice.
   */
  public static final class Builder implements ModelSink {
    private final Vocabulary vocabulary;
    private final Passages passages;
    private final String name;
    private final float[] unigrams;
    private final Level[] levels;
    private final int[] cursors; // the parent of the last context of each level // (order - 1)
    private final int[] path;
    private boolean empty = true;

    /**
     * @param order N, 1 to {@link #MAX_ORDER}
     * @param vocabulary of all ids
     * @param passages which tokens the model reads, and where its contexts end
     * @param name for people, for instance {@code 3-gram kneser-ney}
     */
    public Builder(int order, Vocabulary vocabulary, Passages passages, String name) {
      if (order < 1 || order > MAX_ORDER) {
        throw new IllegalArgumentException("order must be 1 to " + MAX_ORDER + ", but is " + order);
      }
      this.vocabulary = vocabulary;
      this.passages = passages;
      this.name = name;
      unigrams = new float[vocabulary.size()];
      Arrays.fill(unigrams, Float.NaN);
      levels = new Level[order - 1];
      Arrays.setAll(levels, n -> new Level());
      cursors = new int[order - 1];
      path = new int[order];
    }

    /**
     * Adds one context.
     *
     * @param order n of its n-grams, 1 for the empty context
     * @param reversedContext its n-1 words, the nearest first
     * @param size followers
     * @param words rising ids // (size)
     * @param logProbabilities log10 p(word | context) // (size)
     * @param logBackoff log10 γ; not used for the empty context
     * @throws UserException with exit code 3 if the level is full
     */
    @Override
    public void context(
        int order,
        int[] reversedContext,
        int size,
        int[] words,
        float[] logProbabilities,
        float logBackoff) {
      for (int i = 1; i < size; i++) {
        if (words[i - 1] >= words[i]) {
          throw new IllegalArgumentException("followers must rise, but " + words[i] + " does not");
        }
      }
      if (order == 1) {
        for (int i = 0; i < size; i++) {
          unigrams[words[i]] = logProbabilities[i];
        }
        empty &= size == 0;
        return;
      }
      Level level = levels[order - 2];
      if (level.size == MAX_ENTRIES || (long) level.count + size > MAX_ENTRIES) {
        throw UserException.data(
            "a model in memory holds at most "
                + MAX_ENTRIES
                + " contexts and n-grams of one order, but order "
                + order
                + " has more: prune, or take a lower order");
      }
      int parent = parent(order, reversedContext);
      int word = reversedContext[order - 2];
      int last = level.size - 1;
      if (last >= 0
          && (parent < level.parents[last]
              || (parent == level.parents[last] && word <= level.words[last]))) {
        throw new IllegalArgumentException(
            "contexts must rise, but " + Arrays.toString(reversedContext) + " does not");
      }
      int at = level.size++;
      if (at + 1 >= level.words.length) {
        int capacity = grown(level.words.length, at + 2);
        level.words = Arrays.copyOf(level.words, capacity);
        level.backoffs = Arrays.copyOf(level.backoffs, capacity);
        level.parents = Arrays.copyOf(level.parents, capacity);
        level.begins = Arrays.copyOf(level.begins, capacity);
      }
      level.words[at] = word;
      level.backoffs[at] = logBackoff;
      level.parents[at] = parent;
      if (level.count + size > level.followers.length) {
        int capacity = grown(level.followers.length, level.count + size);
        level.followers = Arrays.copyOf(level.followers, capacity);
        level.probabilities = Arrays.copyOf(level.probabilities, capacity);
      }
      System.arraycopy(words, 0, level.followers, level.count, size);
      System.arraycopy(logProbabilities, 0, level.probabilities, level.count, size);
      level.count += size;
      level.begins[at + 1] = level.count;
    }

    /** Room for {@code needed} entries and more. */
    static int grown(int length, int needed) {
      return (int) Math.min(MAX_ENTRIES + 8L, Math.max(needed, length + (length >> 1) + 16L));
    }

    /** The context without its farthest word: from one call to the next it can only move on. */
    private int parent(int order, int[] context) {
      if (order == 2) {
        return 0;
      }
      Level above = levels[order - 3];
      int at = cursors[order - 2];
      while (at < above.size && compare(order - 1, at, context) < 0) {
        at++;
      }
      cursors[order - 2] = at;
      if (at == above.size || compare(order - 1, at, context) != 0) {
        throw new IllegalArgumentException(
            "context "
                + Arrays.toString(Arrays.copyOf(context, order - 1))
                + " comes before the context that is its beginning, or not in order");
      }
      return at;
    }

    private int compare(int order, int index, int[] context) {
      int at = index;
      for (int n = order; n >= 2; n--) {
        path[n - 2] = levels[n - 2].words[at];
        at = levels[n - 2].parents[at];
      }
      return Arrays.compare(path, 0, order - 1, context, 0, order - 1);
    }

    /** The model; the builder is spent. */
    public BackoffModel build() {
      if (empty) {
        throw new IllegalStateException("a model has unigrams");
      }
      if (Float.isNaN(unigrams[Vocabulary.UNKNOWN])) {
        unigrams[Vocabulary.UNKNOWN] = UNKNOWN_MISSING;
      }
      for (int n = 0; n < levels.length; n++) {
        Level level = levels[n];
        if (n + 1 < levels.length) {
          Level next = levels[n + 1];
          level.children = new int[level.size + 1];
          for (int i = 0; i < next.size; i++) {
            level.children[next.parents[i] + 1]++;
          }
          for (int i = 0; i < level.size; i++) {
            level.children[i + 1] += level.children[i];
          }
          next.parents = null;
        }
        level.parents = null;
        level.words = trim(level.words, level.size);
        level.backoffs = trim(level.backoffs, level.size);
        level.begins = trim(level.begins, level.size + 1);
        level.followers = trim(level.followers, level.count);
        level.probabilities = trim(level.probabilities, level.count);
      }
      return new BackoffModel(name, vocabulary, passages, unigrams, levels);
    }

    private static int[] trim(int[] values, int length) {
      return values.length - length > length >> 4 ? Arrays.copyOf(values, length) : values;
    }

    private static float[] trim(float[] values, int length) {
      return values.length - length > length >> 4 ? Arrays.copyOf(values, length) : values;
    }
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /** N. */
  public int order() {
    return levels.length + 1;
  }

  /** For people, for instance {@code 3-gram kneser-ney}. */
  public String name() {
    return name;
  }

  /** The number of n-grams of an order, 1 to {@link #order}. */
  public long ngrams(int order) {
    return order == 1 ? unigramCount : levels[order - 2].count;
  }

  /** Takes one context of a model after another. */
  public interface ContextSink<E extends Exception> {
    /**
     * One context.
     *
     * @param reversedContext its words, the nearest first; valid during the call
     * @param words its followers' ids in {@code [from, to)}, rising
     * @param logProbabilities log10 p in {@code [from, to)}; NaN where the model has none
     */
    void context(int[] reversedContext, int[] words, float[] logProbabilities, int from, int to)
        throws E;
  }

  /** Goes through the contexts of an order's n-grams in their order. */
  public <E extends Exception> void walk(int order, ContextSink<E> sink) throws E {
    if (order == 1) {
      int[] ids = new int[unigrams.length];
      Arrays.setAll(ids, id -> id);
      sink.context(new int[0], ids, unigrams, 0, ids.length);
      return;
    }
    walk(2, order, 0, levels[0].size, new int[order - 1], sink);
  }

  private <E extends Exception> void walk(
      int n, int order, int from, int to, int[] context, ContextSink<E> sink) throws E {
    Level level = levels[n - 2];
    for (int i = from; i < to; i++) {
      context[n - 2] = level.words[i];
      if (n == order) {
        sink.context(
            context, level.followers, level.probabilities, level.begins[i], level.begins[i + 1]);
      } else {
        walk(n + 1, order, level.children[i], level.children[i + 1], context, sink);
      }
    }
  }

  /** log10 γ of a context, the nearest word first; 0 where the model has none. */
  public float backoff(int[] reversedContext, int length) {
    int node = heads[reversedContext[0]];
    for (int m = 2; m <= length && node >= 0; m++) {
      node = child(m, node, reversedContext[m - 1]);
    }
    return node < 0 ? 0 : levels[length - 1].backoffs[node];
  }

  /** The context of {@code m} words that is {@code node} and one word before it; or -1. */
  private int child(int m, int node, int word) {
    int[] children = levels[m - 2].children;
    int found = Arrays.binarySearch(levels[m - 1].words, children[node], children[node + 1], word);
    return found < 0 ? NONE : found;
  }

  /** Hands all contexts on, order by order. */
  public void writeTo(ModelSink sink) throws IOException {
    for (int n = 1; n <= order(); n++) {
      int order = n;
      this.<IOException>walk(
          n,
          (context, words, logProbabilities, from, to) ->
              sink.context(
                  order,
                  context,
                  to - from,
                  Arrays.copyOfRange(words, from, to),
                  Arrays.copyOfRange(logProbabilities, from, to),
                  order == 1 ? 0 : backoff(context, order - 1)));
    }
  }

  /** Where the passages of a text begin and end for the model. */
  public Passages passages() {
    return passages;
  }

  /** How far the contexts of a model of n-grams reach that passages end. */
  public static Memory memory(Passages passages) {
    return PassageReading.memory(passages);
  }

  @Override
  public Memory memory() {
    return memory(passages);
  }

  @Override
  public boolean reads(int token) {
    return passages.reads(token);
  }

  @Override
  public Reading start() {
    return new BackoffReading();
  }

  @Override
  public Reading startUnmarked() {
    BackoffReading reading = new BackoffReading();
    reading.clear();
    return reading;
  }

  private final class BackoffReading extends PassageReading {
    private final int[] nodes; // contexts of the last 1, 2, ... words, nodes[m - 1] of m
    private int depth; // words of the longest context that the model has
    private int asked = NONE;
    private int matched;

    BackoffReading() {
      super(vocabulary, passages, order());
      nodes = new int[levels.length];
      startPassage();
    }

    BackoffReading(BackoffReading other) {
      super(other);
      nodes = other.nodes.clone();
      depth = other.depth;
    }

    @Override
    void seek() {
      asked = NONE;
      depth = 0;
      int node = length > 0 ? heads[history[0]] : NONE;
      while (node >= 0) {
        nodes[depth++] = node;
        node = depth < length ? child(depth + 1, node, history[depth]) : NONE;
      }
    }

    @Override
    public double logProbability(int token) {
      asked = token;
      matched = 0;
      if (!passages.reads(token)) {
        return Double.NEGATIVE_INFINITY;
      }
      double backoff = 0;
      for (int m = depth; m > 0; m--) {
        Level level = levels[m - 1];
        int node = nodes[m - 1];
        int found =
            Arrays.binarySearch(level.followers, level.begins[node], level.begins[node + 1], token);
        if (found >= 0) {
          matched = m + 1;
          return LN10 * (backoff + level.probabilities[found]);
        }
        backoff += level.backoffs[node];
      }
      float unigram = unigrams[token];
      if (Float.isNaN(unigram)) {
        return Double.NEGATIVE_INFINITY;
      }
      matched = 1;
      return LN10 * (backoff + unigram);
    }

    @Override
    public int matched(int token) {
      if (asked != token) {
        logProbability(token);
      }
      return matched;
    }

    @Override
    public void logProbabilities(float[] into) {
      double[] rest = new double[depth + 1]; // what backing off to m words costs
      for (int m = depth; m > 0; m--) {
        rest[m - 1] = rest[m] + levels[m - 1].backoffs[nodes[m - 1]];
      }
      for (int id = 0; id < unigrams.length; id++) {
        into[id] =
            Float.isNaN(unigrams[id])
                ? Float.NEGATIVE_INFINITY
                : (float) (LN10 * (rest[0] + unigrams[id]));
      }
      // Longer n-grams overwrite what shorter ones say.
      for (int m = 1; m <= depth; m++) {
        Level level = levels[m - 1];
        int node = nodes[m - 1];
        for (int i = level.begins[node]; i < level.begins[node + 1]; i++) {
          into[level.followers[i]] = (float) (LN10 * (rest[m] + level.probabilities[i]));
        }
      }
      excludeUnread(into);
    }

    @Override
    public Reading copy() {
      return new BackoffReading(this);
    }
  }
}
