package org.seqlm.gate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which slices documents fall into. Of each label but the length the values with fewer documents
 * than a slice is tested from, and those beyond the most frequent ones, are one slice. That follows
 * from numbers of documents alone, not from scores.
 */
final class SliceGroups {
  /** Many values together. */
  static final String OTHER = "(other)";

  private SliceGroups() {}

  /**
   * A slice.
   *
   * @param values that it is of
   * @param members in the order of all
   */
  record Group(Set<String> values, List<ScoredDocument> members) {}

  /**
   * The slices.
   *
   * @param documents fresh ones, in their order
   * @param least documents of a value that stands alone
   * @param most values of a label that do
   * @return by label, then by the slice's name
   */
  static Map<String, Map<String, Group>> of(List<ScoredDocument> documents, int least, int most) {
    Map<String, Map<String, Integer>> counts = new TreeMap<>();
    for (ScoredDocument document : documents) {
      document
          .slices()
          .forEach(
              (label, value) ->
                  counts
                      .computeIfAbsent(label, l -> new TreeMap<>())
                      .merge(value, 1, Integer::sum));
    }
    Map<String, Set<String>> alone = new TreeMap<>();
    counts.forEach((label, values) -> alone.put(label, alone(label, values, least, most)));
    Map<String, Map<String, Group>> groups = new TreeMap<>();
    for (ScoredDocument document : documents) {
      document
          .slices()
          .forEach(
              (label, value) -> {
                Group group =
                    groups
                        .computeIfAbsent(label, l -> new TreeMap<>())
                        .computeIfAbsent(
                            alone.get(label).contains(value) ? value : OTHER,
                            name -> new Group(new HashSet<>(), new ArrayList<>()));
                group.values().add(value);
                group.members().add(document);
              });
    }
    return groups;
  }

  /** The values that are a slice each. */
  private static Set<String> alone(String label, Map<String, Integer> values, int least, int most) {
    if (label.equals(SliceGuard.LENGTH)) {
      return values.keySet();
    }
    List<String> order = new ArrayList<>(values.keySet());
    order.sort(
        Comparator.<String>comparingInt(values::get)
            .reversed()
            .thenComparing(Comparator.naturalOrder()));
    int alone = 0;
    while (alone < Math.min(most, order.size()) && values.get(order.get(alone)) >= least) {
      alone++;
    }
    // One value is not put together with itself.
    return new HashSet<>(order.subList(0, alone == order.size() - 1 ? order.size() : alone));
  }
}
