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
import org.seqlm.ngram.trie.SpilledRuns;
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

  /** Part of the heap for those that were received, in blocks and then by word. */
  private static final double RECEIVE = 0.1;

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

  /** What a slice, or the unigrams, got: in memory, and beyond a bound on the local disk. */
  static final class Inbox implements BackoffExchange.Blocks, Closeable {
    private final Spill spill = TaskMemory.spill(RECEIVE, "received");
    private final List<Block> blocks = new ArrayList<>();
    private SpilledRuns runs; // null while all are in memory
    private long bytes;
    private boolean sorted;

    /** A block, or where it lies. */
    private static final class Block {
      private final int slice;
      private final int number;
      private byte[] held; // null on the disk
      private long from;
      private long to;

      Block(SliceBackoffs received) {
        this.slice = received.slice;
        this.number = received.number;
        this.held = received.bytes;
      }
    }

    Inbox() {
      TaskEnd.close(this);
    }

    void put(SliceBackoffs received) throws IOException {
      Block block = new Block(received);
      blocks.add(block);
      bytes += block.held.length;
      if (runs != null) {
        write(block);
      } else if (bytes > spill.memory() / 2) {
        runs = new SpilledRuns(new Spill(0, spill.folder()));
        for (Block one : blocks) {
          write(one);
        }
      }
    }

    private void write(Block block) throws IOException {
      block.from = runs.size();
      runs.next().write(block.held, 0, block.held.length);
      block.to = runs.size();
      runs.written();
      block.held = null;
    }

    @Override
    public int count() {
      return blocks.size();
    }

    @Override
    public long bytes() {
      return bytes;
    }

    @Override
    public byte[] block(int i) throws IOException {
      if (!sorted) {
        blocks.sort(
            Comparator.<Block>comparingInt(block -> block.slice)
                .thenComparingInt(block -> block.number));
        sorted = true;
      }
      Block block = blocks.get(i);
      return block.held != null ? block.held : runs.bytes(block.from, block.to);
    }

    @Override
    public byte[] take(int i) throws IOException {
      byte[] block = block(i);
      blocks.get(i).held = null;
      return block;
    }

    /** The blocks one by one, in the order of the slices that they come from; to be read once. */
    Iterator<byte[]> taken() {
      return new Iterator<>() {
        private int next;

        @Override
        public boolean hasNext() {
          return next < blocks.size();
        }

        @Override
        public byte[] next() {
          try {
            return take(next++);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };
    }

    /** Gives the weights back to the n-grams of an order. */
    BackoffExchange.Reader reader(int order, int vocabularySize) throws IOException {
      return new BackoffExchange.Reader(order, vocabularySize, this, spill);
    }

    /** Removes what is on the local disk. */
    @Override
    public void close() throws IOException {
      blocks.clear();
      if (runs != null) {
        runs.close();
      }
    }
  }
}
