package org.seqlm.spark.quality;

import java.io.IOException;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.seqlm.corpus.KeptRecord;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.spark.quality.FilteredPart.LeftDocument;
import org.seqlm.spark.quality.FilteredPart.OfRange;

/**
 * Filters the documents of one range. It leaves to others those that may go on in a later range,
 * those that went on from an earlier one, and those between blank lines that are longer than what
 * is judged: whether such a one ends in the range is known when it has been read.
 */
final class RangeFilter implements RangeLines.Sink {
  private final PartFiltering filtering;
  private final OfRange range;
  private final TaskContext context;
  private final HeldDocument held = new HeldDocument();
  private CorpusFile file;
  private final String cutFile;
  private KeptRecord next; // that the next lines are of
  private KeptRecord record; // of the document that is held; null of text
  private State state = State.NONE;

  private enum State {
    /** Before the first document of a piece. */
    NONE,
    /** Lines of a document that an earlier range has the beginning of. */
    HEAD,
    HELD,
    /** What is judged of it is, and what follows is written as it comes. */
    LONG,
    LEFT
  }

  RangeFilter(PartFiltering filtering, CorpusRange read, OfRange range, TaskContext context) {
    this.filtering = filtering;
    this.range = range;
    this.context = context;
    cutFile = cutFile(read);
  }

  /** The file that is one document and goes on after the range; null if none does. */
  private static String cutFile(CorpusRange range) {
    if (range.pieces().isEmpty()) {
      return null;
    }
    CorpusRange.Piece last = range.pieces().get(range.pieces().size() - 1);
    return last.file().document() == DocumentUnit.FILE && last.to() < last.file().length()
        ? last.file().path()
        : null;
  }

  @Override
  public boolean keepsRecords() {
    return true;
  }

  @Override
  public void record(KeptRecord whole) {
    next = whole;
  }

  @Override
  public void startPiece(CorpusFile from, boolean goesOn) {
    file = from;
    next = null;
    state = goesOn ? State.HEAD : State.NONE;
  }

  @Override
  public void startDocument() throws IOException {
    endDocument();
    held.start(file);
    record = next;
    state = State.HELD;
  }

  @Override
  public void line(byte[] utf8, int from, int to, boolean terminated, long place, long line)
      throws IOException {
    if (context.isInterrupted()) {
      throw new TaskKilledException("told to stop");
    }
    switch (state) {
      case HEAD -> {
        if (range.head == null) {
          range.head = new LeftDocument(file.path(), place);
        }
      }
      case HELD -> hold(utf8, from, to, terminated, place);
      case LONG -> filtering.more(utf8, from, to, terminated);
      default -> {} // another task reads it
    }
  }

  private void hold(byte[] utf8, int from, int to, boolean terminated, long place)
      throws IOException {
    held.at(place);
    if (held.parts(utf8, from, to)) {
      return;
    }
    held.line(utf8, from, to, terminated);
    if (file.format() == CorpusFormat.TEXT && filtering.isLong(held)) {
      if (file.document() == DocumentUnit.BLANK_LINE || file.path().equals(cutFile)) {
        leave();
      } else {
        filtering.beginLong(held);
        state = State.LONG;
      }
    }
  }

  private void leave() {
    range.left.add(new LeftDocument(file.path(), held.record()));
    state = State.LEFT;
  }

  private void endDocument() throws IOException {
    switch (state) {
      case HELD -> {
        if (held.record() > 0) {
          filtering.document(held, record);
        }
      }
      case LONG -> filtering.endLong(held);
      default -> {}
    }
    state = State.NONE;
  }

  @Override
  public void endPiece(boolean goesOn) throws IOException {
    if (!goesOn) {
      endDocument();
      return;
    }
    switch (state) {
      case HEAD -> range.headGoesOn = true;
      case HELD -> {
        if (held.record() > 0) {
          leave();
          range.open = true;
        }
      }
      case LEFT -> range.open = true;
      default -> {}
    }
    state = State.NONE;
  }
}
