package org.seqlm.spark.terms;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.terms.CutDocuments.End;

/**
 * The documents of a range for one counter, which learns of those that have tokens only; and what
 * the range is to the documents that its ends cut. A range that is too large for a counter is
 * counted in parts, whose ends are as the ends of ranges.
 */
final class RangeDocuments {
  /** Rows that are given together. */
  private static final int TOGETHER = 1 << 12;

  /** Takes rows. */
  @FunctionalInterface
  interface Sink {
    void rows(RangeCounts rows) throws IOException;
  }

  private final int side;
  private final List<RangeCounts> sums = new ArrayList<>(); // of the parts
  private RangeCounter counter;
  private long documents;
  private boolean continued;
  private boolean began; // the open document began here
  private boolean fresh = true; // it has no tokens in this part yet
  private boolean told; // the counter knows of it
  private End end = End.CLOSED;

  RangeDocuments(int side, RangeCounter counter) {
    this.side = side;
    this.counter = counter;
  }

  void startPiece(boolean goesOn) {
    began = !goesOn;
    fresh = true;
    told = false;
  }

  void startDocument() {
    began = true;
    fresh = true;
    told = false;
  }

  void startLine() {
    counter.startLine();
  }

  void token(byte[] utf8, int from, int to) {
    if (fresh) {
      fresh = false;
      documents++;
      continued |= !began;
    }
    if (!told) {
      told = true;
      counter.startDocument();
    }
    counter.token(utf8, from, to);
  }

  void endPiece(boolean goesOn) {
    end = !goesOn ? End.CLOSED : !fresh ? End.OPEN : began ? End.EMPTY : End.PASSING;
  }

  /** Bytes that are held, more or less. */
  long bytes() {
    return counter.bytes();
  }

  /** Begins the next part of the range, in the midst of a document. */
  void cut(Sink rows) throws IOException {
    endPiece(true);
    give(rows);
    counter = counter.next();
    documents = 0;
    continued = false;
    began = false;
    fresh = true;
    end = End.CLOSED;
  }

  /** Gives the rows of the last part, and of all parts the sums. */
  List<RangeCounts> end(Sink rows) throws IOException {
    give(rows);
    counter = null; // what it holds is as large as what it gave
    return sums;
  }

  private void give(Sink rows) throws IOException {
    RangeCounts sum = rows();
    sum.documents = documents;
    sum.continued = continued;
    sum.end = end.ordinal();
    RangeCounts[] open = {rows()};
    try {
      counter.give(
          new RangeCounter.Rows() {
            @Override
            public void totals(long... totals) {
              sum.totals = totals;
            }

            @Override
            public void row(int kind, byte[] word, long... figures) {
              open[0].add(kind, word, figures);
              if (open[0].size == TOGETHER) {
                hand(rows, open[0]);
                open[0] = rows();
              }
            }
          });
      hand(rows, open[0]);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    sums.add(sum);
  }

  private static void hand(Sink to, RangeCounts rows) {
    try {
      to.rows(rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RangeCounts rows() {
    RangeCounts rows = new RangeCounts();
    rows.side = side;
    rows.part = sums.size();
    return rows;
  }
}
