package org.seqlm.ngram;

import java.util.Arrays;

/** Notes the ends of a segment while it is read. */
final class EdgeRecorder {
  private final long offset;
  private final int reach;
  private final int[] head;
  private int headSize;
  private boolean headClosed;
  // The last ids of the open run, in a ring.
  private final int[] ids;
  private final long[] positions;
  private long inRun;

  /**
   * @param offset of the segment's first token
   * @param reach how many ids an n-gram can reach past its own, N-1
   */
  EdgeRecorder(long offset, int reach) {
    this.offset = offset;
    this.reach = reach;
    this.head = new int[reach];
    this.ids = new int[reach];
    this.positions = new long[reach];
  }

  void startRun() {
    headClosed |= headSize < reach;
    inRun = 0;
  }

  /** Notes a token; whether it belongs to the head. */
  boolean token(int id, long position) {
    if (reach == 0) {
      return false;
    }
    int slot = (int) (inRun++ % reach);
    ids[slot] = id;
    positions[slot] = position;
    if (headClosed || headSize == reach) {
      return false;
    }
    head[headSize++] = id;
    return true;
  }

  StreamEdge edge() {
    int size = (int) Math.min(reach, inRun);
    int[] tail = new int[size];
    long[] tailPositions = new long[size];
    for (int i = 0; i < size; i++) {
      int slot = (int) ((inRun - size + i) % reach);
      tail[i] = ids[slot];
      tailPositions[i] = positions[slot];
    }
    return new StreamEdge(offset, Arrays.copyOf(head, headSize), headClosed, tail, tailPositions);
  }
}
