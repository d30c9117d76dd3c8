package org.seqlm.doctor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Processes in words: as few as name them. */
final class Places {
  /** Hosts that are named; of more the number is told. */
  private static final int MOST = 3;

  private Places() {}

  /**
   * Some of all processes, for instance {@code driver, 2 executors}, where that is all of them, or
   * {@code executors 1, 4 on b}.
   */
  static String of(Collection<ProcessFacts> some, Collection<ProcessFacts> all) {
    List<String> parts = new ArrayList<>();
    if (some.stream().anyMatch(ProcessFacts::ofDriver)) {
      parts.add(ProcessFacts.DRIVER);
    }
    List<ProcessFacts> executors = some.stream().filter(one -> !one.ofDriver()).toList();
    long there = all.stream().filter(one -> !one.ofDriver()).count();
    if (executors.size() > 1 && executors.size() == there) {
      parts.add(there + " executors");
    } else if (!executors.isEmpty()) {
      parts.addAll(named(executors));
    }
    return String.join(", ", parts);
  }

  private static List<String> named(List<ProcessFacts> executors) {
    Map<String, List<String>> byHost = new LinkedHashMap<>();
    executors.forEach(
        one -> byHost.computeIfAbsent(one.host(), host -> new ArrayList<>()).add(one.id()));
    List<String> named = new ArrayList<>();
    for (Map.Entry<String, List<String>> host : byHost.entrySet()) {
      if (named.size() == MOST) {
        named.add("those of " + (byHost.size() - MOST) + " more hosts");
        break;
      }
      List<String> ids = host.getValue();
      String shown =
          ids.size() <= MOST
              ? String.join(", ", ids)
              : String.join(", ", ids.subList(0, MOST)) + " and " + (ids.size() - MOST) + " more";
      named.add((ids.size() == 1 ? "executor " : "executors ") + shown + " on " + host.getKey());
    }
    return named;
  }
}
