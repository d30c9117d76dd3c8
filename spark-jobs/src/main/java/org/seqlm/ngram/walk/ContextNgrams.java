package org.seqlm.ngram.walk;

/**
 * N-grams of one context, a follower each, as sinks see them. One object shows all contexts of a
 * walk: it and its arrays are used again for the next.
 */
public final class ContextNgrams {
  private int[] reversed;
  private int length;
  private int size;
  private int[] words;
  private long[] counts;
  private float[] logProbabilities;
  private float[] logBackoffs;

  /** Shows a context. */
  public ContextNgrams show(
      int[] reversed,
      int length,
      int size,
      int[] words,
      long[] counts,
      float[] logProbabilities,
      float[] logBackoffs) {
    this.reversed = reversed;
    this.length = length;
    this.size = size;
    this.words = words;
    this.counts = counts;
    this.logProbabilities = logProbabilities;
    this.logBackoffs = logBackoffs;
    return this;
  }

  /** Ids of the context, the nearest first, from place 1 on. */
  public int[] reversed() {
    return reversed;
  }

  /** Of the context, 0 to N-1. */
  public int length() {
    return length;
  }

  /** How many followers there are. */
  public int size() {
    return size;
  }

  /** The followers' ids, rising. // (size) */
  public int[] words() {
    return words;
  }

  /** How often each n-gram appears; null where only a model is read. // (size) */
  public long[] counts() {
    return counts;
  }

  /**
   * Decimal logarithms, NaN for what the model left out and for {@code <s>}; null where only counts
   * are read. // (size)
   */
  public float[] logProbabilities() {
    return logProbabilities;
  }

  /**
   * Decimal logarithms of the weights of the n-grams as contexts, 0 for those that are none, NaN
   * for what the model left out and for its highest order; null where only counts are read. //
   * (size)
   */
  public float[] logBackoffs() {
    return logBackoffs;
  }
}
