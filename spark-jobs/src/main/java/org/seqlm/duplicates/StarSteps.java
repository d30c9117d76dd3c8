package org.seqlm.duplicates;

/**
 * The two steps by which edges become stars, whose middle is the least node of a connected
 * component (Kiveris, Lattanzi, Mirrokni, Rastogi &amp; Vassilvitskii 2014, "Connected components
 * in MapReduce and beyond", algorithms 1 and 2). Done in turns until {@link #isStar} holds of every
 * node. A step is given each node's neighbours one by one, so a node may have any number.
 */
public final class StarSteps {
  /** Takes edges. */
  @FunctionalInterface
  public interface Edges {
    /** An edge between two nodes; the first is the greater one. */
    void edge(long from, long to);
  }

  /** Which step it is. */
  public enum Step {
    /** Joins the greater neighbours of a node to the least of all its neighbours and itself. */
    LARGE,
    /** Joins a node and its lesser neighbours to the least of these; it is given these only. */
    SMALL
  }

  private final Step step;
  private final Edges edges;
  private boolean begun;
  private long node;
  private long least;
  private long before;

  public StarSteps(Step step, Edges edges) {
    this.step = step;
    this.edges = edges;
  }

  /**
   * A node's next neighbour.
   *
   * @param of the node; all of its neighbours come one after the other, rising, each once or more
   */
  public void neighbour(long of, long other) {
    boolean first = !begun || of != node;
    if (first) {
      begun = true;
      node = of;
      least = Math.min(of, other); // they rise
    } else if (other == before) {
      return;
    }
    before = other;
    if (step == Step.LARGE) {
      if (other > node) {
        edges.edge(other, least);
      }
    } else if (first) {
      edges.edge(node, least);
    } else {
      edges.edge(other, least);
    }
  }

  /**
   * Whether a node is a star's middle or an end of one.
   *
   * @param lesser different neighbours that are less than it
   * @param greater that are greater
   */
  public static boolean isStar(long lesser, long greater) {
    return lesser == 0 || lesser == 1 && greater == 0;
  }
}
