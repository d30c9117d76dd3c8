package org.seqlm.ngram.compiled;

/**
 * Looks up the n-grams that end in some consecutive words, order by order: of all words that still
 * match, then of those that match longer ones. So look-ups do not wait for one another, and a
 * processor fetches many from memory at a time.
 */
abstract class Matcher {
  /** Words that are looked up at a time. */
  static final int BLOCK = 256;

  final int order; // N

  /** Consecutive words, those of the context first // (N - 1 + BLOCK). */
  final int[] words;

  /** How many words n-grams may have that end in a word, by its place, 1 to N. */
  final int[] limits;

  /** How many words the longest entry has that ends in a word, by its place, 1 to N. */
  final int[] longest;

  /** log10 p of the longest n-gram that ends there, by place. */
  final float[] logProbabilities;

  /** How many words that n-gram has, by place; 0 where there is none. */
  final byte[] orders;

  /** log10 γ of the entry of n words that ends there, by n - 1 and place // (N - 1, place). */
  final float[][] backoffs;

  Matcher(int order) {
    this.order = order;
    int places = order - 1 + BLOCK;
    words = new int[places];
    limits = new int[places];
    longest = new int[places];
    logProbabilities = new float[places];
    orders = new byte[places];
    backoffs = new float[order - 1][places];
  }

  /** Looks up what ends at the places {@code [from, to)}, at most {@link #BLOCK} of them. */
  abstract void match(int from, int to);

  /** Keeps what is known of some places, at the beginning, as all there is. */
  final void shift(int from, int length) {
    System.arraycopy(words, from, words, 0, length);
    if (length > 0) {
      longest[length - 1] = longest[from + length - 1];
      for (float[] weights : backoffs) {
        weights[length - 1] = weights[from + length - 1];
      }
    }
  }

  /** Takes over what another knows of the places before one. */
  final void copy(Matcher other, int to) {
    System.arraycopy(other.words, 0, words, 0, to);
    System.arraycopy(other.longest, 0, longest, 0, to);
    for (int n = 0; n < backoffs.length; n++) {
      System.arraycopy(other.backoffs[n], 0, backoffs[n], 0, to);
    }
  }
}
