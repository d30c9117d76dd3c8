package org.seqlm.job.corpus.profile;

import static org.seqlm.report.page.Figures.percent;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Scripts that set no space between words: what stands between spaces is a phrase or a sentence.
 */
final class UnspacedScripts {
  private static final Set<String> NAMES =
      Set.of("Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar");

  /** Of characters that belong to one script. */
  private static final Set<String> SHARED = Set.of("Common", "Inherited", "Unknown");

  private UnspacedScripts() {}

  /**
   * What a reader of words that were cut at spaces and marks must know.
   *
   * @param characters by the name of their script
   * @return empty unless more than half of the characters of scripts are of such
   */
  static Optional<String> note(Map<String, Long> characters) {
    long all = 0;
    long unspaced = 0;
    for (Map.Entry<String, Long> script : characters.entrySet()) {
      all += SHARED.contains(script.getKey()) ? 0 : script.getValue();
      unspaced += NAMES.contains(script.getKey()) ? script.getValue() : 0;
    }
    if (2 * unspaced <= all) {
      return Optional.empty();
    }
    return Optional.of(
        percent((double) unspaced / all, 1)
            + " of the letters are of scripts without spaces between words, so that most \"words\""
            + " are phrases: give --tokenizer chain:FILE.yaml, in the file chain: [nfkc, words],"
            + " which cuts Chinese, Japanese, Thai, Lao, Khmer and Burmese by dictionaries.");
  }
}
