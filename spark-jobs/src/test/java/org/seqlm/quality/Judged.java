package org.seqlm.quality;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Asks one filter about one text. */
record Judged(FilterChain chain, FilterChain.Verdict verdict) {
  static Judged of(String text, Object... filters) {
    FilterChain chain = FilterChain.of(FilterSpec.parse(List.of(filters)));
    return new Judged(chain, chain.judge(new Document(text.getBytes(StandardCharsets.UTF_8))));
  }

  static Map<String, Object> filter(String name, Map<String, Object> given) {
    return Map.of(name, given);
  }

  double value(String rule) {
    return verdict.values()[place(rule)];
  }

  boolean fails(String rule) {
    return chain.rules().get(place(rule)).removes(value(rule));
  }

  private int place(String rule) {
    List<String> names = chain.rules().stream().map(Rule::name).toList();
    if (!names.contains(rule)) {
      throw new AssertionError(rule + " is none of " + names);
    }
    return names.indexOf(rule);
  }

  String removedBy() {
    return verdict.keeps() ? null : chain.rules().get(verdict.removedBy()).name();
  }

  String text() {
    Document text = verdict.text();
    return new String(text.utf8(), text.from(), text.bytes(), StandardCharsets.UTF_8);
  }

  Map<String, Long> dropped() {
    Map<String, Long> dropped = new java.util.TreeMap<>();
    for (int i = 0; i < verdict.dropped().length; i++) {
      if (verdict.dropped()[i] > 0) {
        dropped.put(chain.lineReasons().get(i), verdict.dropped()[i]);
      }
    }
    return dropped;
  }
}
