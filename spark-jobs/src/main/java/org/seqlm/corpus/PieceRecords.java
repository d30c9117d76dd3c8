package org.seqlm.corpus;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.seqlm.UserException;
import org.seqlm.corpus.file.LineCut;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.corpus.plan.LongRecords;
import org.seqlm.text.Hash128;
import org.seqlm.text.Utf8;

/**
 * Takes the records of one piece after another: knows where documents begin, and keeps the records'
 * number and fingerprint and what is bad about them.
 */
abstract class PieceRecords implements PieceReader.Sink {
  private static final int MAX_REASON = 160;
  private static final int[] NO_CUTS = {};

  final RangeSummary summary = new RangeSummary();
  private final Hash128 hash = new Hash128();
  private final int maxLine;
  private final boolean splits;
  private LineCut cut; // made where it is needed
  private CorpusFile file;
  private long pathHigh;
  private long pathLow;
  // A document begins with the next line; at the latest with that of the file's first record, which
  // may lie in a later piece than the file's first byte.
  private boolean pending;
  private boolean afterBlank;

  /** For the records of a text. */
  PieceRecords(CorpusSource source) {
    maxLine = source.maxRecordBytes();
    splits = source.longRecords() == LongRecords.SPLIT;
  }

  /**
   * A document begins with the next line.
   *
   * @param from where the record begins that is the document; or the line, where it is one, or many
   * @param to where that ends
   */
  abstract void startDocument(byte[] utf8, int from, int to);

  /**
   * A line.
   *
   * @param blank whether it parts documents
   * @param terminated whether a line feed, or its record's end, ended it
   * @param place in its record, from 1
   */
  abstract void takeLine(
      byte[] utf8, int from, int to, boolean blank, boolean terminated, long place);

  /** The records that follow are those of this piece. */
  final void startPiece(CorpusRange.Piece piece) {
    file = piece.file();
    byte[] name = file.relative().getBytes(StandardCharsets.UTF_8);
    hash.hash(name, 0, name.length, 1, 2);
    pathHigh = hash.high();
    pathLow = hash.low();
    afterBlank = false;
    pending = piece.from() == 0;
  }

  /** Of the piece. */
  final CorpusFile file() {
    return file;
  }

  /** Hash of the file's path. */
  final long pathHash() {
    return pathLow;
  }

  @Override
  public final void line(byte[] utf8, int from, int to, long offset, boolean terminated) {
    record(utf8, from, to, offset, terminated);
    pending |= offset == 0;
    pending |= file.document() != DocumentUnit.FILE && file.document() != DocumentUnit.BLANK_LINE;
    boolean blank = startLine(utf8, from, to, from, to);
    takeLine(utf8, from, to, blank, terminated, 1);
  }

  @Override
  public final boolean takesParts() {
    return splits;
  }

  @Override
  public final void split(long offset) {
    if (summary.split++ == 0) {
      summary.firstSplit = file.path() + " at " + place(offset);
    }
  }

  @Override
  public final void part(byte[] utf8, int from, int to, long offset, boolean terminated, int part) {
    addToFingerprint(utf8, from, to, offset, terminated);
    afterBlank = false;
    takeLine(utf8, from, to, false, terminated, part + 1L);
  }

  @Override
  public final void text(byte[] utf8, int from, int to, long offset) {
    int[] cuts = NO_CUTS;
    if (splits && to - from > maxLine) {
      cuts = cuts(utf8, from, to);
      if (cuts == null) {
        bad(BadKind.OVER_LONG, offset);
        return;
      }
      if (cuts.length > 0) {
        split(offset);
      }
    }
    record(utf8, from, to, offset, true);
    int cutsDone = 0;
    boolean whole = file.document() == DocumentUnit.RECORD;
    pending |= offset == 0 || file.document() != DocumentUnit.FILE;
    afterBlank = false;
    int at = from;
    long place = 0;
    do {
      int end = Utf8.lineEnd(utf8, at, to);
      pending |= file.document() == DocumentUnit.LINE;
      while (cutsDone < cuts.length && cuts[cutsDone] < end) {
        int partEnd = cuts[cutsDone++];
        boolean blank = startLine(utf8, at, partEnd, whole ? from : at, whole ? to : end);
        takeLine(utf8, at, partEnd, blank, false, ++place);
        at = partEnd;
      }
      boolean blank = startLine(utf8, at, end, whole ? from : at, whole ? to : end);
      // A record's last line ends with it, or the next record would go on in the same line.
      takeLine(utf8, at, end, blank, true, ++place);
      at = end + 1;
    } while (at < to);
  }

