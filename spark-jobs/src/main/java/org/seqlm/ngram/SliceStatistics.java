package org.seqlm.ngram;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * What one slice adds to the statistics, n-grams with {@code <s>} or {@code </s>} left out. Small,
 * whatever the slice's size, but for the unigrams' counts.
 */
public final class SliceStatistics implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Falling counts; among equals, rising first appearance. */
  static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingLong(Candidate::count)
          .reversed()
          .thenComparingLong(Candidate::first)
          .thenComparing((a, b) -> Arrays.compare(a.ids(), b.ids()));

  private final int slice;
  private final long[] totals; // (order)
  private final long[] types; // (order)
  private final long[][] countsOfCounts; // types by count 1..R, then those above // (order, R + 1)
  private final int[][] topIds; // (order, rows * n)
  private final long[][] topCounts; // (order, rows)
  private final long[][] topFirsts; // (order, rows)
  private final long[] unigrams; // counts of the slice's types by id, then zeros

  private SliceStatistics(int slice, int order, int counts, int unigrams) {
    this.slice = slice;
    this.totals = new long[order];
    this.types = new long[order];
    this.countsOfCounts = new long[order][counts + 1];
    this.topIds = new int[order][];
    this.topCounts = new long[order][];
    this.topFirsts = new long[order][];
    this.unigrams = new long[unigrams];
  }

  /** A candidate for the table of the most frequent n-grams. */
  record Candidate(int[] ids, long count, long first) {}

  /**
   * Collects a slice's statistics.
   *
   * @param slice its number
   * @param top rows an order
   * @param counts R, the largest count of the counts of counts
   */
  public static SliceStatistics of(int slice, TrieSlice trie, int top, int counts) {
    int order = trie.order();
    SliceStatistics found = new SliceStatistics(slice, order, counts, trie.size(1));
    for (int n = 1; n <= order; n++) {
      int at = n - 1;
      PriorityQueue<Candidate> best = new PriorityQueue<>(BEST_FIRST.reversed());
      trie.forEach(
          n,
          (ids, count, first) -> {
            if (trie.runs().marked(ids[0], ids[ids.length - 1])) {
              return;
            }
            found.totals[at] += count;
            if (at == 0) {
              found.unigrams[(int) found.types[0]] = count;
            }
            found.types[at]++;
            found.countsOfCounts[at][(int) Math.min(count, counts + 1L) - 1]++;
            Candidate worst = best.peek();
            boolean enters =
                best.size() < top
                    || count > worst.count()
                    || (count == worst.count() && first < worst.first());
            if (enters && top > 0) {
              best.add(new Candidate(ids.clone(), count, first));
              if (best.size() > top) {
                best.poll();
              }
            }
          });
      List<Candidate> rows = new ArrayList<>(best);
      rows.sort(BEST_FIRST);
      found.topIds[at] = new int[rows.size() * n];
      found.topCounts[at] = new long[rows.size()];
      found.topFirsts[at] = new long[rows.size()];
      for (int i = 0; i < rows.size(); i++) {
        System.arraycopy(rows.get(i).ids(), 0, found.topIds[at], i * n, n);
        found.topCounts[at][i] = rows.get(i).count();
        found.topFirsts[at][i] = rows.get(i).first();
      }
    }
    return found;
  }

  int slice() {
    return slice;
  }

  long total(int n) {
    return totals[n - 1];
  }

  long types(int n) {
    return types[n - 1];
  }

  long[] countsOfCounts(int n) {
    return countsOfCounts[n - 1];
  }

  long[] unigrams() {
    return unigrams;
  }

  List<Candidate> candidates(int n) {
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < topCounts[n - 1].length; i++) {
      candidates.add(
          new Candidate(
              Arrays.copyOfRange(topIds[n - 1], i * n, (i + 1) * n),
              topCounts[n - 1][i],
              topFirsts[n - 1][i]));
    }
    return candidates;
  }
}
