package org.seqlm.dataset;

/** What a column of examples holds. */
public enum ColumnType {
  /** Ids of tokens or of labels, int32. */
  IDS,
  /** Finite numbers, float32. */
  FLOATS,
  /** Which numbers of another column are there: 1 where one is, 0 where it is missing. */
  MASK,
  /** One id of a label, int32. */
  LABEL
}
