package org.seqlm.ngram.compiled;

/**
 * Hashes of n-grams, word first, then the context outwards: that of a longer n-gram goes on from
 * the shorter one's. 64 bits stand for the n-gram, whose words are not kept, as in KenLM's probing
 * model (Heafield 2011, section 3.1): of a model of 10^9 n-grams of an order, a look-up of one that
 * it lacks finds another with a probability of 5·10^-11.
 */
final class NgramHash {
  /** What no n-gram has: it fills free slots, and is more than any. */
  static final long NONE = Long.MAX_VALUE;

  // Odd, of random digits: those of Murmur's finaliser.
  private static final long WORD = 0xff51afd7ed558ccdL;
  private static final long MIX = 0xc4ceb9fe1a85ec53L;

  private NgramHash() {}

  /** Of one word. */
  static long of(long seed, int word) {
    return longer(seed, word);
  }

  /** Of an n-gram with one word more before it. */
  static long longer(long hash, int word) {
    long h = (hash ^ (word + 1) * WORD) * MIX;
    h ^= h >>> 32;
    return h == NONE ? NONE - 1 : h;
  }

  /** The slot, of some, from which on a hash is looked for; it rises with the hash. */
  static long home(long hash, long slots) {
    long unsigned = hash ^ Long.MIN_VALUE;
    return Math.multiplyHigh(unsigned, slots) + (unsigned >> 63 & slots);
  }
}
