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
 * @param notes a sentence for each text that now counts twice
 */
public record CountedTexts(List<CountedText> all, List<String> notes) {
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
    notes = List.copyOf(notes);
  }

  /** Texts, of which nothing is to be said. */
  public static CountedTexts of(List<CountedText> texts) {
    return new CountedTexts(texts, List.of());
  }

  /**
   * The same and others. Whoever counts a text twice is told: of a corpus and its train split, too.
   *
   * @param name of these counts, as a message shows it
   */
  public CountedTexts plus(List<CountedText> others, String name) {
    List<String> told = new ArrayList<>(notes);
    for (CountedText other : others) {
      if (other.times() > 0 && all.stream().anyMatch(text -> overlap(text, other))) {
        told.add(
            String.format(
                Locale.ROOT,
                "%s%s (corpus %s, %,d tokens) is in %s already, and counts twice now: if that is"
                    + " not meant, leave it out, or take it away with seqlm counts subtract",
                other.split() == null ? "" : "the " + other.split() + " split of ",
                other.source(),
                other.fingerprint(),
                other.tokens(),
                name));
      }
    }
    return new CountedTexts(sum(others, 1), told);
  }

  /** The same without others; what these do not name, but hold, is told by a number below 0. */
  public CountedTexts minus(List<CountedText> others) {
    return new CountedTexts(sum(others, -1), notes);
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
