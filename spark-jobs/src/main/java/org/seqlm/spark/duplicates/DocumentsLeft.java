package org.seqlm.spark.duplicates;

import java.io.IOException;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.api.java.JavaRDD;
import org.seqlm.corpus.plan.CorpusFile;

/**
 * The documents of a text but for those that are duplicates: lines and spans are looked for in what
 * is left, or the first occurrence of one might go with its document.
 */
final class DocumentsLeft {
  private final TextPasses text;
  private final JavaRDD<long[]> duplicates; // sorted by range; null for none

  DocumentsLeft(TextPasses text, JavaRDD<long[]> duplicates) {
    this.text = text;
    this.duplicates = duplicates;
  }

  /** Makes what takes the documents of a range, and writes rows. */
  interface Taking extends Serializable {
    TextReading.Sink into(LongRows rows);
  }

  /** Reads them once: the rows that are made of each range. */
  JavaRDD<long[]> each(Taking taking) {
    TextPasses passes = text;
    if (duplicates == null) {
      return passes.each(
          (range, task) -> {
            LongRows rows = LongRows.open(task);
            passes.read(range, taking.into(rows), task, n -> {});
            return rows.read();
          });
    }
    return passes.asked(
        duplicates,
        (range, without, task) -> {
          LongRows rows = LongRows.open(task);
          passes.read(range, new Without(taking.into(rows), without), task, n -> {});
          return rows.read();
        });
  }

  /** Hands on the documents that are no duplicates. */
  static final class Without extends TextReading.Sink {
    private final TextReading.Sink sink;
    private final Iterator<long[]> without;
    private long next;
    private boolean left;

    Without(TextReading.Sink sink, Iterator<long[]> without) {
      this.sink = sink;
      this.without = without;
      advance();
    }

    private void advance() {
      next = without.hasNext() ? without.next()[0] : -1;
    }

    @Override
    void begin(long id, CorpusFile file, int number, long record) throws IOException {
      left = id != next;
      if (left) {
        sink.begin(id, file, number, record);
      } else {
        advance();
      }
    }

    @Override
    void line(byte[] utf8, int from, int to, boolean terminated) throws IOException {
      if (left) {
        sink.line(utf8, from, to, terminated);
      }
    }

    @Override
    void end() throws IOException {
      if (left) {
        sink.end();
      }
    }
  }
}
