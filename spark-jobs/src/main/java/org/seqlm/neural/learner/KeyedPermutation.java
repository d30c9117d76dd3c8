package org.seqlm.neural.learner;

import org.seqlm.neural.KeyedRandom;

/**
 * A permutation that is computed for one place at a time and held nowhere: a Feistel network keyed
 * by random numbers (Luby and Rackoff 1988) over the next power of four, applied until it falls
 * into the range (Black and Rogaway 2002, Ciphers with Arbitrary Finite Domains, section 4).
 */
public final class KeyedPermutation {
  private static final int ROUNDS = 8;

  private KeyedPermutation() {}

  /**
   * Where a place goes.
   *
   * @param random the key
   * @param place 0 to {@code size - 1}
   * @param size of the range, at least 1
   */
  public static long at(KeyedRandom random, long place, long size) {
    int half = (65 - Long.numberOfLeadingZeros(size - 1)) / 2;
    long mask = (1L << half) - 1;
    long at = place;
    do {
      long left = at >>> half;
      long right = at & mask;
      for (long round = 0; round < ROUNDS; round++) {
        long mixed = left ^ (random.bits(round << 32 | right) & mask);
        left = right;
        right = mixed;
      }
      at = left << half | right;
    } while (at >= size);
    return at;
  }
}
