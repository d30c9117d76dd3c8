package org.seqlm.spark.duplicates;

/** Where the values of a row stand that tells what is there twice, when all places are known. */
final class DuplicateRow {
  // The first values are those of Found.
  static final int FILE = Found.LENGTH;
  static final int RECORD = FILE + 1;
  static final int BYTES = FILE + 2;
  static final int OF_FILE = FILE + 3;
  static final int OF_RECORD = FILE + 4;
  static final int KEPT_FILE = FILE + 6;
  static final int KEPT_RECORD = FILE + 7;
  static final int KEPT_BYTES = FILE + 8;

  private DuplicateRow() {}
}
