package org.seqlm.vocab;

/**
 * Consecutive tokens of a stream. It crosses the wire as primitive arrays.
 *
 * <p>Blocks of one stream, in the order of {@link #offset}, give every token once. A block names
 * the tokens that stand before it as far as an n-gram that ends in it can reach.
 */
public final class TokenBlock implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  private final long offset;
  private final int[] before;
  private final int[] tokens;
  private final int[] documentStarts;

  /**
   * @param offset position of the first token in the stream
   * @param before ids of up to as many tokens as were asked for that precede the block, the nearest
   *     last; shorter only at the start of the stream
   * @param tokens ids
   * @param documentStarts positions in {@code before ++ tokens} at which a document begins, rising
   */
  public TokenBlock(long offset, int[] before, int[] tokens, int[] documentStarts) {
    this.offset = offset;
    this.before = before;
    this.tokens = tokens;
    this.documentStarts = documentStarts;
  }

  public long offset() {
    return offset;
  }

  public int[] before() {
    return before;
  }

  public int[] tokens() {
    return tokens;
  }

  public int[] documentStarts() {
    return documentStarts;
  }
}
