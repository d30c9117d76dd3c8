package org.seqlm.spark.terms;

import java.io.Serializable;

/** Counts the tokens of one range, which come in their order. */
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

  /**
   * A document that has tokens begins with the next one, or what goes on of one that began in an
   * earlier range.
   */
  void startDocument();

  /** A line begins. */
  void startLine();

  /** A token, UTF-8. */
  void token(byte[] utf8, int from, int to);

  /** Gives all that was counted. */
  void give(RangeCounts counts);
}
