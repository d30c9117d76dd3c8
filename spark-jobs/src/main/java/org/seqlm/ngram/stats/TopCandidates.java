package org.seqlm.ngram.stats;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.seqlm.ngram.count.SliceStatistics;

/**
 * The n-grams that may stand in the table of the most frequent ones, which among equals puts first
 * what appears first in the text. Counting does not keep where n-grams appear; it is looked up for
 * the few that are equal.
 */
public final class TopCandidates {
  private static final Comparator<Row> BEST_FIRST =
      Comparator.comparingLong(Row::count)
          .reversed()
          .thenComparing((a, b) -> Arrays.compare(a.ids(), b.ids()));

  private final int top;
  private final List<List<Row>> orders; // falling counts
  private final boolean[] incomplete; // (order)

  /**
   * A row of the table.
   *
   * @param ids of the n-gram
   * @param count how often it appears
   */
  public record Row(int[] ids, long count) implements Serializable {}

  private TopCandidates(int top, List<List<Row>> orders, boolean[] incomplete) {
    this.top = top;
    this.orders = orders;
    this.incomplete = incomplete;
  }

  /**
   * Gathers what the slices found.
   *
   * @param order the highest order wanted
   * @param top rows an order
   */
  public static TopCandidates of(List<SliceStatistics> slices, int order, int top) {
    List<List<Row>> orders = new ArrayList<>();
    boolean[] incomplete = new boolean[order];
    for (int n = 1; n <= order; n++) {
      List<Row> rows = new ArrayList<>();
      for (SliceStatistics slice : slices) {
        slice.candidates(n).forEach(one -> rows.add(new Row(one.ids(), one.count())));
      }
      rows.sort(BEST_FIRST);
      long least = rows.size() < top || top == 0 ? 0 : rows.get(top - 1).count();
      rows.removeIf(row -> row.count() < least);
      for (SliceStatistics slice : slices) {
        List<SliceStatistics.Candidate> found = slice.candidates(n);
        // A slice that gave all the rows it may give can have more of the last one's count.
        incomplete[n - 1] |= top > 0 && found.size() > top && found.get(top).count() == least;
      }
      orders.add(rows);
    }
    return new TopCandidates(top, orders, incomplete);
  }

  /** Orders whose candidates a slice may have more of. */
  public List<Integer> incomplete() {
    List<Integer> found = new ArrayList<>();
    for (int n = 1; n <= incomplete.length; n++) {
      if (incomplete[n - 1]) {
        found.add(n);
      }
    }
    return found;
  }

  /** The least count of an order's table. */
  public long least(int n) {
    List<Row> rows = orders.get(n - 1);
    return rows.get(rows.size() - 1).count();
  }

  /** Gives the {@link FrequentRows} of an order that appear at least {@link #least} times. */
  public void complete(int n, List<Row> rows) {
    List<Row> all = new ArrayList<>(rows);
    all.sort(BEST_FIRST);
    orders.set(n - 1, all);
  }

  /** The candidates that are not the only ones of their order with their count. */
  public List<int[]> equals() {
    List<int[]> found = new ArrayList<>();
    for (List<Row> rows : orders) {
      for (int i = 0; i < rows.size(); i++) {
        boolean equal =
            (i > 0 && rows.get(i - 1).count() == rows.get(i).count())
                || (i + 1 < rows.size() && rows.get(i + 1).count() == rows.get(i).count());
        if (equal) {
          found.add(rows.get(i).ids());
        }
      }
    }
    return found;
  }

  /**
   * The table.
   *
   * @param firsts where each of {@link #equals} first appears
   */
  public List<List<Row>> rows(long[] firsts) {
    List<int[]> equals = equals();
    java.util.Map<int[], Long> positions = new java.util.IdentityHashMap<>();
    for (int i = 0; i < firsts.length; i++) {
      positions.put(equals.get(i), firsts[i]);
    }
    List<List<Row>> table = new ArrayList<>();
    for (List<Row> rows : orders) {
      List<Row> sorted = new ArrayList<>(rows);
      sorted.sort(
          Comparator.comparingLong(Row::count)
              .reversed()
              .thenComparingLong(row -> positions.getOrDefault(row.ids(), 0L)));
      table.add(List.copyOf(sorted.subList(0, Math.min(top, sorted.size()))));
    }
    return table;
  }
}
