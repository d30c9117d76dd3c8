package org.seqlm.neural.learner;

import org.seqlm.neural.KeyedRandom;

/**
 * Which of the streams that a text is cut into a worker reads: in every pass the same, or those
 * that a {@link KeyedPermutation} of all of them deals to it, another one each pass.
 *
 * @param order of the streams
 * @param first the worker's first place among them
 * @param streams how many there are
 * @param seed of the run
 */
record StreamDeal(Reading.Streams order, long first, long streams, long seed) {
  /** A worker's own, always the same. */
  static StreamDeal own(int batch) {
    return new StreamDeal(Reading.Streams.CONTIGUOUS, 0, batch, 0);
  }

  /** The stream that is the worker's b-th in a pass. */
  long stream(long pass, int b) {
    return order == Reading.Streams.CONTIGUOUS ? first + b : permuted(pass, first + b);
  }

  private long permuted(long pass, long place) {
    return KeyedPermutation.at(KeyedRandom.of(seed, "streams", pass), place, streams);
  }
}
