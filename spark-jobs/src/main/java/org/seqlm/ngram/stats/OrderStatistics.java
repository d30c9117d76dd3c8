package org.seqlm.ngram.stats;

import java.util.List;

/**
 * What is known of the n-grams of one order, those with {@code <s>} or {@code </s>} left out.
 *
 * @param order n
 * @param total n-grams in the text, each appearance counted
 * @param types different n-grams
 * @param countsOfCounts how many types appear once, twice, and so on // (count - 1)
 * @param typesAbove how many types appear more often than that
 * @param top the most frequent ones
 */
public record OrderStatistics(
    int order,
    long total,
    long types,
    List<Long> countsOfCounts,
    long typesAbove,
    List<TopNgram> top) {
  public OrderStatistics {
    countsOfCounts = List.copyOf(countsOfCounts);
    top = List.copyOf(top);
  }
}
