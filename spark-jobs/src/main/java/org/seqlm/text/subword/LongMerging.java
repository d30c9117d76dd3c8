package org.seqlm.text.subword;

import java.util.Arrays;

/**
 * Merges many symbols in n log n: a linked list of them, and a queue of the merges that are
 * possible, by order and then place. Its memory goes back after each.
 */
final class LongMerging {
  private final PairTable ranks;
  private final int[] order;
  private final int[] made;

  private int[] symbols;
  private int[] before; // -1 for none
  private int[] after; // -1 for none
  private int[] numbers; // of the merge of a symbol and the one after it; -1 for none
  private long[] queue; // order of the merge, then place
  private int queued;

  LongMerging(PairTable ranks, int[] order, int[] made) {
    this.ranks = ranks;
    this.order = order;
    this.made = made;
  }

  /** Merges the first symbols of an array in place; gives how many are left. */
  int merge(int[] all, int size) {
    symbols = all;
    before = new int[size];
    after = new int[size];
    numbers = new int[size];
    queue = new long[size];
    queued = 0;
    for (int i = 0; i < size; i++) {
      before[i] = i - 1;
      after[i] = i + 1 < size ? i + 1 : -1;
      consider(i);
    }
    while (queued > 0) {
      long top = pop();
      int at = (int) top;
      if (numbers[at] < 0 || order[numbers[at]] != (int) (top >>> 32)) {
        continue; // one of the two has become something else
      }
      int gone = after[at];
      symbols[at] = made[numbers[at]];
      numbers[gone] = -1;
      after[at] = after[gone];
      if (after[at] >= 0) {
        before[after[at]] = at;
      }
      consider(at);
      if (before[at] >= 0) {
        consider(before[at]);
      }
    }
    int left = 0;
    for (int i = 0; i >= 0; i = after[i]) {
      all[left++] = symbols[i];
    }
    before = null;
    after = null;
    numbers = null;
    queue = null;
    return left;
  }

  private void consider(int at) {
    int next = after[at];
    int number = next < 0 ? -1 : ranks.find(PairTable.pair(symbols[at], symbols[next]));
    numbers[at] = number;
    if (number >= 0) {
      push((long) order[number] << 32 | at);
    }
  }

  private void push(long entry) {
    if (queued == queue.length) {
      queue = Arrays.copyOf(queue, queued * 2);
    }
    int at = queued++;
    while (at > 0 && entry < queue[at - 1 >>> 1]) {
      queue[at] = queue[at - 1 >>> 1];
      at = at - 1 >>> 1;
    }
    queue[at] = entry;
  }

  private long pop() {
    long first = queue[0];
    long entry = queue[--queued];
    int at = 0;
    while (2 * at + 1 < queued) {
      int child = 2 * at + 1;
      if (child + 1 < queued && queue[child + 1] < queue[child]) {
        child++;
      }
      if (entry <= queue[child]) {
        break;
      }
      queue[at] = queue[child];
      at = child;
    }
    queue[at] = entry;
    return first;
  }
}
