package org.seqlm.ngram.compiled;

/**
 * Another number for each id, one to one, by which the words before a word are sorted: ids are
 * dense where words are frequent, but these numbers are spread evenly whatever the words, so that a
 * place among sorted ones can be told from the number. An id times an odd number, modulo a power of
 * two (Knuth, volume 3, section 6.4, Fibonacci hashing).
 */
final class WordKeys {
  private static final int FACTOR = 0x9E3779B1; // odd, near 2^32 over the golden ratio

  private final int bits;
  private final int mask;
  private final int inverse;

  /**
   * @param vocabularySize ids
   */
  WordKeys(int vocabularySize) {
    bits = Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(vocabularySize - 1));
    mask = (int) ((1L << bits) - 1);
    int found = FACTOR; // which is its own inverse modulo 8; each step doubles the bits
    for (int i = 0; i < 4; i++) {
      found *= 2 - FACTOR * found;
    }
    inverse = found;
  }

  /** Of a number. */
  int bits() {
    return bits;
  }

  /** An id's number, 0 to {@code 2^bits - 1}. */
  int key(int id) {
    return id * FACTOR & mask;
  }

  /** The id of a number. */
  int id(int key) {
    return key * inverse & mask;
  }
}
