package org.seqlm.spark;

import java.io.Serializable;

/** What the driver learns of a range. */
final class RangeSummary implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The most tokens kept of a range's end. */
  static final int MAX_TAIL = TokenizedCorpus.MAX_REACH;

  int index;
  long tokens;

  /** Tokens {@code </s>} of words, line feeds of characters. */
  long lineEnds;

  long lines;
  long characters;
  long documents;

  /** Records read, bad ones among them. */
  long records;

  /** Tokens of the text that read like a reserved one. */
  long reservedSpellings;

  /** By {@link BadKind#index}. */
  long[] bad = new long[BadKind.values().length];

  /** Where the first one of each kind is, or null. */
  String[] firstBad = new String[BadKind.values().length];

  /** Sum modulo 2^128 of the records' hashes. */
  long fingerprintHigh;

  long fingerprintLow;

  /** Hash of what stands before the first document that begins here. */
  long headHash;

  /** Hash, so far, of the document that is open at the end. */
  long tailHash;

  /** The last tokens; the empty one stands for a line end. */
  byte[][] tail;

  /** Positions in {@link #tail} at which documents begin. */
  int[] tailDocuments;
}
