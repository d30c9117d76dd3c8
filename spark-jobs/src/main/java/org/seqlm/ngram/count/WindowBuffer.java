package org.seqlm.ngram.count;

import java.util.Arrays;
import java.util.function.ObjIntConsumer;
import org.seqlm.ngram.trie.Bytes;

/**
 * Windows of a bounded number, in any order, until they are sorted, equal ones counted together,
 * and given as one sorted part a slice.
 */
public final class WindowBuffer {
  /** Windows that are sorted at a time at most: more would only leave the processor's caches. */
  private static final int MOST_WINDOWS = 1 << 21;

  /** Room at first: doubling from less copies more than a task of a few tokens wastes. */
  private static final int FIRST_WINDOWS = 1 << 20;

  private final KeyLayout layout;
  private final Slices slices;
  private final int capacity;
  private final RadixSort sort;
  private final int longs; // of a key; what is behind it is its count
  private final long[][] keys; // (longs, and one where windows are counted; room)
  private final Bytes bytes = new Bytes(1 << 16);
  private final SortedWindows.Writer writer;
  private int size;

  private WindowBuffer(KeyLayout layout, Slices slices, int capacity, int room, int more) {
    this.layout = layout;
    this.slices = slices;
    this.capacity = capacity;
    this.sort = new RadixSort(layout, more);
    this.longs = layout.longs();
    this.keys = new long[longs + more][room];
    this.writer = new SortedWindows.Writer(layout, bytes);
  }

  /**
   * For windows that come one by one from a text.
   *
   * @param memory bytes to use, more or less
   * @param least windows for which there is room whatever the memory
   * @param tokens of the whole text, so that a short one takes little room
   */
  static WindowBuffer ofTokens(
      KeyLayout layout, Slices slices, long memory, int least, long tokens) {
    // Sorting needs the keys twice.
    long most = memory / (16L * layout.longs());
    int capacity = (int) Math.max(least, Math.min(most, MOST_WINDOWS));
    long whole = Math.min(capacity, tokens + least);
    return new WindowBuffer(layout, slices, capacity, (int) Math.min(whole, FIRST_WINDOWS), 0);
  }

  /**
   * For windows that come with counts.
   *
   * @param memory bytes to use, more or less
   */
  public static WindowBuffer ofCounts(KeyLayout layout, Slices slices, long memory) {
    long most = memory / (16L * (layout.longs() + 1));
    int capacity = (int) Math.max(1 << 10, Math.min(most, MOST_WINDOWS));
    return new WindowBuffer(layout, slices, capacity, Math.min(capacity, 1 << 14), 1);
  }

  /** Makes room for some windows; gives all there are where that is the only way. */
  void makeRoom(int windows, ObjIntConsumer<byte[]> sink) {
    while (keys[0].length - size < windows) {
      int length = keys[0].length;
      if (length >= capacity) {
        drain(sink);
        return;
      }
      for (int k = 0; k < keys.length; k++) {
        keys[k] = Arrays.copyOf(keys[k], Math.min(capacity, length * 2));
      }
    }
  }

  /** Adds a window for which there is room. */
  void add(long[] context, int stored) {
    for (int k = 0; k < longs; k++) {
      keys[k][size] = context[k];
    }
    keys[longs - 1][size++] |= stored;
  }

  /** Adds a window so many times; before, gives what there is if there is no room. */
  public void add(long[] key, long count, ObjIntConsumer<byte[]> sink) {
    makeRoom(1, sink);
    for (int k = 0; k < longs; k++) {
      keys[k][size] = key[k];
    }
    keys[longs][size++] = count;
  }

  /** Gives what there is: sorted windows, each time with their slice. */
  public void drain(ObjIntConsumer<byte[]> sink) {
    sort.sort(keys, size);
    int slice = -1;
    long[] end = null; // where the next slice begins; null for nowhere
    for (int i = 0; i < size; ) {
      int next = i + 1;
      while (next < size && same(i, next)) {
        next++;
      }
      if (slice < 0 || (end != null && reaches(i, end))) {
        send(sink, slice);
        slice = slices.of(keys, i, layout);
        end = slices.start(slice + 1, layout);
      }
      writer.add(keys, i, keys.length == longs ? next - i : sum(i, next));
      i = next;
    }
    send(sink, slice);
    size = 0;
  }

  private long sum(int from, int to) {
    long sum = 0;
    for (int i = from; i < to; i++) {
      sum = Math.addExact(sum, keys[longs][i]);
    }
    return sum;
  }

  private void send(ObjIntConsumer<byte[]> sink, int slice) {
    if (bytes.size() > 0) {
      sink.accept(bytes.copy(), slice);
      bytes.clear();
    }
    writer.restart();
  }

  /** Whether a key is not less than another. */
  private boolean reaches(int i, long[] bound) {
    for (int k = 0; k < longs; k++) {
      if (keys[k][i] != bound[k]) {
        return keys[k][i] > bound[k];
      }
    }
    return true;
  }

  private boolean same(int i, int j) {
    for (int k = 0; k < longs; k++) {
      if (keys[k][i] != keys[k][j]) {
        return false;
      }
    }
    return true;
  }
}
