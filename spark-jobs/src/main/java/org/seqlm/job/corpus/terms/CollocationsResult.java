package org.seqlm.job.corpus.terms;

import java.util.List;

/**
 * Result of {@code corpus collocations}.
 *
 * @param output the artifact
 * @param fingerprint of its manifest
 * @param source fingerprint of the counts or the text
 * @param windows N: n-grams of the order; around words, pairs of places within the span
 * @param candidates frequent enough, with words that may be
 * @param top by the measure; around words, of one after the other
 */
record CollocationsResult(
    String output,
    String fingerprint,
    String source,
    long windows,
    long candidates,
    List<Found> top) {
  /**
   * A collocation.
   *
   * @param words the n-gram's; or the node and what stands near it
   * @param count O
   * @param expected E
   * @param measure its value
   * @param left around words: how often before the node; else null
   * @param right likewise behind it
   * @param documents likewise those that have both near each other
   */
  record Found(
      List<String> words,
      long count,
      double expected,
      double measure,
      Long left,
      Long right,
      Long documents) {}
}
