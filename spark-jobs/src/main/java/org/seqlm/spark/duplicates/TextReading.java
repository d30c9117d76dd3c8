package org.seqlm.spark.duplicates;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.seqlm.corpus.KeptRecord;
import org.seqlm.corpus.RangeLines;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;

/** Reads the documents that begin in a range, each whole, always in the same way. */
final class TextReading implements RangeLines.Sink {
  /** Takes documents, one after the other. */
  abstract static class Sink {
    /** Whether it takes records with all of their fields, too. */
    boolean keepsRecords() {
      return false;
    }

    /** The record that the next document is, where those are taken. */
    void record(KeptRecord record) {}

    /**
     * A document begins.
     *
     * @param id of it, see {@link DocumentId}
     * @param number of its file among all
     * @param record its first, from 1
     */
    abstract void begin(long id, CorpusFile file, int number, long record) throws IOException;

    /** A line of it. */
    abstract void line(byte[] utf8, int from, int to, boolean terminated) throws IOException;

    /** It ends. */
    abstract void end() throws IOException;
  }

  /** The document that was read on for is over. */
  private static final class Over extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Over() {
      super(null, null, false, false);
    }
  }

  private final Sink sink;
  private final TaskContext context;
  private final int range;
  private final long[] files; // (piece): the number of its file
  private final boolean goesOnInRest;
  private int piece = -1;
  private int place;
  private CorpusFile file;
  private boolean pending; // a document begins with the next line
  private boolean open;
  private boolean inRest;

  private TextReading(
      Sink sink, TaskContext context, int range, long[] files, boolean goesOnInRest) {
    this.sink = sink;
    this.context = context;
    this.range = range;
    this.files = files;
    this.goesOnInRest = goesOnInRest;
  }

  /**
   * Reads a range.
   *
   * @param range of a plan of {@link org.seqlm.corpus.plan.CorpusPlan#wholeDocuments}
   * @param shift parts of known documents, which come before the ranges
   * @param before of each piece: records of its file before it
   * @param files of each piece: the number of its file
   * @return what the range has, without what is read on for its last document
   */
  static RangeSummary read(
      Configuration conf,
      CorpusSource source,
      CorpusRange range,
      int shift,
      long[] before,
      long[] files,
      Sink sink,
      TaskContext context,
      java.util.function.LongConsumer bytes)
      throws IOException {
    CorpusRange.Piece rest = range.rest();
    TextReading reading =
        new TextReading(sink, context, shift + range.index(), files, rest != null);
    RangeSummary summary =
        RangeLines.read(conf, source, range.withoutRest(), before, reading, bytes);
    if (reading.open) {
      reading.inRest = true;
      try {
        RangeLines.read(
            conf,
            source,
            new CorpusRange(range.index(), List.of(rest)),
            new long[1],
            reading,
            n -> {});
      } catch (Over e) {
        // The next document is another range's.
      }
      reading.close();
    }
    return summary;
  }

  @Override
  public boolean keepsRecords() {
    return sink.keepsRecords();
  }

  @Override
  public void record(KeptRecord record) {
    sink.record(record);
  }

  @Override
  public void startPiece(CorpusFile from, boolean goesOn) {
    file = from;
    piece += inRest ? 0 : 1;
  }

  @Override
  public void startDocument() throws IOException {
    if (inRest) {
      throw new Over();
    }
    close();
    pending = true;
  }

  @Override
  public void line(byte[] utf8, int from, int to, boolean terminated, long record, long line)
      throws IOException {
    if (context.isInterrupted()) {
      throw new TaskKilledException("told to stop");
    }
    if (pending) {
      pending = false;
      open = true;
      sink.begin(DocumentId.of(range, place++), file, (int) files[piece], record);
    }
    // What comes before the first document belongs to one of an earlier range.
    if (open) {
      sink.line(utf8, from, to, terminated);
    }
  }

  @Override
  public void endPiece(boolean goesOn) throws IOException {
    boolean last = piece == files.length - (goesOnInRest ? 2 : 1);
    if (!(goesOn && goesOnInRest && last) || inRest) {
      close();
    }
  }

  private void close() throws IOException {
    if (open) {
      open = false;
      sink.end();
    }
  }
}
