package org.seqlm.ngram.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.seqlm.ngram.count.SliceStatistics;

/**
 * Statistics of all orders.
 *
 * @param orders from 1 to N
 * @param zipf of the unigrams
 */
public record NgramStatistics(List<OrderStatistics> orders, ZipfFit zipf) {
  public NgramStatistics {
    orders = List.copyOf(orders);
  }

  /**
   * Puts the statistics of all slices together.
   *
   * @param slices in any order
   * @param top the most frequent n-grams of each order, in the order of the table
   * @param tokens of the ids in {@code top}
   */
  public static NgramStatistics of(
      List<SliceStatistics> slices,
      ZipfFit zipf,
      List<List<TopCandidates.Row>> top,
      IntFunction<String> tokens,
      int order) {
    List<OrderStatistics> orders = new ArrayList<>();
    for (int n = 1; n <= order; n++) {
      long total = 0;
      long types = 0;
      long[] countsOfCounts = new long[0];
      for (SliceStatistics slice : slices) {
        total += slice.total(n);
        types += slice.types(n);
        long[] more = slice.countsOfCounts(n);
        countsOfCounts = countsOfCounts.length == 0 ? new long[more.length] : countsOfCounts;
        for (int r = 0; r < more.length; r++) {
          countsOfCounts[r] += more[r];
        }
      }
      List<TopNgram> rows = new ArrayList<>();
      for (TopCandidates.Row row : top.get(n - 1)) {
        List<String> words = new ArrayList<>();
        for (int id : row.ids()) {
          words.add(tokens.apply(id));
        }
        rows.add(new TopNgram(n, rows.size() + 1, words, row.count()));
      }
      List<Long> byCount = new ArrayList<>();
      for (int r = 0; r + 1 < countsOfCounts.length; r++) {
        byCount.add(countsOfCounts[r]);
      }
      long above = countsOfCounts.length == 0 ? 0 : countsOfCounts[countsOfCounts.length - 1];
      orders.add(new OrderStatistics(n, total, types, byCount, above, rows));
    }
    return new NgramStatistics(orders, zipf);
  }
}
