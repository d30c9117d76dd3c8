package org.seqlm.spark.quality;

import java.io.IOException;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.plan.CorpusFile;

/** Filters one document of text that ranges have left, from its first record to its end. */
final class LeftReader implements RangeLines.Sink {
  private final PartFiltering filtering;
  private final long first;
  private final TaskContext context;
  private final HeldDocument held = new HeldDocument();
  private CorpusFile file;
  private boolean begun;
  private boolean longer; // than what is judged
  private boolean ended;

  LeftReader(PartFiltering filtering, long first, TaskContext context) {
    this.filtering = filtering;
    this.first = first;
    this.context = context;
  }

  /** Whether its end has been read, so that no later piece has any of it. */
  boolean ended() {
    return ended;
  }

  @Override
  public void startPiece(CorpusFile from, boolean goesOn) {
    file = from;
  }

  @Override
  public void startDocument() {
    ended |= begun;
  }

  @Override
  public void line(byte[] utf8, int from, int to, boolean terminated, long record, long line)
      throws IOException {
    if (context.isInterrupted()) {
      throw new TaskKilledException("told to stop");
    }
    if (!begun && record == first) {
      begun = true;
      held.start(file);
      held.at(record);
    }
    if (!begun || ended || held.parts(utf8, from, to)) {
      return;
    }
    if (longer) {
      filtering.more(utf8, from, to, terminated);
      return;
    }
    held.line(utf8, from, to, terminated);
    if (filtering.isLong(held)) {
      filtering.beginLong(held);
      longer = true;
    }
  }

  @Override
  public void endPiece(boolean goesOn) {
    // The next piece goes on where this one ends.
  }

  /** Ends the document. */
  void finish() throws IOException {
    if (longer) {
      filtering.endLong(held);
    } else if (begun) {
      filtering.document(held, null);
    }
  }
}
