package org.seqlm.dataset;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is known of one split of labelled examples.
 *
 * @param examples all of them
 * @param blocks examples of each stored block, in order
 * @param longest of each ragged column the most items that an example has
 * @param items of each ragged column, of all examples
 * @param unknown of each column with a vocabulary the tokens that it does not know
 * @param labels of each column with labels how often each stands, in the order of their ids
 */
public record ExampleStatistics(
    long examples,
    List<Integer> blocks,
    Map<String, Integer> longest,
    Map<String, Long> items,
    Map<String, Long> unknown,
    Map<String, List<Long>> labels) {

  /** A split without examples. */
  public static final ExampleStatistics NONE =
      new ExampleStatistics(0, List.of(), Map.of(), Map.of(), Map.of(), Map.of());

  public ExampleStatistics {
    blocks = List.copyOf(blocks);
    longest = Collections.unmodifiableMap(new TreeMap<>(longest));
    items = Collections.unmodifiableMap(new TreeMap<>(items));
    unknown = Collections.unmodifiableMap(new TreeMap<>(unknown));
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
  }
}
