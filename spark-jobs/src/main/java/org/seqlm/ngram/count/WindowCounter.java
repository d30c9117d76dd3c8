package org.seqlm.ngram.count;

import java.util.Arrays;
import java.util.function.ObjIntConsumer;
import org.seqlm.vocab.TokenBlock;

/**
 * Counts the windows of one task's part of a stream in bounded memory: windows are collected, and
 * when there is no room for more they are sorted, equal ones counted together, and sent on as one
 * sorted part a slice. Every token ends one window; blocks name the tokens before them, so no part
 * of a stream needs to know of another.
 *
 * <p>Where a passage of text ends without a mark of its own, an empty word follows its last tokens,
 * so that whatever ends a passage is a context, too; it is no n-gram.
 */
public final class WindowCounter implements PassageSink {
  /** Tokens between two looks at how full the buffer is. */
  private static final int STRIDE = 1 << 14;

  /** Windows that are sorted at a time at most: more would only leave the processor's caches. */
  private static final int MOST_WINDOWS = 1 << 21;

  /** Room at first: doubling from less copies more than a task of a few tokens wastes. */
  private static final int FIRST_WINDOWS = 1 << 20;

  private final KeyLayout layout;
  private final Passages passages;
  private final Slices slices;
  private final long tokens;
  private final int capacity;
  private final RadixSort sort;
  private final long[][] keys; // (longs, room), up to the capacity
  private final long[] key; // the context of the next token, the word's place empty
  private final Bytes bytes = new Bytes(1 << 16);
  private final SortedWindows.Writer writer;
  private int size;
  private long end = -1; // of the blocks so far
  private boolean quiet; // while the tokens before a block are read again
  private boolean open; // whether the passage has a token besides <s>

  /**
   * @param layout of the windows; its order is N
   * @param tokens of the whole stream
   * @param memory bytes to use, more or less
   */
  public WindowCounter(
      KeyLayout layout, Passages passages, Slices slices, long tokens, long memory) {
    this.layout = layout;
    this.passages = passages;
    this.slices = slices;
    this.tokens = tokens;
    // Sorting needs the keys twice.
    long most = memory / (16L * layout.longs());
    this.capacity = (int) Math.max(4 * STRIDE, Math.min(most, MOST_WINDOWS));
    this.sort = new RadixSort(layout);
    // A short text fits at once; a task has no more than all of it.
    long whole = Math.min(capacity, tokens + 4 * STRIDE);
    this.keys = new long[layout.longs()][(int) Math.min(whole, FIRST_WINDOWS)];
    this.key = new long[layout.longs()];
    this.writer = new SortedWindows.Writer(layout, bytes);
  }

  /**
   * Counts a block.
   *
   * @param sink takes sorted windows, each time with its slice, whenever there is no room for more
   */
  public void count(TokenBlock block, ObjIntConsumer<byte[]> sink) {
    if (block.offset() != end) {
      join(block);
    }
    int length = block.tokens().length;
    for (int at = 0; at < length; ) {
      // A token may end one passage and begin another: a window, an end and a mark.
      while (keys[0].length - size < 2 * STRIDE) {
        makeRoom(sink);
      }
      int to = Math.min(length, at + STRIDE);
      passages.walk(block, at, to, this);
      at = to;
    }
    end = block.offset() + length;
    if (end == tokens) {
      endPassage();
    }
  }

  private void makeRoom(ObjIntConsumer<byte[]> sink) {
    int length = keys[0].length;
    if (length >= capacity) {
      drain(sink);
      return;
    }
    for (int k = 0; k < keys.length; k++) {
      keys[k] = Arrays.copyOf(keys[k], Math.min(capacity, length * 2));
    }
  }

  /** Reads what stands before a block that does not follow the last one. */
  private void join(TokenBlock block) {
    Arrays.fill(key, 0);
    open = false;
    quiet = true;
    if (block.before().length == block.offset() && passages.passageStart() >= 0) {
      token(passages.passageStart(), 0);
    }
    passages.walkBefore(block, this);
    quiet = false;
  }

  /** Gives what was counted so far. */
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
      writer.add(keys, i, next - i);
      i = next;
    }
    send(sink, slice);
    size = 0;
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
    for (int k = 0; k < bound.length; k++) {
      if (keys[k][i] != bound[k]) {
        return keys[k][i] > bound[k];
      }
    }
    return true;
  }

  private boolean same(int i, int j) {
    for (long[] component : keys) {
      if (component[i] != component[j]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void startPassage() {
    endPassage();
    Arrays.fill(key, 0);
  }

  private void endPassage() {
    if (open && !quiet) {
      add(0);
    }
    open = false;
  }

  @Override
  public void token(int id, long position) {
    if (id == passages.passageStart()) {
      layout.advance(key, id + 1);
      return;
    }
    if (!quiet) {
      add(id + 1);
    }
    open = !passages.endsPassage(id);
    layout.advance(key, id + 1);
  }

  private void add(int stored) {
    for (int k = 0; k < keys.length; k++) {
      keys[k][size] = key[k];
    }
    keys[keys.length - 1][size++] |= stored;
  }
}
