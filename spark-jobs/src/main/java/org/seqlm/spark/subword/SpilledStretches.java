package org.seqlm.spark.subword;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.ngram.trie.SpilledBytes;
import org.seqlm.vocab.PackedTokens;
import scala.Tuple2;

/** Counted stretches with the parts that they go to: in memory and, beyond a bound, on the disk. */
final class SpilledStretches implements Closeable {
  private final SpilledBytes records;
  private long memory; // what the tables of all of them would take

  SpilledStretches(Spill spill) {
    records = new SpilledBytes(spill);
  }

  void add(int part, PackedTokens words) throws IOException {
    write(records.next(), part, words);
    records.written();
    int n = words.size();
    memory += StretchCounts.memory(n, n == 0 ? 0 : words.end(n - 1));
  }

  /** What {@link #one} reads. */
  static byte[] bytes(int part, PackedTokens words) {
    Bytes record = new Bytes(1 << 10);
    write(record, part, words);
    return record.copy();
  }

  private static void write(Bytes record, int part, PackedTokens words) {
    int n = words.size();
    record.writeNumber(part);
    record.writeNumber(n);
    for (int i = 0; i < n; i++) {
      record.writeNumber(words.length(i));
      record.writeNumber(words.counts()[i]);
    }
    record.write(words.arena(), 0, n == 0 ? 0 : words.end(n - 1));
  }

  /** Bytes that a table of all of them takes at most. */
  long memory() {
    return memory;
  }

  /** All of them, in their order; nothing more is added then. */
  Iterator<Tuple2<Integer, PackedTokens>> read() throws IOException {
    InputStream in = new BufferedInputStream(records.open(), 1 << 16);
    return new Iterator<>() {
      private Tuple2<Integer, PackedTokens> next = take();

      private Tuple2<Integer, PackedTokens> take() {
        try {
          return one(in, Integer.MAX_VALUE);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public boolean hasNext() {
        return next != null;
      }

      @Override
      public Tuple2<Integer, PackedTokens> next() {
        if (next == null) {
          throw new NoSuchElementException();
        }
        Tuple2<Integer, PackedTokens> taken = next;
        next = take();
        return taken;
      }
    };
  }

  /**
   * The next; null at the end.
   *
   * @param most stretches that it has
   * @throws IOException if it has no sense
   */
  static Tuple2<Integer, PackedTokens> one(InputStream in, int most) throws IOException {
    long part = Bytes.readNumber(in);
    if (part < 0) {
      return null;
    }
    int n = number(in, most);
    int[] ends = new int[n];
    long[] counts = new long[n];
    int end = 0;
    for (int i = 0; i < n; i++) {
      end = Math.addExact(end, number(in, StretchCounts.MOST_BYTES));
      ends[i] = end;
      counts[i] = Bytes.readNumber(in);
    }
    byte[] arena = in.readNBytes(end);
    if (arena.length < end) {
      throw new EOFException("stretches are cut short");
    }
    return new Tuple2<>((int) part, new PackedTokens(arena, ends, counts));
  }

  private static int number(InputStream in, int most) throws IOException {
    long number = Bytes.readNumber(in);
    if (number < 0 || number > most) {
      throw new IOException("stretches hold a number " + number + " that may be 0 to " + most);
    }
    return (int) number;
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
