package org.seqlm.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.seqlm.text.Hash128;

/**
 * Reads one range once, line by line, by the same rules as {@link RangeScanner}, for what is made
 * of each line alone or in its place in the document. It holds one record at a time.
 */
public final class RangeLines {
  /** Takes what a range holds, in its order. */
  public interface Sink {
    /**
     * A piece of a file begins.
     *
     * @param goesOn whether what comes before the first document belongs to one that began in an
     *     earlier range
     */
    void startPiece(CorpusFile file, boolean goesOn) throws IOException;

    /** A document begins with the next line. */
    void startDocument() throws IOException;

    /**
     * A line.
     *
     * @param terminated whether a line feed, or its record's end, ended it
     * @param record its record's place in the file, from 1
     * @param line its place in the record, from 1
     */
    void line(byte[] utf8, int from, int to, boolean terminated, long record, long line)
        throws IOException;

    /**
     * A piece ends.
     *
     * @param goesOn whether the open document may go on in a later range
     */
    void endPiece(boolean goesOn) throws IOException;
  }

  private final Configuration conf;
  private final CorpusSource source;
  private final Sink sink;
  private final LongConsumer bytesRead;
  private final RangeSummary summary = new RangeSummary();
  private final Hash128 hash = new Hash128();

  private CorpusFile file;
  private PieceReader reader;
  private long firstRecord;
  private long pathHigh;
  private long pathLow;
  private boolean pending;
  private boolean afterBlank;

  private RangeLines(Configuration conf, CorpusSource source, Sink sink, LongConsumer bytesRead) {
    this.conf = conf;
    this.source = source;
    this.sink = sink;
    this.bytesRead = bytesRead;
  }

  /**
   * Reads a range.
   *
   * @param recordsBefore of each piece's file, those that begin before the piece; see {@link
   *     #records}
   * @param bytesRead receives the bytes read as they are stored, a bit at a time
   * @return records, documents, what is bad and the fingerprint; nothing of tokens, which are the
   *     sink's
   */
  public static RangeSummary read(
      Configuration conf,
      CorpusSource source,
      CorpusRange range,
      long[] recordsBefore,
      Sink sink,
      LongConsumer bytesRead)
      throws IOException {
    RangeLines lines = new RangeLines(conf, source, sink, bytesRead);
    for (int i = 0; i < range.pieces().size(); i++) {
      lines.piece(range.pieces().get(i), recordsBefore[i]);
    }
    return lines.summary;
  }

  /**
   * The records that begin in a piece of a file that is cut; not for its last piece, where a line
   * feed at the end begins none.
   */
  public static long records(Configuration conf, CorpusRange.Piece piece) throws IOException {
    // A record begins at 0 and after each line feed.
    long records = piece.from() == 0 ? 1 : 0;
    Path path = new Path(piece.file().path());
    byte[] buffer = new byte[1 << 16];
    try (var in = path.getFileSystem(conf).open(path)) {
      long at = Math.max(0, piece.from() - 1);
      in.seek(at);
      while (at < piece.to() - 1) {
        int n = in.read(buffer, 0, (int) Math.min(buffer.length, piece.to() - 1 - at));
        if (n < 0) {
          break;
        }
        for (int i = 0; i < n; i++) {
          records += buffer[i] == '\n' ? 1 : 0;
        }
        at += n;
      }
    }
    return records;
  }

  private void piece(CorpusRange.Piece piece, long before) throws IOException {
    file = piece.file();
    firstRecord = before + 1;
    byte[] name = file.relative().getBytes(StandardCharsets.UTF_8);
    hash.hash(name, 0, name.length, 1, 2);
    pathHigh = hash.high();
    pathLow = hash.low();
    afterBlank = false;
    pending = piece.from() == 0;
    boolean longDocuments =
        file.document() == DocumentUnit.FILE || file.document() == DocumentUnit.BLANK_LINE;
    sink.startPiece(file, longDocuments && piece.from() > 0);
    reader = null;
    try {
      reader = PieceReader.open(conf, source, piece, new Records(), bytesRead);
      boolean more = true;
      while (more) {
        more = reader.step();
      }
      reader.close();
    } catch (PieceReader.UnreadableException e) {
      Throwable cause = e.getCause();
      String message = cause.getMessage() == null ? "" : cause.getMessage();
      String reason = message.lines().findFirst().orElse(cause.getClass().getSimpleName());
      note(
          BadKind.UNREADABLE_FILE,
          file.path() + " (" + reason.substring(0, Math.min(160, reason.length())) + ")");
      abandon();
    } catch (UncheckedIOException e) {
      abandon();
      throw e.getCause();
    } catch (IOException | RuntimeException e) {
      abandon();
      throw e;
    }
    sink.endPiece(longDocuments && file.splittable() && piece.to() < file.length());
  }

  private void abandon() {
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

  private final class Records implements PieceReader.Sink {
    @Override
    public void line(byte[] utf8, int from, int to, long offset, boolean terminated) {
      summary.records++;
      fingerprint(utf8, from, to, offset, terminated);
      boolean blank = false;
      switch (file.document()) {
        case FILE -> {
          if (pending) {
            startDocument();
          }
        }
        case BLANK_LINE -> {
          blank = PieceReader.blank(utf8, from, to);
          if (pending || (afterBlank && !blank)) {
            startDocument();
          }
        }
        default -> startDocument();
      }
      pending = false;
      afterBlank = blank;
      give(utf8, from, to, terminated, 1);
    }

    @Override
    public void text(byte[] utf8, int from, int to, long offset) {
      summary.records++;
      fingerprint(utf8, from, to, offset, true);
      if (file.document() != DocumentUnit.FILE) {
        pending = true;
      }
      afterBlank = false;
      int at = from;
      long line = 0;
      do {
        int end = at;
        while (end < to && utf8[end] != '\n') {
          end++;
        }
        boolean blank =
            file.document() == DocumentUnit.BLANK_LINE && PieceReader.blank(utf8, at, end);
        if (pending || file.document() == DocumentUnit.LINE || (afterBlank && !blank)) {
          startDocument();
        }
        pending = false;
        afterBlank = blank;
        give(utf8, at, end, true, ++line);
        at = end + 1;
      } while (at < to);
    }

    @Override
    public void bad(BadKind kind, long offset) {
      summary.records++;
      afterBlank = false;
      boolean row = file.format() == CorpusFormat.PARQUET;
      note(kind, file.path() + (row ? " at row " : " at byte ") + offset);
    }

    @Override
    public void afterBlank() {
      afterBlank = true;
    }
  }

  private void startDocument() {
    summary.documents++;
    try {
      sink.startDocument();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void give(byte[] utf8, int from, int to, boolean terminated, long line) {
    summary.lines++;
    try {
      sink.line(utf8, from, to, terminated, firstRecord + reader.record(), line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void fingerprint(byte[] utf8, int from, int to, long offset, boolean terminated) {
    long place = Hash128.mix(offset * 2 + (terminated ? 1 : 0));
    hash.hash(utf8, from, to, pathHigh ^ place, pathLow + place);
    summary.addToFingerprint(hash.high(), hash.low());
  }
}
