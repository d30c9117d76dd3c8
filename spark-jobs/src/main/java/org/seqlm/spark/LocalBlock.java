package org.seqlm.spark;

import java.io.Serializable;

/**
 * A run of a range's tokens under ids that hold in one chunk of the range only. Ids below the
 * reserved count are the vocabulary's; the others are places in the chunk's {@link
 * LocalDictionary}.
 */
final class LocalBlock implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The most tokens of a block. */
  static final int MAX_TOKENS = 1 << 20;

  /** Which of the range's dictionaries the ids belong to. */
  final int chunk;

  /** Position of the first token in the range. */
  final long offset;

  /** Whether the first token begins a line. */
  final boolean lineStart;

  final int[] tokens;

  /** Positions in {@link #tokens} at which documents begin, rising. */
  final int[] documentStarts;

  /**
   * Words: positions whose token has another number of separating code points before it than one
   * (none at a line's start). Characters: last positions of lines that no line feed ends.
   */
  final int[] oddAt;

  /** How many code points more (or fewer) each of {@link #oddAt} has; empty for characters. */
  final int[] oddBy;

  LocalBlock(
      int chunk,
      long offset,
      boolean lineStart,
      int[] tokens,
      int[] documentStarts,
      int[] oddAt,
      int[] oddBy) {
    this.chunk = chunk;
    this.offset = offset;
    this.lineStart = lineStart;
    this.tokens = tokens;
    this.documentStarts = documentStarts;
    this.oddAt = oddAt;
    this.oddBy = oddBy;
  }
}
