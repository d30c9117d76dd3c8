package org.seqlm.duplicates;

import java.util.PrimitiveIterator;

/**
 * The two steps by which edges become stars, whose middle is the least node of a connected
 * component (Kiveris, Lattanzi, Mirrokni, Rastogi &amp; Vassilvitskii 2014, "Connected components
 * in MapReduce and beyond", algorithms 1 and 2). Done in turns until nothing changes. A step goes
 * through a node's neighbours once, so a node may have any number.
 */
public final class StarSteps {
  /** Takes edges. */
  @FunctionalInterface
  public interface Edges {
    /** An edge between two nodes; the first is the greater one. */
    void edge(long from, long to);
  }

  private StarSteps() {}

  /**
   * Joins the greater neighbours of a node to the least of all its neighbours and itself.
   *
   * @param neighbours all of the node's, rising; one may come more than once
   */
  public static void large(long node, PrimitiveIterator.OfLong neighbours, Edges edges) {
    long least = node;
    long before = node;
    while (neighbours.hasNext()) {
      long next = neighbours.nextLong();
      if (next < least) {
        least = next; // they rise: the first is the least
      }
      if (next > node && next != before) {
        edges.edge(next, least);
        before = next;
      }
    }
  }

  /**
   * Joins a node and its lesser neighbours to the least of these.
   *
   * @param neighbours the lesser ones, rising; one may come more than once
   */
  public static void small(long node, PrimitiveIterator.OfLong neighbours, Edges edges) {
    if (!neighbours.hasNext()) {
      return;
    }
    long least = neighbours.nextLong();
    edges.edge(node, least);
    long before = least;
    while (neighbours.hasNext()) {
      long next = neighbours.nextLong();
      if (next != before) {
        edges.edge(next, least);
        before = next;
      }
    }
  }
}
