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
  private final PriorityQueue<Cursor> cursors;
  private byte[] term;
  private TermCount count;

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
      block = run.next(0);
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
      block = run.next(blockNumber);
      at = 0;
      return true;
    }
  }

  /** The terms of a file, before the first one. */
  public TermMerge(Index index, int part) throws IOException {
    Comparator<Cursor> byTerm = (a, b) -> Arrays.compareUnsigned(a.term(), b.term());
    cursors = new PriorityQueue<>(byTerm.thenComparingInt(cursor -> cursor.number));
    TermRun[] runs = index.file(part).runs();
    for (int i = 0; i < runs.length; i++) {
      cursors.add(new Cursor(i, runs[i], index.documentsBefore(part)));
    }
  }

  /** Goes to the next term; false behind the last one. */
  public boolean next() throws IOException {
    term = null;
    count = null;
    while (!cursors.isEmpty()) {
      Cursor cursor = cursors.peek();
      if (term != null && !Arrays.equals(term, cursor.term())) {
        break;
      }
      cursors.poll();
      count = term == null ? cursor.count() : count.plus(cursor.count());
      term = cursor.term();
      if (cursor.next()) {
        cursors.add(cursor);
      }
    }
    return term != null;
  }

  /** The term in UTF-8. */
  public byte[] term() {
    return term;
  }

  /** How often it stands in the file; documents by their numbers among all of the index. */
  public TermCount count() {
    return count;
  }
}
