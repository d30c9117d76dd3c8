package org.seqlm.ngram;

import java.io.Serializable;

/**
 * The two ends of a segment of a stream that one task read from left to right: what is needed to
 * treat the tokens whose n-grams cross into its neighbours. Small: up to N-1 ids at each end.
 */
public final class StreamEdge implements Counted, Serializable {
  private static final long serialVersionUID = 1L;

  private final long offset;
  private final int[] head;
  private final boolean headClosed;
  private final int[] tail;
  private final long[] tailPositions;

  /**
   * @param offset of the segment's first token in the stream
   * @param head the first up to N-1 ids, fewer if the run that the segment begins in ends before
   * @param headClosed whether that run ends within the segment before N-1 ids
   * @param tail the last up to N-1 ids of the run that the segment ends in
   * @param tailPositions of those ids in the stream
   */
  public StreamEdge(long offset, int[] head, boolean headClosed, int[] tail, long[] tailPositions) {
    this.offset = offset;
    this.head = head;
    this.headClosed = headClosed;
    this.tail = tail;
    this.tailPositions = tailPositions;
  }

  public long offset() {
    return offset;
  }

  public int[] head() {
    return head;
  }

  public boolean headClosed() {
    return headClosed;
  }

  public int[] tail() {
    return tail;
  }

  public long[] tailPositions() {
    return tailPositions;
  }
}
