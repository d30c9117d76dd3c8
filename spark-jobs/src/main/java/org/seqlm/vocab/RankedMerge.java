package org.seqlm.vocab;

import java.util.Arrays;
import java.util.List;

/**
 * Merges lists of tokens that are sorted as a vocabulary's ids are: by falling count and, among
 * equals, by rising bytes.
 */
public final class RankedMerge {
  private final List<PackedTokens> lists;
  private final int[] next; // by list
  private final int[] heap; // lists that are not at their end, the one with the next token first
  private int size;

  private RankedMerge(List<PackedTokens> lists) {
    this.lists = lists;
    this.next = new int[lists.size()];
    this.heap = new int[lists.size()];
  }

  /** Takes the tokens in their common order. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Takes a token.
     *
     * @param list that it is in
     * @param index its place there
     * @return whether to go on
     */
    boolean token(int list, int index);
  }

  /** Gives the tokens of all lists; equal ones by the lists' order. */
  public static void merge(List<PackedTokens> lists, Visitor visitor) {
    new RankedMerge(lists).run(visitor);
  }

  /** Negative if token {@code i} of {@code a} ranks before token {@code j} of {@code b}. */
  public static int compare(PackedTokens a, int i, PackedTokens b, int j) {
    int byCount = Long.compare(b.counts()[j], a.counts()[i]);
    return byCount != 0
        ? byCount
        : Arrays.compareUnsigned(a.arena(), a.start(i), a.end(i), b.arena(), b.start(j), b.end(j));
  }

  private void run(Visitor visitor) {
    for (int list = 0; list < lists.size(); list++) {
      if (lists.get(list).size() > 0) {
        heap[size] = list;
        up(size++);
      }
    }
    while (size > 0) {
      int list = heap[0];
      if (!visitor.token(list, next[list]++)) {
        return;
      }
      if (next[list] == lists.get(list).size()) {
        heap[0] = heap[--size];
      }
      down();
    }
  }

  private boolean precedes(int a, int b) {
    int order = compare(lists.get(a), next[a], lists.get(b), next[b]);
    return order != 0 ? order < 0 : a < b;
  }

  private void up(int from) {
    int at = from;
    while (at > 0 && precedes(heap[at], heap[(at - 1) / 2])) {
      swap(at, (at - 1) / 2);
      at = (at - 1) / 2;
    }
  }

  private void down() {
    int at = 0;
    while (true) {
      int least = at;
      for (int child = 2 * at + 1; child <= 2 * at + 2 && child < size; child++) {
        if (precedes(heap[child], heap[least])) {
          least = child;
        }
      }
      if (least == at) {
        return;
      }
      swap(at, least);
      at = least;
    }
  }

  private void swap(int a, int b) {
    int kept = heap[a];
    heap[a] = heap[b];
    heap[b] = kept;
  }
}
