package org.seqlm.ngram.arpa;

import java.util.Arrays;
import org.seqlm.UserException;

/** The n-grams of one section of an ARPA file, as they stand in it. */
final class ArpaRows {
  final int[][] words; // ids; a place that is needed no more is null // (n, size)
  float[] probabilities; // log10 p // (size)
  float[] backoffs; // log10 γ; null in the highest order // (size)
  int size;

  private final long expected;
  private final ArpaLines lines;
  private final long firstLine;

  /**
   * @param n words of an n-gram
   * @param order N of the file; shorter n-grams may have back-offs
   * @param expected n-grams, by the header
   * @param lines at the section's head
   */
  ArpaRows(int n, int order, long expected, ArpaLines lines) {
    this.expected = expected;
    this.lines = lines;
    this.firstLine = lines.number() + 1;
    int capacity = (int) Math.max(16, Math.min(expected, 1 << 16));
    words = new int[n][capacity];
    probabilities = new float[capacity];
    backoffs = n < order ? new float[capacity] : null;
  }

  /** Words of each n-gram. */
  int order() {
    return words.length;
  }

  /** Makes room for one n-gram more. */
  void begin() {
    if (size < probabilities.length) {
      return;
    }
    int capacity = (int) Math.min(expected, size * 2L);
    for (int k = 0; k < words.length; k++) {
      words[k] = Arrays.copyOf(words[k], capacity);
    }
    probabilities = Arrays.copyOf(probabilities, capacity);
    if (backoffs != null) {
      backoffs = Arrays.copyOf(backoffs, capacity);
    }
  }

  /** One word of the n-gram that was begun, by its place from 0. */
  void word(int place, int id) {
    words[place][size] = id;
  }

  /** The rest of that n-gram; no back-off is kept in the highest order. */
  void end(float probability, float backoff) {
    probabilities[size] = probability;
    if (backoffs != null) {
      backoffs[size] = backoff;
    }
    size++;
  }

  /** An error that names the file and the line of an n-gram, by its place from 0. */
  UserException problem(int row, String what) {
    return lines.problem(firstLine + row, what);
  }
}
