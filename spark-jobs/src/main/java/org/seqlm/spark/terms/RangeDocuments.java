package org.seqlm.spark.terms;

import org.seqlm.terms.CutDocuments.End;

/**
 * The documents of a range for one counter, which learns of those that have tokens only; and what
 * the range is to the documents that its ends cut.
 */
final class RangeDocuments {
  private final RangeCounter counter;
  private long documents;
  private boolean continued;
  private boolean began; // the open document began here
  private boolean fresh = true; // it has no tokens here yet
  private End end = End.CLOSED;

  RangeDocuments(RangeCounter counter) {
    this.counter = counter;
  }

  void startPiece(boolean goesOn) {
    began = !goesOn;
    fresh = true;
  }

  void startDocument() {
    began = true;
    fresh = true;
  }

  void startLine() {
    counter.startLine();
  }

  void token(byte[] utf8, int from, int to) {
    if (fresh) {
      fresh = false;
      documents++;
      continued |= !began;
      counter.startDocument();
    }
    counter.token(utf8, from, to);
  }

  void endPiece(boolean goesOn) {
    end = !goesOn ? End.CLOSED : !fresh ? End.OPEN : began ? End.EMPTY : End.PASSING;
  }

  void give(RangeCounts into) {
    into.documents = documents;
    into.continued = continued;
    into.end = end.ordinal();
    counter.give(into);
  }
}
