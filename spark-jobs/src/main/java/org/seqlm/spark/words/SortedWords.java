package org.seqlm.spark.words;

import org.seqlm.vocab.PackedTokens;

/**
 * Consecutive ones of a part's words, which are counted and sorted, on their way to the share of
 * all words that they lie in.
 */
public final class SortedWords implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  private final int part;
  private final int chunk;
  private final PackedTokens tokens;

  /**
   * @param part of the words, by hash
   * @param chunk of the part's words, from 0
   */
  SortedWords(int part, int chunk, PackedTokens tokens) {
    this.part = part;
    this.chunk = chunk;
    this.tokens = tokens;
  }

  int part() {
    return part;
  }

  int chunk() {
    return chunk;
  }

  PackedTokens tokens() {
    return tokens;
  }
}
