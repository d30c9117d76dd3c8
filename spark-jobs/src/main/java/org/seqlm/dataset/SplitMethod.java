package org.seqlm.dataset;

/** How a corpus is cut into splits. */
public enum SplitMethod {
  /** Three consecutive parts of the stream, cut at the floor of each fraction of its tokens. */
  CONTIGUOUS,
  /**
   * Each document as a whole, by a hash: of its text (of its relative path where documents are
   * files) and the seed. A document keeps its split when others come or go, and copies of a text
   * never stand on both sides.
   */
  HASHED,
  /**
   * Each document as a whole, of any unit, by a salted hash of its words ({@link
   * org.seqlm.text.WordsHash}), so that case, white space and punctuation do not part copies. A
   * document has the same split on any day, in whatever corpus and file it stands, as long as the
   * salt and the fractions are the same.
   */
  HASHED_WORDS
}
