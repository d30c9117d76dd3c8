package org.seqlm.spark.corpus;

/**
 * What the local ids of a range mean, as ids that were assigned to its words elsewhere; a task that
 * has the vocabulary looks them up, see {@link org.seqlm.corpus.RangeIds}.
 */
public final class AssignedIds implements java.io.Serializable {
  private static final long serialVersionUID = 1L;

  private final int[][] chunks;
  private final int[] tail;

  /**
   * @param chunks ids of the vocabulary by local id, by chunk
   * @param tail ids of the range's last tokens, see {@link org.seqlm.corpus.RangeSummary#tail}
   */
  public AssignedIds(int[][] chunks, int[] tail) {
    this.chunks = chunks;
    this.tail = tail;
  }

  public int[][] chunks() {
    return chunks;
  }

  public int[] tail() {
    return tail;
  }
}
