package org.seqlm.spark.answers;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.count.Slices;
import org.seqlm.ngram.count.WindowBuffer;
import org.seqlm.ngram.heldout.AskedWindows;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.ngram.trie.SpilledRuns;
import scala.Tuple2;

/**
 * The questions of one range: its windows, each once a part, sorted and cut by slice. A block on
 * its way to a slice begins with the number of who asks: the range and its part.
 */
final class Questions implements Closeable {
  private static final int PART_BITS = 24;

  private final int range;
  private final long partSize;
  private final WindowBuffer windows;
  private final SpilledRuns bytes;
  private final List<Block> blocks = new ArrayList<>();
  private long asked;

  private record Block(int slice, long asker, long from, long to) {}

  /**
   * @param partSize questions of a part, repeated ones among them
   * @param memory bytes for windows that are not sorted yet
   * @param spill for those that are
   */
  Questions(int range, long partSize, KeyLayout layout, Slices slices, long memory, Spill spill) {
    this.range = range;
    this.partSize = partSize;
    this.windows = WindowBuffer.ofCounts(layout, slices, memory);
    this.bytes = new SpilledRuns(spill);
  }

  /** Number of who asks. */
  static long asker(int range, int part) {
    return (long) range << PART_BITS | part;
  }

  static int range(long asker) {
    return (int) (asker >>> PART_BITS);
  }

  static int part(long asker) {
    return (int) asker & (1 << PART_BITS) - 1;
  }

  /** Takes a window. */
  void ask(long[] key) {
    windows.add(key, 1, this::keep);
    asked++;
    if (asked % partSize == 0) {
      windows.drain(this::keep);
    }
  }

  private void keep(byte[] sorted, int slice) {
    // A full buffer gives what it has before it takes the next window.
    long part = (asked - 1) / partSize;
    if (part >= 1 << PART_BITS) {
      throw new IllegalStateException("a range has more than 2^24 parts");
    }
    long from = bytes.size();
    bytes.next().write(sorted, 0, sorted.length);
    try {
      bytes.written();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    blocks.add(new Block(slice, asker(range, (int) part), from, bytes.size()));
  }

  /** All blocks, by their slice; no window is asked afterwards. */
  Iterator<Tuple2<Integer, byte[]>> sorted() {
    windows.drain(this::keep);
    return blocks.stream().map(this::block).iterator();
  }

  private Tuple2<Integer, byte[]> block(Block block) {
    try {
      byte[] sorted = bytes.bytes(block.from(), block.to());
      byte[] sent =
          ByteBuffer.allocate(Long.BYTES + sorted.length)
              .putLong(block.asker())
              .put(sorted)
              .array();
      return new Tuple2<>(block.slice(), sent);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes a block on the other side. */
  static void take(byte[] sent, AskedWindows windows) throws IOException {
    windows.add(ByteBuffer.wrap(sent).getLong(), sent, Long.BYTES);
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
