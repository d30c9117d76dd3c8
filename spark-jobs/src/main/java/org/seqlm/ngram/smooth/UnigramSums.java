package org.seqlm.ngram.smooth;

import java.io.Serializable;
import java.util.BitSet;
import org.seqlm.ngram.count.CountKind;
import org.seqlm.ngram.count.CountsOfCounts;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.UnigramCounts;

/**
 * What smoothing needs to know of all unigrams together. All of it are whole numbers, so that the
 * sums of ranges of ids add up to the same whatever the ranges.
 */
public final class UnigramSums implements Serializable { // no record: Kryo cannot read those
  private static final long serialVersionUID = 1L;

  private final long[] keptByCount = new long[CountsOfCounts.HIGHEST]; // words with count r at r-1
  private long types;
  private long keptTypes;
  private long total;
  private long pruned;
  private long prunedIds;

  /** Of the followers of the empty context, as {@link Smoothing#context} takes them. */
  static UnigramSums of(int size, long[] counts, boolean[] kept) {
    UnigramSums sums = new UnigramSums();
    for (int i = 0; i < size; i++) {
      sums.add(counts[i], kept[i]);
    }
    return sums;
  }

  /**
   * Of a range of ids.
   *
   * @param counts of words of the range only
   * @param kind which of them are smoothed
   * @param from the first id
   * @param to the first id behind it
   */
  public static UnigramSums of(
      UnigramCounts counts, CountKind kind, Pruning pruning, Passages passages, int from, int to) {
    BitSet left = Unigrams.pruned(counts, pruning, passages, from, to);
    long[] seen = counts.counts(kind);
    UnigramSums sums = new UnigramSums();
    for (int i = 0; i < counts.types(); i++) {
      sums.add(seen[i], !left.get(counts.id(i) - from));
    }
    sums.prunedIds = left.cardinality();
    return sums;
  }

  private void add(long count, boolean kept) {
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

  /** Adds those of another range. */
  public void add(UnigramSums other) {
    for (int i = 0; i < keptByCount.length; i++) {
      keptByCount[i] += other.keptByCount[i];
    }
    types += other.types;
    keptTypes += other.keptTypes;
    total += other.total;
    pruned += other.pruned;
    prunedIds += other.prunedIds;
  }

  /** Words that were seen. */
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

  /** V: words that the model can predict, seen or not. */
  public long predictable(Passages passages) {
    return passages.predictable() - prunedIds;
  }
}
