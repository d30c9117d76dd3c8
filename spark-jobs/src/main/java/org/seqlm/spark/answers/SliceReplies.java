package org.seqlm.spark.answers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.heldout.AskedWindows;
import org.seqlm.ngram.heldout.ContextCursor;
import org.seqlm.ngram.heldout.WindowBackoff;
import org.seqlm.ngram.trie.Bytes;
import scala.Tuple2;

/**
 * Answers the windows that were asked of one slice, in their order, and sends each range its own:
 * in blocks, which begin with the part. Answers of one window to several are found once.
 */
final class SliceReplies implements Iterator<Tuple2<Integer, byte[]>> {
  /** A block of answers, in bytes, where there is room to wait for so many. */
  private static final int BLOCK = 1 << 15;

  /** What a block that waits takes beside its bytes. */
  private static final int OVERHEAD = 256;

  private final KeyLayout layout;
  private final int order;
  private final AskedWindows windows;
  private final WindowBackoff model;
  private final long memory;
  private final Map<Long, Bytes> waiting = new HashMap<>(); // by asker
  private final Deque<Tuple2<Integer, byte[]>> ready = new ArrayDeque<>();
  private final long[] last;
  private final int[] context;
  private boolean begun;
  private boolean ended;
  private double log;
  private int matched;
  private long held;

  /**
   * @param order of the model
   * @param slice of it; null at order 1
   * @param memory bytes for answers that wait
   */
  SliceReplies(
      KeyLayout layout, int order, AskedWindows windows, ContextCursor slice, long memory) {
    this.layout = layout;
    this.order = order;
    this.windows = windows;
    this.model = new WindowBackoff(slice);
    this.memory = memory;
    this.last = new long[layout.longs()];
    this.context = new int[layout.order()];
  }

  @Override
  public boolean hasNext() {
    try {
      while (ready.isEmpty() && !ended) {
        if (windows.next()) {
          reply();
        } else {
          ended = true;
          sendAll();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return !ready.isEmpty();
  }

  private void reply() throws IOException {
    long[] key = windows.key();
    if (!begun || !Arrays.equals(key, last)) {
      System.arraycopy(key, 0, last, 0, key.length);
      begun = true;
      int length = layout.context(key, order - 1, context);
      matched = model.seek(context, length, layout.stored(key, layout.order() - 1) - 1);
      log = model.logProbability();
    }
    long asker = windows.asker();
    Bytes block = waiting.get(asker);
    if (block == null) {
      block = new Bytes(OVERHEAD);
      block.writeNumber(Questions.part(asker));
      waiting.put(asker, block);
      held += OVERHEAD + block.size();
    }
    int before = block.size();
    for (long one : key) {
      block.writeNumber(one);
    }
    block.writeDouble(log);
    block.writeNumber(matched);
    held += block.size() - before;
    if (block.size() >= BLOCK) {
      send(asker, block);
      waiting.remove(asker);
    } else if (held > memory) {
      sendAll();
    }
  }

  private void send(long asker, Bytes block) {
    held -= OVERHEAD + block.size();
    ready.add(new Tuple2<>(Questions.range(asker), block.copy()));
  }

  private void sendAll() {
    waiting.forEach(this::send);
    waiting.clear();
    held = 0;
  }

  @Override
  public Tuple2<Integer, byte[]> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.poll();
  }
}
