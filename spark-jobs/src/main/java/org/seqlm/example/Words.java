package org.seqlm.example;

import java.util.Arrays;
import java.util.List;

/**
 * Words with whole weights that add up to {@link #SCALE}, so that lists and single words can share
 * a state in exact proportions.
 */
public final class Words {
  /** The sum of the weights of every list. */
  public static final long SCALE = 10_000;

  private final List<String> words;
  private final long[] weights;

  private Words(List<String> words, long[] weights) {
    this.words = words;
    this.weights = weights;
  }

  /**
   * Weights in proportion to {@code 1 / (rank + 1)}, rank from 1 (Zipf's law as Mandelbrot shifted
   * it), rounded so that the sum is exact (largest remainders).
   */
  public static Words zipf(String... words) {
    int n = words.length;
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += 1.0 / (i + 2);
    }
    long[] weights = new long[n];
    double[] remainders = new double[n];
    for (int i = 0; i < n; i++) {
      double exact = SCALE / (i + 2.0) / sum;
      weights[i] = (long) exact;
      remainders[i] = exact - weights[i];
    }
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Double.compare(remainders[b], remainders[a]));
    for (int i = 0; Arrays.stream(weights).sum() < SCALE; i++) {
      weights[order[i]]++;
    }
    return new Words(List.of(words), weights);
  }

  /** The same weights for other words, for instance the plurals. */
  Words as(String... others) {
    if (others.length != size()) {
      throw new IllegalArgumentException(others.length + " words for " + size() + " weights");
    }
    return new Words(List.of(others), weights);
  }

  int size() {
    return words.size();
  }

  String word(int i) {
    return words.get(i);
  }

  long weight(int i) {
    return weights[i];
  }

  boolean contains(String word) {
    return words.contains(word);
  }
}
