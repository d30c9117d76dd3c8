package org.seqlm.ngram;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.seqlm.vocab.Vocabulary;

/**
 * Statistics of all orders.
 *
 * @param orders from 1 to N
 * @param zipf of the unigrams
 */
public record NgramStatistics(List<OrderStatistics> orders, ZipfFit zipf) {
  /** Points of the Zipf plot at most. */
  private static final int ZIPF_POINTS = 500;

  public NgramStatistics {
    orders = List.copyOf(orders);
  }

  /**
   * Puts the statistics of all slices together.
   *
   * @param slices in any order
   * @param top rows an order
   */
  public static NgramStatistics of(
      List<SliceStatistics> slices, Vocabulary vocabulary, int order, int top) {
    List<OrderStatistics> orders = new ArrayList<>();
    for (int n = 1; n <= order; n++) {
      long total = 0;
      long types = 0;
      long[] countsOfCounts = new long[0];
      List<SliceStatistics.Candidate> candidates = new ArrayList<>();
      for (SliceStatistics slice : slices) {
        total += slice.total(n);
        types += slice.types(n);
        long[] more = slice.countsOfCounts(n);
        countsOfCounts = countsOfCounts.length == 0 ? new long[more.length] : countsOfCounts;
        for (int r = 0; r < more.length; r++) {
          countsOfCounts[r] += more[r];
        }
        candidates.addAll(slice.candidates(n));
      }
      candidates.sort(SliceStatistics.BEST_FIRST);
      List<TopNgram> rows = new ArrayList<>();
      for (int i = 0; i < Math.min(top, candidates.size()); i++) {
        SliceStatistics.Candidate candidate = candidates.get(i);
        List<String> tokens = new ArrayList<>();
        for (int id : candidate.ids()) {
          tokens.add(vocabulary.token(id));
        }
        rows.add(new TopNgram(n, i + 1, tokens, candidate.count()));
      }
      List<Long> byCount = new ArrayList<>();
      for (int r = 0; r + 1 < countsOfCounts.length; r++) {
        byCount.add(countsOfCounts[r]);
      }
      long above = countsOfCounts.length == 0 ? 0 : countsOfCounts[countsOfCounts.length - 1];
      orders.add(new OrderStatistics(n, total, types, byCount, above, rows));
    }
    long[] unigrams =
        slices.stream()
            .sorted(Comparator.comparingInt(SliceStatistics::slice))
            .flatMapToLong(slice -> java.util.Arrays.stream(slice.unigrams()))
            .toArray();
    return new NgramStatistics(orders, ZipfFit.of(unigrams, ZIPF_POINTS));
  }
}
