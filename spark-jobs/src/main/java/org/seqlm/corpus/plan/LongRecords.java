package org.seqlm.corpus.plan;

/** What becomes of text that is longer than a record may be. */
public enum LongRecords {
  /** It is cut between sentences, else at white space; what has neither is left out. */
  SPLIT,
  /** It is left out. */
  DROP
}
