package org.seqlm.verbatim;

import java.util.ArrayList;
import java.util.List;

/**
 * What of a sample stands in a text, but rarely: the longest stretches of it of which each span
 * stands there, with at least one that is rare.
 *
 * @param tokens of the sample
 * @param rules by which it was checked
 * @param rare by their places; empty if the sample may be published
 */
public record RareSpans(int tokens, SpanRules rules, List<Stretch> rare) {
  /**
   * Consecutive tokens of a sample.
   *
   * @param start the first's place in the sample, from 0
   * @param length tokens
   * @param occurrences of its rarest span, so that the whole stretch stands in the text at most as
   *     often
   * @param documents that hold that span
   */
  public record Stretch(int start, int length, long occurrences, long documents) {}

  public RareSpans {
    rare = List.copyOf(rare);
  }

  /**
   * Finds them.
   *
   * @param occurrences of the span that begins at each place of the sample
   * @param documents that hold it
   */
  public static RareSpans of(int tokens, SpanRules rules, long[] occurrences, long[] documents) {
    List<Stretch> rare = new ArrayList<>();
    for (int from = 0; from < occurrences.length; from++) {
      int rarest = from;
      int to = from;
      for (; to < occurrences.length && occurrences[to] > 0; to++) {
        rarest = occurrences[to] < occurrences[rarest] ? to : rarest;
      }
      if (to > from && occurrences[rarest] < rules.minCount()) {
        rare.add(
            new Stretch(
                from, to - from + rules.length() - 1, occurrences[rarest], documents[rarest]));
      }
      from = to;
    }
    return new RareSpans(tokens, rules, rare);
  }

  /** Whether nothing of the sample is rare. */
  public boolean publishable() {
    return rare.isEmpty();
  }

  /** What stands in the place of a sample that is not published; none of its text. */
  public String withheld() {
    Stretch longest = rare.get(0);
    for (Stretch stretch : rare) {
      longest = stretch.length() > longest.length() ? stretch : longest;
    }
    return "[withheld: "
        + longest.length()
        + " consecutive tokens of it stand in the training text, of which a span of "
        + rules.length()
        + " only "
        + (longest.occurrences() == 1 ? "once" : longest.occurrences() + " times")
        + "; what is less frequent than "
        + rules.minCount()
        + " times is not published]";
  }
}
