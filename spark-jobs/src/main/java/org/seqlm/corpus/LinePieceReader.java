package org.seqlm.corpus;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.corpus.file.Compression;
import org.seqlm.corpus.file.LineReader;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.text.Utf8;

/** Lines of text, or of JSON, perhaps compressed. */
final class LinePieceReader extends PieceReader {
  private final CorpusRange.Piece piece;
  private final CorpusSource source;
  private final Sink sink;
  private final JsonField json; // null for text
  private final StoredFile stored;
  private final LineReader lines;
  private long record = -1;

  LinePieceReader(
      Configuration conf,
      CorpusSource source,
      CorpusRange.Piece piece,
      Sink sink,
      LongConsumer progress)
      throws IOException {
    this.piece = piece;
    this.source = source;
    this.sink = sink;
    json =
        piece.file().format() == CorpusFormat.JSONL
            ? new JsonField(source.textField(), sink)
            : null;
    CorpusFile file = piece.file();
    boolean blankLines = json == null && file.document() == DocumentUnit.BLANK_LINE;
    // A record belongs to the piece it begins in. The bytes before tell whether one begins at the
    // piece's first byte, and whether a blank line stands before it.
    long start = Math.max(0, piece.from() - (blankLines ? MAX_BLANK + 2 : 1));
    stored = new StoredFile(conf, file.path());
    InputStream decoded;
    InputStream raw = null;
    try {
      raw = stored.open(start, progress);
      if (file.length() == 0 && file.compression() != Compression.NONE) {
        throw new EOFException("empty, which no compressed file is");
      }
      decoded =
          file.compression() == Compression.NONE && start == 0
              ? requirePlain(raw)
              : file.compression().unpack(conf, raw, source.maxZstdWindowLog());
    } catch (IOException | RuntimeException e) {
      if (raw != null) {
        raw.close();
      }
      throw classify(e);
    }
    long stop = file.cuts() == CorpusFile.Cuts.ANYWHERE ? piece.to() : Long.MAX_VALUE;
    lines = new LineReader(decoded, start, source.maxRecordBytes(), stop);
    boolean blank = false;
    try {
      while (lines.position() < piece.from() && lines.next()) {
        boolean whole = lines.offset() > start || start == 0;
        blank = whole && !lines.overLong() && blank(lines.bytes(), lines.from(), lines.to());
      }
    } catch (IOException | RuntimeException e) {
      lines.close();
      throw classify(e);
    }
    if (blankLines && blank) {
      sink.afterBlank();
    }
  }

  /** A file whose name says nothing was cut as text, which it may turn out not to be. */
  private static InputStream requirePlain(InputStream in) throws IOException {
    PushbackInputStream start = Compression.pushback(in);
    Compression found = Compression.ofContent(start);
    if (found != Compression.NONE) {
      throw new UnreadableException(
          new IOException(
              found.supported()
                  ? "it is packed with "
                      + found.title()
                      + ", but its name does not end in "
                      + found.extension()
                      + ": rename it"
                  : "it " + found.refusal()));
    }
    return start;
  }

  /** What a codec complains of, in the words of the settings where it is one of them. */
  private Exception explained(Exception complaint) {
    String memory = Compression.memoryNeeded(complaint);
    if (memory != null) {
      return new IOException("it " + memory, complaint);
    }
    return Compression.isLargeWindow(complaint)
        ? new IOException(
            "its zstd window is larger than 2^"
                + source.maxZstdWindowLog()
                + " bytes: raise input.max-zstd-window-log, up to 31, to what zstd --long was"
                + " told",
            complaint)
        : complaint;
  }

  private IOException classify(Exception e) {
    if (e instanceof UnreadableException known) {
      return known;
    }
    if (!stored.failed() && piece.file().compression() == Compression.NONE) {
      if (e instanceof IOException io) {
        return io;
      }
      throw (RuntimeException) e;
    }
    return stored.classify(explained(e));
  }

  @Override
  boolean step() throws IOException {
    long end = piece.file().cuts() == CorpusFile.Cuts.ANYWHERE ? piece.to() : Long.MAX_VALUE;
    boolean found;
    try {
      found = lines.position() < end && lines.next();
    } catch (IOException | RuntimeException e) {
      throw classify(e);
    }
    if (!found) {
      stored.requireNoFailure();
      return false;
    }
    record++;
    long offset = lines.offset();
    if (lines.overLong()) {
      sink.bad(BadKind.OVER_LONG, offset);
      return true;
    }
    byte[] bytes = lines.bytes();
    int from = lines.from();
    int to = lines.to();
    if (offset == 0
        && to - from >= 3
        && bytes[from] == (byte) 0xEF
        && bytes[from + 1] == (byte) 0xBB
        && bytes[from + 2] == (byte) 0xBF) {
      from += 3; // a byte order mark is no text
    }
    if (!Utf8.isValid(bytes, from, to)) {
      sink.bad(BadKind.INVALID_UTF8, offset);
    } else if (json != null) {
      json.read(bytes, from, to, offset);
    } else {
      sink.line(bytes, from, to, offset, lines.terminated());
    }
    return true;
  }

  @Override
  long record() {
    return record;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
