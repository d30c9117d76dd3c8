package org.seqlm.spark.terms;

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

/** Rows of the parts of one range: in memory and, beyond a bound, on the disk. */
final class SpilledCounts implements Closeable {
  private final SpilledBytes records;

  SpilledCounts(Spill spill) {
    records = new SpilledBytes(spill);
  }

  void add(RangeCounts rows) throws IOException {
    Bytes record = records.next();
    record.writeNumber(rows.side);
    record.writeNumber(rows.part);
    record.writeNumber(rows.size);
    for (int i = 0; i < rows.size; i++) {
      writeSigned(record, rows.kinds[i]);
      byte[] word = rows.words[i];
      record.writeNumber(word == null ? 0 : word.length + 1L);
      record.write(word == null ? new byte[0] : word, 0, word == null ? 0 : word.length);
      record.writeNumber(rows.figures[i].length);
      for (long figure : rows.figures[i]) {
        writeSigned(record, figure);
      }
      records.written();
    }
    records.written();
  }

  private static void writeSigned(Bytes to, long value) {
    to.writeNumber(value >= 0 ? 2 * value : -2 * value - 1);
  }

  private static long signed(InputStream in) throws IOException {
    long number = number(in);
    return (number & 1) == 0 ? number / 2 : -(number + 1) / 2;
  }

  private static long number(InputStream in) throws IOException {
    long number = Bytes.readNumber(in);
    if (number < 0) {
      throw new EOFException("counts are cut short");
    }
    return number;
  }

  /** All of them, in their order; nothing more is added then. */
  Iterator<RangeCounts> read() throws IOException {
    InputStream in = new BufferedInputStream(records.open(), 1 << 16);
    return new Iterator<>() {
      private RangeCounts next = take();

      private RangeCounts take() {
        try {
          return one(in);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public boolean hasNext() {
        return next != null;
      }

      @Override
      public RangeCounts next() {
        if (next == null) {
          throw new NoSuchElementException();
        }
        RangeCounts taken = next;
        next = take();
        return taken;
      }
    };
  }

  private static RangeCounts one(InputStream in) throws IOException {
    long side = Bytes.readNumber(in);
    if (side < 0) {
      return null;
    }
    RangeCounts rows = new RangeCounts();
    rows.side = (int) side;
    rows.part = (int) number(in);
    for (long i = number(in); i > 0; i--) {
      int kind = (int) signed(in);
      int length = (int) number(in) - 1;
      byte[] word = length < 0 ? null : in.readNBytes(length);
      long[] figures = new long[(int) number(in)];
      for (int k = 0; k < figures.length; k++) {
        figures[k] = signed(in);
      }
      rows.add(kind, word, figures);
    }
    return rows;
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
