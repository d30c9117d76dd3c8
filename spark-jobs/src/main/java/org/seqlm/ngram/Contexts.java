package org.seqlm.ngram;

/**
 * Where a reading stands in the trie: the nodes of the last 0, 1, ... ids of the open run. One step
 * costs one search a length.
 */
final class Contexts {
  private final NgramTrie trie;
  private final int reach;
  private final int[] nodes; // of the last m ids, -1 where they were not seen // (reach + 1)
  private int length;

  /**
   * @param reach the longest context
   */
  Contexts(NgramTrie trie, int reach) {
    this.trie = trie;
    this.reach = reach;
    this.nodes = new int[reach + 1];
  }

  Contexts(Contexts other) {
    this.trie = other.trie;
    this.reach = other.reach;
    this.nodes = other.nodes.clone();
    this.length = other.length;
  }

  /** Forgets all; {@code runStart} is read where it is an id. */
  void startRun(int runStart) {
    length = 0;
    if (runStart >= 0) {
      read(runStart);
    }
  }

  void read(int id) {
    int longest = Math.min(reach, length + 1);
    for (int m = longest; m > 0; m--) {
      nodes[m] = trie.child(m - 1, nodes[m - 1], id);
    }
    length = longest;
  }

  /** The length of the longest context, at most {@code wanted}. */
  int length(int wanted) {
    return Math.min(wanted, length);
  }

  /** The node, in level {@code m}, of the last {@code m} ids. */
  int node(int m) {
    return nodes[m];
  }

  /** c(hw) of the context h of the last {@code m} ids. */
  long count(int m, int id) {
    return trie.count(m + 1, trie.child(m, nodes[m], id));
  }

  /** c(h·) of the context h of the last {@code m} ids. */
  long total(int m) {
    return trie.continuations(m, nodes[m]);
  }
}
