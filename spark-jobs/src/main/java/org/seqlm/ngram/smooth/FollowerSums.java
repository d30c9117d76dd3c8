package org.seqlm.ngram.smooth;

import java.io.Serializable;
import java.util.BitSet;
import org.seqlm.ngram.count.CountKind;
import org.seqlm.ngram.count.CountsOfCounts;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.UnigramCounts;

/**
 * What smoothing needs to know of all followers of a context together, where they are too many for
 * one task or one memory. Of the empty context all of it are whole numbers, so that the sums of
 * ranges of ids add up to the same whatever the ranges.
 */
public class FollowerSums implements Serializable { // no record: Kryo cannot read those
  private static final long serialVersionUID = 1L;

  private final long[] keptByCount = new long[CountsOfCounts.HIGHEST]; // words with count r at r-1
  private long types;
  private long keptTypes;
  private long total;
  private long pruned;
  private long predictable;

  /**
   * Of a range of ids, as followers of the empty context.
   *
   * @param counts of words of the range only
   * @param kind which of them are smoothed
   * @param from the first id
   * @param to the first id behind it
   */
  public static FollowerSums of(
      UnigramCounts counts, CountKind kind, Pruning pruning, Passages passages, int from, int to) {
    BitSet left = Unigrams.pruned(counts, pruning, passages, from, to);
    long[] seen = counts.counts(kind);
    FollowerSums sums = new FollowerSums();
    for (int i = 0; i < counts.types(); i++) {
      sums.add(seen[i], !left.get(counts.id(i) - from), Double.NaN);
    }
    for (int id = from; id < to; id++) {
      sums.predictable += passages.reads(id) && !left.get(id - from) ? 1 : 0;
    }
    return sums;
  }

  /**
   * Adds a follower, in the order of ids.
   *
   * @param count c(hw) or a(hw), at least 1
   * @param lower p(w|h') where it is kept; not looked at for the empty context
   */
  void add(long count, boolean kept, double lower) {
    types++;
    total += count;
    if (!kept) {
      pruned += count;
      return;
    }
    keptTypes++;
    if (count <= keptByCount.length) {
      keptByCount[(int) count - 1]++;
    }
  }

  /** Adds those of the empty context of another range. */
  public void add(FollowerSums other) {
    for (int i = 0; i < keptByCount.length; i++) {
      keptByCount[i] += other.keptByCount[i];
    }
    types += other.types;
    keptTypes += other.keptTypes;
    total += other.total;
    pruned += other.pruned;
    predictable += other.predictable;
  }

  /** Followers. */
  long types() {
    return types;
  }

  /** Of these, how many pruning left. */
  long keptTypes() {
    return keptTypes;
  }

  /** Of these, how many have a count. */
  long kept(int count) {
    return keptByCount[count - 1];
  }

  /** Σ of all counts. */
  long total() {
    return total;
  }

  /** Σ of the counts of what pruning leaves out. */
  long pruned() {
    return pruned;
  }

  /** Of the empty context, V: words that the model can predict, seen or not. */
  public long predictable() {
    return predictable;
  }
}
