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

  private final KeyLayout layout;
  private final Passages passages;
  private final long tokens;
  private final WindowBuffer windows;
  private final long[] key; // the context of the next token, the word's place empty
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
    this.tokens = tokens;
    // A short text fits at once; a task has no more than all of it.
    this.windows = WindowBuffer.ofTokens(layout, slices, memory, 4 * STRIDE, tokens);
    this.key = new long[layout.longs()];
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
      windows.makeRoom(2 * STRIDE, sink);
      int to = Math.min(length, at + STRIDE);
      passages.walk(block, at, to, this);
      at = to;
    }
    end = block.offset() + length;
    if (end == tokens) {
      endPassage();
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
    windows.drain(sink);
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
    windows.add(key, stored);
  }
}
