package org.seqlm.ngram.count;

/** How far an n-gram may reach. */
public enum Boundary {
  /**
   * Not past a line. Words stand between {@code <s>} and {@code </s>}; characters begin anew after
   * each line feed, which ends its line.
   */
  LINE,
  /** Not past a document. Words of all lines follow each other: {@code </s>} is left out. */
  DOCUMENT,
  /** Anywhere. Words of all lines follow each other: {@code </s>} is left out. */
  STREAM
}
