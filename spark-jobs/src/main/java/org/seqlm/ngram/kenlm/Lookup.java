package org.seqlm.ngram.kenlm;

/** What a search finds of a word after a context; made once a reading, filled by each search. */
final class Lookup {
  private static final int NO_EXTENSION = Float.floatToRawIntBits(-0f);

  /** log10 p of the longest n-gram that was found. */
  float probability;

  /** How many words it has, 1 to N. */
  int order;

  /** log10 γ of the last 1, 2, ... words, the new one among them; of those found // (N - 1). */
  final float[] backoffs;

  /** How many of the last words, the new one among them, can decide on what follows, 0 to N - 1. */
  int next;

  /** Of a trie: where the longer n-grams of the last one found begin and end. */
  long begin;

  long end;

  Lookup(int order) {
    backoffs = new float[order - 1];
  }

  /**
   * Takes an n-gram below the highest order.
   *
   * @param backoff -0 where no longer n-gram begins with these words, so that nothing is lost if
   *     they are forgotten ({@code lm/blank.hh})
   */
  void found(int words, float logProbability, float backoff) {
    probability = logProbability;
    order = words;
    backoffs[words - 1] = backoff;
    if (Float.floatToRawIntBits(backoff) != NO_EXTENSION) {
      next = words;
    }
  }

  /** Takes an n-gram of the highest order. */
  void longest(int words, float logProbability) {
    probability = logProbability;
    order = words;
  }
}
