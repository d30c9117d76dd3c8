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
  private final long[] least; // count of the table, or a bit less // (order)
  private final boolean[] incomplete; // (order)

  /**
   * A row of the table.
   *
   * @param ids of the n-gram
   * @param count how often it appears
   */
  public record Row(int[] ids, long count) implements Serializable {}

  private TopCandidates(int top, List<List<Row>> orders, long[] least, boolean[] incomplete) {
    this.top = top;
    this.orders = orders;
    this.least = least;
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
    long[] least = new long[order];
    boolean[] incomplete = new boolean[order];
    for (int n = 1; n <= order; n++) {
      int length = n;
      if (top > SliceStatistics.MOST_CANDIDATES) {
        orders.add(List.of());
        least[n - 1] = SliceStatistics.least(slices, n, top);
        incomplete[n - 1] = slices.stream().anyMatch(slice -> slice.types(length) > 0);
        continue;
      }
      List<Row> rows = new ArrayList<>();
      for (SliceStatistics slice : slices) {
        slice.candidates(n).forEach(one -> rows.add(new Row(one.ids(), one.count())));
      }
      rows.sort(BEST_FIRST);
      long last = rows.size() < top || top == 0 ? 0 : rows.get(top - 1).count();
      rows.removeIf(row -> row.count() < last);
      for (SliceStatistics slice : slices) {
        List<SliceStatistics.Candidate> found = slice.candidates(n);
        // A slice that gave all the rows it may give can have more of the last one's count.
        incomplete[n - 1] |= top > 0 && found.size() > top && found.get(top).count() == last;
      }
      orders.add(rows);
      least[n - 1] = last;
    }
    return new TopCandidates(top, orders, least, incomplete);
  }

  /** Rows an order. */
  public int top() {
    return top;
  }

  /** Orders of which slices have candidates that they did not send. */
  public List<Integer> incomplete() {
    List<Integer> found = new ArrayList<>();
    for (int n = 1; n <= incomplete.length; n++) {
      if (incomplete[n - 1]) {
        found.add(n);
      }
    }
    return found;
  }

  /** The least count of an order's table, or a bit less. */
  public long least(int n) {
    return least[n - 1];
  }

  /** Gives the {@link FrequentRows} of an order that appear at least {@link #least} times. */
  public void complete(int n, List<Row> rows) {
    List<Row> all = new ArrayList<>(rows);
    all.sort(BEST_FIRST);
    if (all.size() > top) {
      long last = all.get(top - 1).count();
      int above = 0;
      while (all.get(above).count() > last) {
        above++;
      }
      int most = above + Math.max(FrequentRows.MOST_EQUAL, top - above);
      all = all.subList(0, Math.min(all.size(), most));
      all.removeIf(row -> row.count() < last);
    }
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
