package org.seqlm.ngram.model;

import java.io.IOException;

/** Takes a back-off model, context by context, in the order that its form says. */
@FunctionalInterface
public interface ModelSink {
  /**
   * Takes one context, each after those that are its beginning (nearest word first).
   *
   * @param order n of its n-grams, 1 for the empty context
   * @param reversedContext its n-1 words, the nearest first; valid during the call
   * @param size followers
   * @param words rising ids; valid during the call // (size)
   * @param logProbabilities log10 p(word | context) // (size)
   * @param logBackoff log10 γ; not used for the empty context
   */
  void context(
      int order,
      int[] reversedContext,
      int size,
      int[] words,
      float[] logProbabilities,
      float logBackoff)
      throws IOException;
}
