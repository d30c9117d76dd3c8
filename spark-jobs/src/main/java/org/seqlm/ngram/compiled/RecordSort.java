package org.seqlm.ngram.compiled;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import org.seqlm.ngram.trie.Spill;

/**
 * Sorts records of a few ints, all as long, by their first ints as unsigned numbers: in memory, and
 * beyond a bound in sorted runs on the local disk. Records whose first ints are equal come in the
 * order in which they were added.
 */
final class RecordSort implements Closeable {
  /** Bytes of a run that are written, or at most read, at a time. */
  private static final int BUFFER = 1 << 17;

  private static final int LEAST_BUFFER = 1 << 13;

  private final int width;
  private final int keys;
  private final int most; // records in memory
  private final Path folder;
  private final List<long[]> runs = new ArrayList<>(); // (run): first and last byte in the file
  private int[] data;
  private int held;
  private long[] order; // of the records in memory, once sorted
  private long size;
  private Path file; // null while nothing is there
  private FileChannel channel;
  private long end; // of the file

  /** Goes through the records in their order. */
  interface Cursor {
    /** Goes to the next record; false at the end. */
    boolean next() throws IOException;

    /** The record, until the next call of {@link #next} // (width). */
    int[] record();
  }

  /**
   * @param width ints a record
   * @param keys of them that they are sorted by, 1 to width
   * @param spill bytes in memory, and a folder that is there
   */
  RecordSort(int width, int keys, Spill spill) {
    this.width = width;
    this.keys = keys;
    this.folder = spill.folder();
    // A record takes its ints and a place in the order.
    long records = spill.memory() / (Integer.BYTES * (long) width + Long.BYTES);
    this.most = (int) Math.max(16, Math.min(records, (Integer.MAX_VALUE - 64) / width));
    this.data = new int[width * Math.min(most, 64)];
  }

  /** Adds a record, which is copied. */
  void add(int[] record) throws IOException {
    if (order != null) {
      throw new IllegalStateException("records were read already");
    }
    if (held == most) {
      spill();
    }
    if ((held + 1) * width > data.length) {
      long wanted = Math.min((long) most * width, 2L * data.length);
      data = Arrays.copyOf(data, (int) wanted);
    }
    System.arraycopy(record, 0, data, held * width, width);
    held++;
    size++;
  }

  /** How many records there are. */
  long size() {
    return size;
  }

  private void spill() throws IOException {
    sort();
    if (file == null) {
      file = Files.createTempFile(folder, "records-", ".part");
      channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
    long from = end;
    ByteBuffer bytes = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < held; i++) {
      if (bytes.remaining() < width * Integer.BYTES) {
        write(bytes);
      }
      int at = (int) order[i] * width;
      for (int k = 0; k < width; k++) {
        bytes.putInt(data[at + k]);
      }
    }
    write(bytes);
    runs.add(new long[] {from, end});
    held = 0;
    order = null;
  }

  private void write(ByteBuffer bytes) throws IOException {
    bytes.flip();
    while (bytes.hasRemaining()) {
      end += channel.write(bytes, end);
    }
    bytes.clear();
  }

  /** Finds the order of the records in memory: by the first int at once, the rest among equals. */
  private void sort() {
    order = new long[held];
    for (int i = 0; i < held; i++) {
      order[i] = (long) (data[i * width] ^ Integer.MIN_VALUE) << 32 | i;
    }
    Arrays.sort(order);
    if (keys == 1) {
      return;
    }
    long[] scratch = null;
    for (int from = 0; from < held; ) {
      int to = from + 1;
      boolean rise = true;
      while (to < held && order[to] >>> 32 == order[from] >>> 32) {
        rise &= compare((int) order[to - 1], (int) order[to]) <= 0;
        to++;
      }
      if (!rise) {
        scratch = scratch == null ? new long[held] : scratch;
        merge(order, scratch, from, to);
      }
      from = to;
    }
  }

