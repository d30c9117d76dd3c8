package org.seqlm.spark.ngrams;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.seqlm.ngram.count.Slices;
import org.seqlm.ngram.smooth.BackoffExchange;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.spark.io.OrderedParts;
import org.seqlm.spark.task.TaskEnd;
import org.seqlm.spark.task.TaskMemory;
import scala.Tuple2;

/**
 * Back-off weights on their way from the slice whose contexts have them to one where the same words
 * are n-grams; see {@link BackoffExchange}.
 */
public final class SliceBackoffs implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Parts of the heap for weights while they are collected, and once they wait to be sent. */
  private static final double COLLECT = 0.02;

  private static final double WAIT = 0.05;

  private static final Comparator<SliceBackoffs> BY_SLICE =
      Comparator.<SliceBackoffs>comparingInt(backoffs -> backoffs.slice)
          .thenComparingInt(backoffs -> backoffs.number);

  private final int slice;
  private final int number; // of those of the slice, rising
  private final byte[] bytes;

  private SliceBackoffs(int slice, int number, byte[] bytes) {
    this.slice = slice;
    this.number = number;
    this.bytes = bytes;
  }

  /** What a slice sends: in memory, and beyond a bound on the local disk until it is asked for. */
  static final class Outbox implements Closeable {
    private final int slice;
    private final Spill spill = TaskMemory.spill(WAIT, "backoffs");
    private final ArrayDeque<Tuple2<Integer, SliceBackoffs>> held = new ArrayDeque<>();
    private long heldBytes;
    private int number;
    private Path file; // null while nothing is there
    private DataOutputStream out;

    Outbox(int slice) {
      this.slice = slice;
      TaskEnd.close(this);
    }

    /**
     * Collects weights for this.
     *
     * @param order N of the model
     */
    BackoffExchange.Writer writer(Slices slices, int order) {
      return new BackoffExchange.Writer(slices, order, TaskMemory.share(COLLECT), this::put);
    }

    private void put(byte[] bytes, int to) {
      held.add(new Tuple2<>(to, new SliceBackoffs(slice, number++, bytes)));
      heldBytes += bytes.length;
      if (heldBytes > spill.memory()) {
        try {
          write();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }

    private void write() throws IOException {
      if (file == null) {
        Files.createDirectories(spill.folder());
        file = Files.createTempFile(spill.folder(), "backoffs-", ".part");
        out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
      }
      for (Tuple2<Integer, SliceBackoffs> one : held) {
        out.writeInt(one._1());
        out.writeInt(one._2().number);
        out.writeInt(one._2().bytes.length);
        out.write(one._2().bytes);
      }
      held.clear();
      heldBytes = 0;
    }

    /**
     * All that was collected, with the numbers of those that it goes to; to be read once.
     *
     * @param first is given before them; null for nothing
     */
    Iterator<Tuple2<Integer, Object>> sent(Tuple2<Integer, Object> first) throws IOException {
      DataInputStream in = null;
      if (file != null) {
        write();
        out.close();
        in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
        TaskEnd.close(in);
      }
      DataInputStream written = in;
      return new Iterator<>() {
        private Tuple2<Integer, Object> next = first == null ? read() : first;

        private Tuple2<Integer, Object> read() {
          try {
            return written == null ? Outbox.this.next() : Outbox.this.next(written);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }

        @Override
        public boolean hasNext() {
          return next != null;
        }

        @Override
        public Tuple2<Integer, Object> next() {
          if (next == null) {
            throw new NoSuchElementException();
          }
          Tuple2<Integer, Object> here = next;
          next = read();
          return here;
        }
      };
    }

    private Tuple2<Integer, Object> next() {
      Tuple2<Integer, SliceBackoffs> one = held.poll();
      return one == null ? null : new Tuple2<>(one._1(), one._2());
    }

    private Tuple2<Integer, Object> next(DataInputStream in) throws IOException {
      int to;
      try {
        to = in.readInt();
      } catch (EOFException e) {
        in.close();
        return null;
      }
      int place = in.readInt();
      byte[] bytes = new byte[in.readInt()];
      in.readFully(bytes);
      return new Tuple2<>(to, new SliceBackoffs(slice, place, bytes));
    }

    /** Removes what is on the local disk. */
    @Override
    public void close() throws IOException {
      held.clear();
      if (file == null) {
        return;
      }
      try {
        out.close();
      } finally {
        Files.deleteIfExists(file);
      }
    }
  }

  /**
   * What the unigrams receive, of which there may be more than fit in memory: beyond a bound it
   * waits on the local disk.
   */
  static final class Inbox {
    private final OrderedParts parts = new OrderedParts(16, TaskMemory.spill(WAIT, "received"));
    private final List<SliceBackoffs> senders = new ArrayList<>(); // by part, without its bytes

    Inbox() {
      TaskEnd.close(parts);
    }

    void put(SliceBackoffs received) throws IOException {
      parts.put(senders.size(), received.bytes);
      senders.add(new SliceBackoffs(received.slice, received.number, null));
    }

    /** The weights in the order of the slices that they come from, read one by one. */
    Iterator<byte[]> sorted() {
      List<Integer> order = new ArrayList<>();
      for (int part = 0; part < senders.size(); part++) {
        order.add(part);
      }
      order.sort(Comparator.comparing(senders::get, BY_SLICE));
      Iterator<Integer> sorted = order.iterator(); // that of a stream would hold all bytes
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return sorted.hasNext();
        }

        @Override
        public byte[] next() {
          try {
            return parts.part(sorted.next());
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };
    }
  }

  /** The weights in the order of the slices that they come from; the list may be changed. */
  static List<byte[]> sorted(List<SliceBackoffs> received) {
    received.sort(BY_SLICE);
    List<byte[]> sorted = new ArrayList<>();
    received.forEach(backoffs -> sorted.add(backoffs.bytes));
    return sorted;
  }
}
