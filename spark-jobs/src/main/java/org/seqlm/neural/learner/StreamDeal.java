package org.seqlm.neural.learner;

import org.seqlm.neural.KeyedRandom;

/**
 * Which of the streams that a text is cut into a worker reads: in every pass the same, or those
 * that a permutation of all of them deals to it, another one each pass. The permutation is computed
 * for one stream at a time and held nowhere: a Feistel network keyed by (seed, pass) (Luby and
 * Rackoff 1988) over the next power of four, applied until it falls on a stream (Black and Rogaway
 * 2002, Ciphers with Arbitrary Finite Domains, section 4).
 *
 * @param order of the streams
 * @param first the worker's first place among them
 * @param streams how many there are
 * @param seed of the run
 */
record StreamDeal(Reading.Streams order, long first, long streams, long seed) {
  private static final int ROUNDS = 8;

  /** A worker's own, always the same. */
  static StreamDeal own(int batch) {
    return new StreamDeal(Reading.Streams.CONTIGUOUS, 0, batch, 0);
  }

  /** The stream that is the worker's b-th in a pass. */
  long stream(long pass, int b) {
    return order == Reading.Streams.CONTIGUOUS ? first + b : permuted(pass, first + b);
  }

  private long permuted(long pass, long place) {
    KeyedRandom random = KeyedRandom.of(seed, "streams", pass);
    int half = (65 - Long.numberOfLeadingZeros(streams - 1)) / 2;
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
    } while (at >= streams);
    return at;
  }
}
