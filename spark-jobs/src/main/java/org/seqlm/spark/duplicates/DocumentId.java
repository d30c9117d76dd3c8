package org.seqlm.spark.duplicates;

/**
 * A document as a number: the range that it begins in, and its place among those that begin there,
 * from 0. So numbers rise in the order of the text.
 */
final class DocumentId {
  private DocumentId() {}

  static long of(int range, int place) {
    return (long) range << 32 | place;
  }

  static int range(long document) {
    return (int) (document >>> 32);
  }
}
