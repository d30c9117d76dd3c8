package org.seqlm.spark.words;

import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.Union;
import org.seqlm.text.Hash128;
import org.seqlm.vocab.PackedTokens;

/**
 * How much memory the different words of a text take, estimated in a few kilobytes: a HyperLogLog
 * sketch (Flajolet, Fusy, Gandouet and Meunier 2007) of units of memory, of which each word brings
 * as many as it takes. A word that is added again brings the same ones, so a sketch depends on the
 * words alone, not on how often, where or in which order they were added. Not thread-safe.
 */
final class DictionarySketch {
  private static final int LOG_REGISTERS = 12;

  /** The relative standard error: 1.04 over the root of the number of registers, theorem 1. */
  static final double ERROR = 1.04 / Math.sqrt(1 << LOG_REGISTERS);

  /** Bytes of a unit: three units are the most words, and each takes time. */
  private static final int UNIT = 16;

  /** Parts the hashes of a word's units: the golden ratio of 2^64. */
  private static final long STEP = 0x9e3779b97f4a7c15L;

  private final Union union;

  DictionarySketch() {
    union = new Union(LOG_REGISTERS);
  }

  private DictionarySketch(byte[] packed) {
    union = Union.heapify(packed);
  }

  /** The sketch that {@link #packed} packed. */
  static DictionarySketch of(byte[] packed) {
    return new DictionarySketch(packed);
  }

  /** Adds words; their counts do not matter. */
  void add(PackedTokens words) {
    for (int i = 0; i < words.size(); i++) {
      long hash = Hash128.of(words.arena(), words.start(i), words.end(i));
      // What is left of a unit is one for as many of the words as its part of the unit says.
      int left = (int) (hash >>> 32) & (UNIT - 1);
      int units = (DictionaryLimit.WORD_BYTES + words.length(i) + left) / UNIT;
      for (int unit = 0; unit < units; unit++) {
        union.update(hash + unit * STEP);
      }
    }
  }

  /** Adds the words of another sketch. */
  void add(DictionarySketch other) {
    union.update(HllSketch.heapify(other.packed()));
  }

  byte[] packed() {
    return union.toCompactByteArray();
  }

  /**
   * The estimate of UTF-8 and {@link DictionaryLimit#WORD_BYTES} of each different word, in bytes.
   */
  long bytes() {
    // Not the estimate that depends on the order in which a sketch was filled.
    return UNIT * Math.round(union.getCompositeEstimate());
  }

  /** What {@link #bytes} would have to be wrong by three standard errors for there to be more. */
  long mostBytes() {
    return (long) Math.ceil(bytes() * (1 + 3 * ERROR));
  }
}
