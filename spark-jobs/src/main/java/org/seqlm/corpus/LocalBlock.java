package org.seqlm.corpus;

/**
 * Consecutive tokens of a range under ids that hold in one chunk of the range only. Ids below the
 * reserved count are the vocabulary's; the others are places in the chunk's {@link
 * LocalDictionary}.
 *
 * @param chunk which of the range's dictionaries the ids belong to
 * @param offset position of the first token in the range
 * @param lineStart whether the first token begins a line
 * @param ids of up to {@link #MAX_TOKENS} tokens
 * @param documentStarts places in the block at which documents begin, rising
 * @param oddAt words: positions whose token has another number of separating code points before it
 *     than one (none at a line's start); characters: last positions of lines that no line feed ends
 * @param oddBy how many code points more (or fewer) each of {@code oddAt} has; empty for characters
 */
public record LocalBlock(
    int chunk,
    long offset,
    boolean lineStart,
    PackedIds ids,
    int[] documentStarts,
    int[] oddAt,
    int[] oddBy)
    implements RangePart {
  private static final long serialVersionUID = 1L;

  /** The most tokens of a block. */
  static final int MAX_TOKENS = 1 << 20;

  /** The number of tokens. */
  public int size() {
    return ids.size();
  }

  /** The tokens' ids, in an array of their own. */
  public int[] tokens() {
    return ids.unpack();
  }
}
