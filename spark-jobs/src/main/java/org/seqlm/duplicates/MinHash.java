package org.seqlm.duplicates;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The signature of a set: of each of k functions the least value over the set's members. Two sets
 * have equal values at a place with a probability that is their Jaccard similarity (Broder,
 * Charikar, Frieze &amp; Mitzenmacher 1998, "Min-wise independent permutations", equation 1; the
 * functions are linear ones, section 3 there, of members that are well mixed hashes). One instance
 * a thread.
 */
public final class MinHash {
  private final long[] factors;
  private final long[] terms;
  private final int[] least;

  /**
   * @param size k, 1 or more
   * @param seed the same for sets that are compared
   */
  public MinHash(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    factors = new long[size];
    terms = new long[size];
    for (int i = 0; i < size; i++) {
      factors[i] = random.nextLong() | 1;
      terms[i] = random.nextLong();
    }
    least = new int[size];
    clear();
  }

  /** Begins a set. */
  public MinHash clear() {
    Arrays.fill(least, Integer.MAX_VALUE);
    return this;
  }

  /** Adds a member, a well mixed hash; once or more. */
  public void add(long member) {
    for (int i = 0; i < least.length; i++) {
      // The upper half of a x + b modulo 2^64, in the order of signed numbers.
      least[i] = Math.min(least[i], (int) ((factors[i] * member + terms[i]) >>> 32));
    }
  }

  /** The set's signature, (k); all the greatest int if it is empty. Not a copy. */
  public int[] signature() {
    return least;
  }

  /** The part of places that are equal: an estimate of the Jaccard similarity of the sets. */
  public static double similarity(int[] one, int[] other) {
    int equal = 0;
    for (int i = 0; i < one.length; i++) {
      equal += one[i] == other[i] ? 1 : 0;
    }
    return (double) equal / one.length;
  }
}
