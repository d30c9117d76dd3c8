package org.seqlm.terms;

import java.util.List;

/**
 * Words that appear together, and how strongly they belong together.
 *
 * @param words of an n-gram in their order; or a node, then what stands near it
 * @param association their counts
 */
public record Collocation(List<String> words, Association association) {
  public Collocation {
    words = List.copyOf(words);
  }

  /** The words with spaces between them. */
  public String phrase() {
    return String.join(" ", words);
  }
}
