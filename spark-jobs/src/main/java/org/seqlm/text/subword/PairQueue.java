package org.seqlm.text.subword;

import java.util.Arrays;

/** Pairs by falling count and, among equals, by rising ids: a binary heap. */
final class PairQueue {
  private long[] counts = new long[64];
  private long[] pairs = new long[64];
  private int[] numbers = new int[64];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  /** The count with which the first was put in. */
  long topCount() {
    return counts[0];
  }

  void push(long count, long pair, int number) {
    if (size == counts.length) {
      int larger = size + (size >> 1);
      counts = Arrays.copyOf(counts, larger);
      pairs = Arrays.copyOf(pairs, larger);
      numbers = Arrays.copyOf(numbers, larger);
    }
    int at = size++;
    while (at > 0) {
      int parent = at - 1 >>> 1;
      if (!precedes(count, pair, parent)) {
        break;
      }
      move(parent, at);
      at = parent;
    }
    set(at, count, pair, number);
  }

  /** Takes the first out; gives its number. */
  int pop() {
    int first = numbers[0];
    size--;
    if (size > 0) {
      sink(counts[size], pairs[size], numbers[size]);
    }
    return first;
  }

  private void sink(long count, long pair, int number) {
    int at = 0;
    while (true) {
      int child = 2 * at + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && precedes(counts[child + 1], pairs[child + 1], child)) {
        child++;
      }
      if (precedes(count, pair, child)) {
        break;
      }
      move(child, at);
      at = child;
    }
    set(at, count, pair, number);
  }

  private boolean precedes(long count, long pair, int other) {
    return count != counts[other] ? count > counts[other] : pair < pairs[other];
  }

  private void move(int from, int to) {
    set(to, counts[from], pairs[from], numbers[from]);
  }

  private void set(int at, long count, long pair, int number) {
    counts[at] = count;
    pairs[at] = pair;
    numbers[at] = number;
  }
}
