package org.seqlm.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which labels a model takes for which. Of at most {@value #MOST_LABELS} labels all counts are
 * there; of more the pairs that it confuses most often.
 *
 * @param labels in the order of their ids; null of more
 * @param counts of each label a row, how often each was predicted where it is // (label,
 *     predicted); null of more
 * @param pairs of more labels at most {@value #MOST_PAIRS}, by falling count, then by ids; null of
 *     fewer
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Confusion(List<String> labels, List<List<Long>> counts, List<Pair> pairs) {
  /** Labels whose counts are all told. */
  public static final int MOST_LABELS = 30;

  /** Pairs that are told of more. */
  public static final int MOST_PAIRS = 20;

  /**
   * Two labels of which one was predicted in place of the other.
   *
   * @param label that is right
   * @param predicted in its place
   * @param count how often
   */
  public record Pair(String label, String predicted, long count) {}

  /**
   * Of counts.
   *
   * @param names of the labels, C of them
   * @param counts C rows of C, by the label that is right, then by the predicted one
   */
  public static Confusion of(List<String> names, long[] counts) {
    int size = names.size();
    if (size <= MOST_LABELS) {
      List<List<Long>> rows = new ArrayList<>();
      for (int label = 0; label < size; label++) {
        List<Long> row = new ArrayList<>();
        for (int predicted = 0; predicted < size; predicted++) {
          row.add(counts[label * size + predicted]);
        }
        rows.add(row);
      }
      return new Confusion(List.copyOf(names), rows, null);
    }
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0 && i / size != i % size) {
        pairs.add(new Pair(names.get(i / size), names.get(i % size), counts[i]));
      }
    }
    pairs.sort(Comparator.comparingLong(Pair::count).reversed()); // stable: equal ones by ids
    return new Confusion(
        null, null, List.copyOf(pairs.subList(0, Math.min(MOST_PAIRS, pairs.size()))));
  }
}