  /** Merge sort, which is quick where some parts rise already, as those of slices do. */
  private void merge(long[] places, long[] scratch, int from, int to) {
    if (to - from < 8) {
      for (int i = from + 1; i < to; i++) {
        long place = places[i];
        int k = i;
        for (; k > from && compare((int) places[k - 1], (int) place) > 0; k--) {
          places[k] = places[k - 1];
        }
        places[k] = place;
      }
      return;
    }
    int middle = (from + to) >>> 1;
    merge(places, scratch, from, middle);
    merge(places, scratch, middle, to);
    if (compare((int) places[middle - 1], (int) places[middle]) <= 0) {
      return;
    }
    System.arraycopy(places, from, scratch, from, middle - from);
    int a = from;
    int b = middle;
    for (int at = from; a < middle; at++) {
      boolean second = b < to && compare((int) places[b], (int) scratch[a]) < 0;
      places[at] = second ? places[b++] : scratch[a++];
    }
  }

  private int compare(int a, int b) {
    return Arrays.compareUnsigned(
        data, a * width, a * width + keys, data, b * width, b * width + keys);
  }

  /** The records in their order; may be asked for again, after which none is added. */
  Cursor sorted() throws IOException {
    if (order == null) {
      sort();
    }
    if (runs.isEmpty()) {
      return new Held();
    }
    PriorityQueue<Run> queue = new PriorityQueue<>(runs.size() + 1, this::compare);
    for (int i = 0; i <= runs.size(); i++) {
      Run run =
          i < runs.size()
              ? new Run(i, new Stored(runs.get(i)[0], runs.get(i)[1]))
              : new Run(i, new Held());
      if (run.cursor.next()) {
        queue.add(run);
      }
    }
    return new Merged(queue);
  }

  private int compare(Run a, Run b) {
    int c = Arrays.compareUnsigned(a.cursor.record(), 0, keys, b.cursor.record(), 0, keys);
    return c != 0 ? c : Integer.compare(a.number, b.number);
  }

  private static final class Run {
    private final int number;
    private final Cursor cursor;

    Run(int number, Cursor cursor) {
      this.number = number;
      this.cursor = cursor;
    }
  }

  private final class Held implements Cursor {
    private final int[] record = new int[width];
    private int at;

    @Override
    public boolean next() {
      if (at == held) {
        return false;
      }
      System.arraycopy(data, (int) order[at++] * width, record, 0, width);
      return true;
    }

    @Override
    public int[] record() {
      return record;
    }
  }

  private final class Stored implements Cursor {
    private final int[] record = new int[width];
    private final ByteBuffer bytes;
    private final IntBuffer ints;
    private final long to;
    private long at;

    Stored(long from, long to) {
      this.at = from;
      this.to = to;
      // All runs together take about what the records in memory do.
      long share = (long) most * width * Integer.BYTES / runs.size();
      int buffer = (int) Math.max(LEAST_BUFFER, Math.min(BUFFER, share));
      int record = Integer.BYTES * width;
      bytes =
          ByteBuffer.allocate(Math.max(1, buffer / record) * record).order(ByteOrder.LITTLE_ENDIAN);
      ints = bytes.asIntBuffer();
      ints.limit(0);
    }

    @Override
    public boolean next() throws IOException {
      if (!ints.hasRemaining()) {
        if (at == to) {
          return false;
        }
        bytes.clear().limit((int) Math.min(bytes.capacity(), to - at));
        while (bytes.hasRemaining()) {
          int read = channel.read(bytes, at + bytes.position());
          if (read < 0) {
            throw new IOException(file + " was cut short");
          }
        }
        at += bytes.position();
        ints.clear().limit(bytes.position() / Integer.BYTES);
      }
      ints.get(record);
      return true;
    }

    @Override
    public int[] record() {
      return record;
    }
  }

  private static final class Merged implements Cursor {
    private final PriorityQueue<Run> queue;
    private Run shown;

    Merged(PriorityQueue<Run> queue) {
      this.queue = queue;
    }

    @Override
    public boolean next() throws IOException {
      if (shown != null && shown.cursor.next()) {
        queue.add(shown);
      }
      shown = queue.poll();
      return shown != null;
    }

    @Override
    public int[] record() {
      return shown.cursor.record();
    }
  }

  /** Removes what is on the local disk. */
  @Override
  public void close() throws IOException {
    data = new int[0];
    order = null;
    if (file != null) {
      try {
        channel.close();
      } finally {
        Files.deleteIfExists(file);
        file = null;
      }
    }
  }
}
