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
  HASHED
}
