package org.seqlm.spark.terms;

import java.io.Serializable;

/** Counts the tokens of one range, or of a part of it, which come in their order. */
interface RangeCounter {
  /** Makes counters. */
  @FunctionalInterface
  interface Maker extends Serializable {
    /**
     * One of a range.
     *
     * @param side of several texts that are read at once, which
     */
    RangeCounter of(int side, int range);
  }

  /** Takes what was counted. */
  interface Rows {
    /** Sums, of which each counter says what they are; once. */
    void totals(long... sums);

    /** A word with its figures. */
    void row(int kind, byte[] word, long... figures);
  }

  /**
   * A document that has tokens begins with the next one, or what goes on of one that began in an
   * earlier range; not what goes on in the next part of a range.
   */
  void startDocument();

  /** A line begins. */
  void startLine();

  /** A token, UTF-8. */
  void token(byte[] utf8, int from, int to);

  /** Bytes that are held, more or less. */
  long bytes();

  /** Gives all that was counted. */
  void give(Rows rows);

  /** Counts the next part of the range. */
  RangeCounter next();
}
