package org.seqlm.ngram.model;

import java.io.IOException;
import java.util.Arrays;
import org.seqlm.UserException;
import org.seqlm.ngram.count.CountSlice;
import org.seqlm.ngram.count.UnigramCounts;

/**
 * Raw counts of all n-grams in memory, as a trie of contexts read backwards, for models that are
 * made of the counts themselves. Its levels are {@link BackoffModel}'s with whole counts and their
 * sums in the place of logarithms and weights.
 */
public final class CountTrie {
  static final int NONE = -1;

  private final int order;
  private final long[] unigrams; // by id
  private final long tokens; // the unigrams' sum
  private final Level[] levels; // contexts of 1, 2, ... tokens

  /** The contexts of one length. */
  private static final class Level {
    private int size;
    private int[] words = new int[16]; // the farthest token
    private long[] totals = new long[16]; // c(h·)
    private int[] children = new int[17]; // where longer contexts begin in the next level
    private int[] begins = new int[17]; // where followers begin
    private int[] followers = new int[16];
    private long[] counts = new long[16];
  }

  private CountTrie(int order, long[] unigrams, Level[] levels) {
    this.order = order;
    this.unigrams = unigrams;
    this.tokens = Arrays.stream(unigrams).sum();
    this.levels = levels;
  }

  /** Collects slices in their order. */
  public static final class Builder {
    private final int order;
    private final long[] unigrams;
    private final Level[] levels;
    private final int most; // contexts, or n-grams, of an order

    /**
     * @param order N of the stored counts, at least 2
     */
    public Builder(int order, int vocabularySize, UnigramCounts counts) {
      this(order, vocabularySize, counts, BackoffModel.MAX_ENTRIES);
    }

    Builder(int order, int vocabularySize, UnigramCounts counts, int most) {
      this.order = order;
      this.most = most;
      this.unigrams = new long[vocabularySize];
      for (int i = 0; i < counts.types(); i++) {
        unigrams[counts.id(i)] = counts.raw(i);
      }
      this.levels = new Level[order - 1];
      Arrays.setAll(levels, i -> new Level());
    }

    /** Adds the contexts of a slice that was not read yet. */
    public void add(CountSlice slice) throws IOException {
      while (slice.next()) {
        if (!slice.goesOn()) {
          context(slice.reversed(), slice.length(), slice.size(), slice.words(), slice.raw());
        }
      }
    }

    /**
     * Adds a context, after those that are shorter and its siblings that are less.
     *
     * @throws UserException with exit code 3 if there are more than fit in one memory
     * @param reversed its ids, the nearest first, from place 1 on
     * @param length 1 to N-1
     * @param size followers
     * @param words their ids, rising // (size)
     * @param raw how often each n-gram appears // (size)
     */
    public void context(int[] reversed, int length, int size, int[] words, long[] raw) {
      Level level = levels[length - 1];
      int from = level.begins[level.size];
      if (level.size == most || (long) from + size > most) {
        throw UserException.data(
            "counts in memory are of at most "
                + most
                + " contexts and n-grams of one order, but order "
                + (length + 1)
                + " has more: take a lower order");
      }
      int at = level.size++;
      if (at == level.words.length) {
        int more = BackoffModel.Builder.grown(at, at + 1);
        level.words = Arrays.copyOf(level.words, more);
        level.totals = Arrays.copyOf(level.totals, more);
        level.children = Arrays.copyOf(level.children, more + 1);
        level.begins = Arrays.copyOf(level.begins, more + 1);
      }
      level.words[at] = reversed[length];
      if (from + size > level.followers.length) {
        int more = BackoffModel.Builder.grown(level.followers.length, from + size);
        level.followers = Arrays.copyOf(level.followers, more);
        level.counts = Arrays.copyOf(level.counts, more);
      }
      System.arraycopy(words, 0, level.followers, from, size);
      System.arraycopy(raw, 0, level.counts, from, size);
      level.begins[at + 1] = from + size;
      for (int i = 0; i < size; i++) {
        level.totals[at] += raw[i];
      }
      if (length < levels.length) {
        level.children[at] = levels[length].size;
        level.children[at + 1] = levels[length].size;
      }
      if (length > 1) {
        Level shorter = levels[length - 2];
        shorter.children[shorter.size] = level.size;
      }
    }

    public CountTrie build() {
      return new CountTrie(order, unigrams, levels);
    }
  }

  /** N. */
  public int order() {
    return order;
  }

  /** The context that is {@code node}, of {@code length} tokens, and {@code id} before it. */
  public int longer(int length, int node, int id) {
    if (node == NONE) {
      return NONE;
    }
    Level level = levels[length];
    int from = length == 0 ? 0 : levels[length - 1].children[node];
    int to = length == 0 ? level.size : levels[length - 1].children[node + 1];
    int found = Arrays.binarySearch(level.words, from, to, id);
    return found < 0 ? NONE : found;
  }

  /** c(h·) of a context of {@code length} tokens; 0 for {@link #NONE}. */
  long total(int length, int node) {
    return length == 0 ? tokens : node == NONE ? 0 : levels[length - 1].totals[node];
  }

  /** c(hw). */
  public long count(int length, int node, int id) {
    if (length == 0) {
      return unigrams[id];
    }
    if (node == NONE) {
      return 0;
    }
    Level level = levels[length - 1];
    int found =
        Arrays.binarySearch(level.followers, level.begins[node], level.begins[node + 1], id);
    return found < 0 ? 0 : level.counts[found];
  }

  /** Takes a follower of a context. */
  interface FollowerSink {
    void follower(int id, long count);
  }

  /** Visits the followers of a context. */
  void followers(int length, int node, FollowerSink sink) {
    if (length == 0) {
      for (int id = 0; id < unigrams.length; id++) {
        if (unigrams[id] > 0) {
          sink.follower(id, unigrams[id]);
        }
      }
    } else if (node != NONE) {
      Level level = levels[length - 1];
      for (int i = level.begins[node]; i < level.begins[node + 1]; i++) {
        sink.follower(level.followers[i], level.counts[i]);
      }
    }
  }
}
