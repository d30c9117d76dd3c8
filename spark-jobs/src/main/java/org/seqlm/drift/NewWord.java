package org.seqlm.drift;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A word of the new text that the old vocabulary does not know.
 *
 * @param word as the text spells it, normalised
 * @param count in the sampled documents
 * @param documents of them that have it
 */
public record NewWord(String word, long count, int documents) {
  /**
   * The unknown words that stand in most of some documents, then the most frequent ones.
   *
   * @param most that are listed
   */
  public static List<NewWord> of(List<DocumentWords> documents, int most) {
    Map<String, long[]> counts = new HashMap<>(); // occurrences, documents
    for (DocumentWords document : documents) {
      for (int i = 0; i < document.unknown.length; i++) {
        long[] count = counts.computeIfAbsent(document.unknown[i], word -> new long[2]);
        count[0] += document.unknownCounts[i];
        count[1]++;
      }
    }
    List<NewWord> words = new ArrayList<>();
    counts.forEach((word, count) -> words.add(new NewWord(word, count[0], (int) count[1])));
    words.sort(
        Comparator.comparingInt((NewWord word) -> -word.documents())
            .thenComparing(word -> -word.count())
            .thenComparing(NewWord::word));
    return List.copyOf(words.subList(0, Math.min(most, words.size())));
  }
}
