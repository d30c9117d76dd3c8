package org.seqlm.ngram.files;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Which texts counts are of, and which of them were added though they were there.
 *
 * @param all each once, in the order in which they came
 * @param twice those that were added to counts that had them, each once
 */
public record CountedTexts(List<CountedText> all, List<CountedText> twice) {
  /**
   * What tells a text from another: two that nobody knows more of are told apart by their names.
   */
  private record Key(String fingerprint, String split, String source) {
    static Key of(CountedText text) {
      return new Key(
          text.fingerprint(), text.split(), text.fingerprint() == null ? text.source() : null);
    }
  }

  public CountedTexts {
    all = List.copyOf(all);
    twice = List.copyOf(twice);
  }

  /** Texts, of which nothing is to be said. */
  public static CountedTexts of(List<CountedText> texts) {
    return new CountedTexts(texts, List.of());
  }

  /** The same and others, which are told if they were there: a corpus and its train split, too. */
  public CountedTexts plus(List<CountedText> others) {
    List<CountedText> told = new ArrayList<>(twice);
    for (CountedText other : others) {
      boolean there = other.times() > 0 && all.stream().anyMatch(text -> overlap(text, other));
      if (there && told.stream().noneMatch(text -> Key.of(text).equals(Key.of(other)))) {
        told.add(other);
      }
    }
    return new CountedTexts(sum(others, 1), told);
  }

  /** A sentence for each text that was there when it was added. */
  public List<String> notes() {
    return twice.stream()
        .map(
            text ->
                String.format(
                    Locale.ROOT,
                    "%s%s (corpus %s, %,d tokens) is in the counts that it is added to already, and"
                        + " counts once more now: if that is not meant, leave it out, or take it"
                        + " away with seqlm counts subtract",
                    text.split() == null ? "" : "the " + text.split() + " split of ",
                    text.source(),
                    text.fingerprint(),
                    text.tokens()))
        .toList();
  }

  /** The same without others; what these do not name, but hold, is told by a number below 0. */
  public CountedTexts minus(List<CountedText> others) {
    return new CountedTexts(sum(others, -1), twice);
  }

  private static boolean overlap(CountedText text, CountedText other) {
    return text.times() > 0
        && text.fingerprint() != null
        && text.fingerprint().equals(other.fingerprint())
        && (text.split() == null
            || other.split() == null
            || Objects.equals(text.split(), other.split()));
  }

  private List<CountedText> sum(List<CountedText> others, long sign) {
    Map<Key, CountedText> sums = new LinkedHashMap<>();
    all.forEach(text -> sums.put(Key.of(text), text));
    for (CountedText other : others) {
      sums.merge(
          Key.of(other),
          other.times(sign * other.times()),
          (text, more) -> text.times(text.times() + more.times()));
    }
    return sums.values().stream().filter(text -> text.times() != 0).toList();
  }
}
