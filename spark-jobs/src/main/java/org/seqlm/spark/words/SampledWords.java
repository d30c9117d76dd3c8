package org.seqlm.spark.words;

import org.seqlm.vocab.PackedTokens;

/**
 * What a part of the counted words tells the driver: how much it holds, and the beginnings of some
 * of its words, which are sorted.
 */
public final class SampledWords implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  private final long types;
  private final long lineEnds;
  private final long bytes;
  private final PackedTokens words;
  private final int[] places;
  private final long[] ends;

  /**
   * @param types different words before any limit
   * @param bytes that the words within the limits take in memory
   * @param words samples in their order, long ones cut // (samples)
   * @param places of the samples among the part's words // (samples)
   * @param ends bytes that the words to each sample take, its own among them // (samples)
   */
  SampledWords(
      long types, long lineEnds, long bytes, PackedTokens words, int[] places, long[] ends) {
    this.types = types;
    this.lineEnds = lineEnds;
    this.bytes = bytes;
    this.words = words;
    this.places = places;
    this.ends = ends;
  }

  long types() {
    return types;
  }

  long lineEnds() {
    return lineEnds;
  }

  long bytes() {
    return bytes;
  }

  PackedTokens words() {
    return words;
  }

  int[] places() {
    return places;
  }

  long[] ends() {
    return ends;
  }
}
