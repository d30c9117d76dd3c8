package org.seqlm.spark;

/** What the local ids of a range mean. */
final class RangeNumbers implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  private final int[][] chunks;
  private final int[] tail;

  /**
   * @param chunks ids of the vocabulary by local id, by chunk
   * @param tail ids of the range's last tokens, see {@link org.seqlm.corpus.RangeSummary#tail}
   */
  RangeNumbers(int[][] chunks, int[] tail) {
    this.chunks = chunks;
    this.tail = tail;
  }

  int[][] chunks() {
    return chunks;
  }

  int[] tail() {
    return tail;
  }
}
