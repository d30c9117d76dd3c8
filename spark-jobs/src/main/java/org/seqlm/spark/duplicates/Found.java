package org.seqlm.spark.duplicates;

/**
 * What was found twice, as a row of numbers on its way: {@code (document, kind, at, of, of at,
 * similarity, kept, size, similarity to the kept one)}.
 */
final class Found {
  static final int DOCUMENT = 0;
  static final int KIND = 1;

  /** Line or word, from 1; 0 of documents. */
  static final int AT = 2;

  /** The document that it is like. */
  static final int OF = 3;

  static final int OF_AT = 4;

  /** Bits of a double. */
  static final int SIMILARITY = 5;

  /** The document that is kept of those that are alike. */
  static final int KEPT = 6;

  /** Bytes of a line, words of a span; of documents 0, which the first pass knows. */
  static final int SIZE = 7;

  /** Of documents, bits of a double; 1 of others. */
  static final int KEPT_SIMILARITY = 8;

  static final int LENGTH = 9;

  static final long ONE = Double.doubleToLongBits(1);

  private Found() {}

  /** A row of what is as like the kept one as that which it is most like. */
  static long[] row(
      long document,
      Kind kind,
      long at,
      long of,
      long ofAt,
      long similarity,
      long kept,
      long size) {
    return new long[] {document, kind.ordinal(), at, of, ofAt, similarity, kept, size, similarity};
  }

  /** What is there twice; in the order in which a document's rows come. */
  enum Kind {
    EXACT_DOCUMENT,
    NEAR_DOCUMENT,
    LINE,
    SPAN
  }
}
