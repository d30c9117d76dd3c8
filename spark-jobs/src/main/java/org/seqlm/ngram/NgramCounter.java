package org.seqlm.ngram;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ObjIntConsumer;
import org.seqlm.vocab.TokenBlock;

/**
 * Counts the windows of one task's part of a stream in bounded memory. Its input are blocks in the
 * order of their offsets; blocks that follow each other without a gap make one segment. Windows
 * that end within their segment are counted here; {@link EdgeChain} counts the few others.
 */
public final class NgramCounter implements RunSink {
  /** Tokens between two looks at the table's size. */
  private static final int STRIDE = 1 << 14;

  /** Windows of a block at most, so that no block is too large for a serialiser's buffer. */
  private static final int BLOCK = 1 << 17;

  private final KeyLayout layout;
  private final Runs runs;
  private final Slices slices;
  private final int order;
  private final int tableSize;
  private final NgramTable table;
  private final long[] key;
  private final long[] positions; // of the last N tokens, in a ring
  private final List<StreamEdge> edges = new ArrayList<>();
  private EdgeRecorder recorder;
  private long segmentEnd = -1;
  private long seen; // tokens pushed since the segment began, positions' ring counter
  private int inWindow;
  private boolean lastIsMark; // whether the last token is <s>, which is no n-gram by itself

  /**
   * @param layout of the windows; its order is N
   * @param tableSize windows held before they are sent on
   */
  public NgramCounter(KeyLayout layout, Runs runs, Slices slices, int tableSize) {
    this.layout = layout;
    this.runs = runs;
    this.slices = slices;
    this.order = layout.order();
    this.tableSize = tableSize;
    this.table = new NgramTable(layout);
    this.key = new long[layout.longs()];
    this.positions = new long[order];
  }

  /**
   * Counts the tokens of a block from {@code from} on until its end or until the table is full.
   *
   * @return where to go on in this block; its length once it is counted
   */
  public int count(TokenBlock block, int from) {
    int length = block.tokens().length;
    if (from == 0 && length > 0) {
      if (block.offset() != segmentEnd) {
        endSegment();
        recorder = new EdgeRecorder(block.offset(), order - 1);
      }
      segmentEnd = block.offset() + length;
    }
    int at = from;
    while (at < length && !full()) {
      int to = Math.min(length, at + STRIDE);
      runs.walk(block, at, to, this);
      at = to;
    }
    return at;
  }

  /** Whether the table must be {@link #drain drained} before counting goes on. */
  public boolean full() {
    return table.size() >= tableSize;
  }

  /** Gives what was counted so far, by slice; may be called at any time. */
  public void drain(ObjIntConsumer<NgramBlock> sink) {
    if (table.size() == 0) {
      return;
    }
    NgramBlock all = table.drainSorted();
    int longs = layout.longs();
    int from = 0;
    while (from < all.size()) {
      int slice = slices.of(layout.id(all.keys(), from * longs, 0));
      int to = from;
      while (to < all.size()
          && to - from < BLOCK
          && slices.of(layout.id(all.keys(), to * longs, 0)) == slice) {
        to++;
      }
      sink.accept(
          new NgramBlock(
              Arrays.copyOfRange(all.keys(), from * longs, to * longs),
              Arrays.copyOfRange(all.counts(), from, to),
              Arrays.copyOfRange(all.firsts(), from, to)),
          slice);
      from = to;
    }
  }

  /** The edges of all segments, once every block is counted. */
  public List<StreamEdge> finish() {
    endSegment();
    segmentEnd = -1;
    return edges;
  }

  /** Adds windows that cross segments; see {@link EdgeChain#windows}. */
  void add(int[] ids, int from, int length, long first) {
    if (length == 1 && ids[from] == runs.runStart()) {
      return;
    }
    long[] packed = new long[layout.longs()];
    layout.pack(ids, from, length, packed);
    table.add(packed, 1, first);
  }

  private void endSegment() {
    if (recorder != null) {
      edges.add(recorder.edge());
      recorder = null;
    }
    Arrays.fill(key, 0);
    inWindow = 0;
  }

  @Override
  public void startRun() {
    recorder.startRun();
    // The run is over: the windows that begin with its last tokens are shorter.
    for (int i = inWindow; i < order; i++) {
      layout.roll(key, 0);
    }
    if (inWindow == order) {
      dropFirst();
    }
    while (inWindow > 0) {
      insert();
      dropFirst();
    }
    Arrays.fill(key, 0);
  }

  private void dropFirst() {
    layout.roll(key, 0);
    inWindow--;
  }

  /** Counts the window that begins {@code inWindow} tokens back; it stands left in the key. */
  private void insert() {
    if (inWindow == 1 && lastIsMark) {
      return;
    }
    table.add(key, 1, positions[(int) ((seen - inWindow) % order)]);
  }

  @Override
  public void token(int id, long position) {
    recorder.token(id, position);
    lastIsMark = id == runs.runStart();
    positions[(int) (seen++ % order)] = position;
    layout.roll(key, id + 1);
    if (inWindow < order) {
      inWindow++;
    }
    if (inWindow == order) {
      insert();
    }
  }
}
