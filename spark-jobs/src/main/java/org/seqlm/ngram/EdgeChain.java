package org.seqlm.ngram;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Joins the segments of a stream at their edges: what lies across them, which no task saw whole.
 */
public final class EdgeChain {
  private final Runs runs;
  private final int reach;
  private final List<StreamEdge> edges;

  /**
   * @param order N, the longest n-gram; the edges must have been recorded for it
   * @param edges of all segments of a stream, in any order
   */
  public EdgeChain(Runs runs, int order, List<StreamEdge> edges) {
    this.runs = runs;
    this.reach = order - 1;
    this.edges = new ArrayList<>(edges);
    this.edges.sort(Comparator.comparingLong(StreamEdge::offset));
  }

  /** Receives what the edges give. */
  interface Windows {
    /** The window {@code ids[from, from + length)} that begins at {@code position}. */
    void window(int[] ids, int from, int length, long position);
  }

  /** Receives the tokens at the segments' heads, each with what stands before it in its run. */
  interface Heads {
    /** A run's ids {@code context[0, length)} are followed by {@code id}. */
    void head(int[] context, int length, int id);
  }

  /** Counts the windows that begin in one segment and end in another, or with the stream. */
  public void count(NgramCounter counter) {
    windows(counter::add);
  }

  void windows(Windows sink) {
    int[] ids = start();
    long[] positions = new long[ids.length];
    if (!edges.isEmpty()) {
      Arrays.fill(positions, edges.get(0).offset());
    }
    for (StreamEdge edge : edges) {
      int[] joined = concat(ids, edge.head());
      int done = 0;
      while (done < ids.length && (edge.headClosed() || joined.length - done > reach)) {
        sink.window(joined, done, Math.min(reach + 1, joined.length - done), positions[done]);
        done++;
      }
      // What is left is followed by the whole of a segment shorter than the reach.
      ids = concat(Arrays.copyOfRange(ids, done, ids.length), edge.tail());
      positions =
          concat(Arrays.copyOfRange(positions, done, positions.length), edge.tailPositions());
    }
    for (int i = 0; i < ids.length; i++) {
      sink.window(ids, i, ids.length - i, positions[i]);
    }
  }

  void heads(Heads sink) {
    int[] context = start();
    for (StreamEdge edge : edges) {
      int[] joined = concat(context, edge.head());
      for (int i = context.length; i < joined.length; i++) {
        sink.head(joined, i, joined[i]);
      }
      boolean short_ = !edge.headClosed() && edge.head().length < reach;
      context =
          short_
              ? Arrays.copyOfRange(joined, Math.max(0, joined.length - reach), joined.length)
              : edge.tail();
    }
  }

  private int[] start() {
    return runs.runStart() >= 0 && reach > 0 ? new int[] {runs.runStart()} : new int[0];
  }

  private static int[] concat(int[] a, int[] b) {
    int[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static long[] concat(long[] a, long[] b) {
    long[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