  /**
   * Where the lines of a text are cut that are too long, rising; null if one can be cut nowhere.
   */
  private int[] cuts(byte[] utf8, int from, int to) {
    IntStream.Builder found = IntStream.builder();
    for (int at = from; at < to; ) {
      int end = Utf8.lineEnd(utf8, at, to);
      while (end - at > maxLine) {
        cut = cut == null ? new LineCut() : cut;
        at = cut.end(utf8, at, at + maxLine);
        if (at == LineCut.NONE) {
          return null;
        }
        found.add(at);
      }
      at = end + 1;
    }
    return found.build().toArray();
  }

  /** Begins a document if one begins here; returns whether the line parts documents. */
  private boolean startLine(byte[] utf8, int from, int to, int documentFrom, int documentTo) {
    boolean parted = file.document() == DocumentUnit.BLANK_LINE;
    boolean blank = file.document().isParting(utf8, from, to);
    if (pending || (parted && afterBlank && !blank)) {
      startDocument(utf8, documentFrom, documentTo);
    }
    pending = false;
    afterBlank = blank;
    return blank;
  }

  @Override
  public final void bad(BadKind kind, long offset) {
    summary.records++;
    pending |= offset == 0;
    afterBlank = false;
    note(kind, file.path() + " at " + place(offset));
  }

  /**
   * For people: records are counted from 1, as in the column `record` of rows; bytes are from 0.
   */
  private String place(long offset) {
    return switch (file.format()) {
      case PARQUET -> "row " + (offset + 1);
      case WARC -> "record " + (offset + 1);
      default -> "byte " + offset;
    };
  }

  @Override
  public final void afterBlank() {
    afterBlank = true;
  }

  @Override
  public final void nested(String field, long offset) {
    throw UserException.data(
        "field "
            + field
            + " of "
            + file.path()
            + (file.format() == CorpusFormat.PARQUET ? "" : " at byte " + offset)
            + " must hold one text, number or truth value to be a label or name a cluster, but"
            + " holds other values: write what is meant to a field of its own, or name another");
  }

  /** The file cannot be read, or no further. */
  final void unreadable(PieceReader.UnreadableException e) {
    note(BadKind.UNREADABLE_FILE, file.path() + " (" + reason(e.getCause()) + ")");
  }

  /** The first line of what a library says of a file, without the file's own name. */
  static String reason(Throwable cause) {
    String message = cause.getMessage();
    if (message == null || message.isBlank()) {
      return cause.getClass().getSimpleName();
    }
    String line = message.lines().findFirst().orElse("").strip();
    return line.length() > MAX_REASON ? line.substring(0, MAX_REASON) + "..." : line;
  }

  /** Closes a reader, if there is one, of a file that may be damaged. */
  static void abandon(PieceReader reader) {
    if (reader != null) {
      try {
        reader.close();
      } catch (IOException | RuntimeException e) {
        // A damaged file's codec may complain once more; what mattered is told already.
      }
    }
  }

  private void note(BadKind kind, String where) {
    if (summary.bad[kind.index()]++ == 0) {
      summary.firstBad[kind.index()] = where;
    }
  }

  private void record(byte[] utf8, int from, int to, long offset, boolean terminated) {
    summary.records++;
    addToFingerprint(utf8, from, to, offset, terminated);
  }

  private void addToFingerprint(byte[] utf8, int from, int to, long offset, boolean terminated) {
    long place = Hash128.mix(offset * 2 + (terminated ? 1 : 0));
    hash.hash(utf8, from, to, pathHigh ^ place, pathLow + place);
    summary.addToFingerprint(hash.high(), hash.low());
  }
}
