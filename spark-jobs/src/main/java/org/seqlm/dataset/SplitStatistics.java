package org.seqlm.dataset;

import java.util.List;

/**
 * What is known of one split.
 *
 * @param tokens all tokens, unknown ones and line ends included
 * @param unknown tokens outside the vocabulary, stored as {@code <unk>}
 * @param unknownBytes UTF-8 bytes of those tokens
 * @param characters code points of the normalised text, separators and line feeds included
 * @param lines records that ended in the split
 * @param documents documents that began in the split
 * @param segments tokens of each stored segment, in order
 */
public record SplitStatistics(
    long tokens,
    long unknown,
    long unknownBytes,
    long characters,
    long lines,
    long documents,
    List<Integer> segments) {

  public SplitStatistics {
    segments = List.copyOf(segments);
  }

  /** The share of tokens outside the vocabulary, 0 to 1. */
  public double unknownRate() {
    return tokens == 0 ? 0 : (double) unknown / tokens;
  }
}
