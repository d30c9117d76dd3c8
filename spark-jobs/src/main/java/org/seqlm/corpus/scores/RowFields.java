package org.seqlm.corpus.scores;

/** What a row holds beside the scores. */
public enum RowFields {
  /** The place of what was scored. */
  PLACE,
  /** All fields of the record that was scored; its file says how it is written. */
  COLUMNS
}
