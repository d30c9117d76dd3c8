package org.seqlm.concordance;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * The terms of one file of an index with their counts, in the order of their bytes: its runs are
 * merged. It holds a block of 64 terms a run.
 */
public final class TermMerge {
  /** Takes terms in their order. */
  @FunctionalInterface
  public interface Sink {
    /** A term in UTF-8; documents by their numbers among all of the index. */
    void term(byte[] term, TermCount count) throws IOException;
  }

  private TermMerge() {}

  private static final class Cursor {
    final int number;
    final TermRun run;
    final long documentsBefore;
    int blockNumber;
    TermRun.Block block;
    int at;

    Cursor(int number, TermRun run, long documentsBefore) throws IOException {
      this.number = number;
      this.run = run;
      this.documentsBefore = documentsBefore + run.documents().numbers()[0];
      block = run.block(0);
    }

    byte[] term() {
      return block.term(at);
    }

    TermCount count() {
      return new TermCount(
          block.count(at),
          block.documents(at),
          documentsBefore + block.first(at),
          documentsBefore + block.last(at));
    }

    boolean next() throws IOException {
      if (++at < block.size()) {
        return true;
      }
      if (++blockNumber >= run.blocks()) {
        return false;
      }
      block = run.block(blockNumber);
      at = 0;
      return true;
    }
  }

  /** Gives the terms of a file. */
  public static void read(Index index, int part, Sink sink) throws IOException {
    Comparator<Cursor> byTerm = (a, b) -> Arrays.compareUnsigned(a.term(), b.term());
    PriorityQueue<Cursor> cursors =
        new PriorityQueue<>(byTerm.thenComparingInt(cursor -> cursor.number));
    TermRun[] runs = index.file(part).runs();
    for (int i = 0; i < runs.length; i++) {
      cursors.add(new Cursor(i, runs[i], index.documentsBefore(part)));
    }
    byte[] term = null;
    TermCount count = null;
    while (!cursors.isEmpty()) {
      Cursor cursor = cursors.poll();
      if (term != null && Arrays.equals(term, cursor.term())) {
        count = count.plus(cursor.count());
      } else {
        if (term != null) {
          sink.term(term, count);
        }
        term = cursor.term();
        count = cursor.count();
      }
      if (cursor.next()) {
        cursors.add(cursor);
      }
    }
    if (term != null) {
      sink.term(term, count);
    }
  }
}
