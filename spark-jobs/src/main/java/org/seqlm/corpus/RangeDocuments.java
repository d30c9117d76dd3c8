package org.seqlm.corpus;

import org.seqlm.corpus.plan.DocumentUnit;

/** The documents that begin in a range. */
public final class RangeDocuments implements RangePart {
  private static final long serialVersionUID = 1L;

  /** Positions in the range of their first tokens, rising. */
  final long[] starts;

  /** What identifies each document, as far as this range holds it; see {@link DocumentUnit}. */
  final long[] hashes;

  private final RangeLabels labels;

  /**
   * @param labels null where none are kept
   */
  RangeDocuments(long[] starts, long[] hashes, RangeLabels labels) {
    this.starts = starts;
    this.hashes = hashes;
    this.labels = labels;
  }

  /** What is kept of each beside its text; null where nothing is. */
  public RangeLabels labels() {
    return labels;
  }
}
