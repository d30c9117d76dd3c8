package org.seqlm.corpus;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.SequenceInputStream;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.corpus.file.Bzip2Blocks;
import org.seqlm.corpus.file.Compression;
import org.seqlm.corpus.file.LineCut;
import org.seqlm.corpus.file.LineReader;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.corpus.plan.LongRecords;
import org.seqlm.corpus.plan.PieceText;
import org.seqlm.text.Utf8;

/** Lines of text, or of JSON, perhaps compressed. */
final class LinePieceReader extends PieceReader {
  private final CorpusRange.Piece piece;
  private final CorpusSource source;
  private final Sink sink;
  private final JsonField json; // null for text
  private final StoredFile stored;
  private final LineReader lines; // null where no record can begin
  private final long end; // of the piece in the text
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
    PieceText text = piece.text();
    if (piece.packedPart() && text == null) {
      throw new IllegalArgumentException("which text the piece " + piece + " holds is not known");
    }
    long from = text == null ? piece.from() : text.from();
    int before =
        text == null ? (blankLines ? DocumentUnit.MOST_BLANK + 2 : 1) : text.before().length;
    long start = Math.max(0, from - before);
    end = end(piece);
    stored = new StoredFile(conf, file.path());
    if (from == end && piece.packedPart()) {
      lines = null;
      return;
    }
    InputStream raw = null;
    InputStream decoded;
    try {
      raw = stored.open(text == null ? start : text.unit() >> 3, progress);
      decoded = text == null ? decoded(conf, raw, start) : text(conf, raw, text);
    } catch (IOException | RuntimeException e) {
      if (raw != null) {
        raw.close();
      }
      throw classify(e);
    }
    int most = json == null ? source.maxRecordBytes() : source.mostHeld();
    LineReader reader = new LineReader(decoded, start, most, end);
    boolean blank = false;
    try {
      while (reader.position() < from && reader.next()) {
        boolean whole = reader.offset() > start || start == 0;
        blank =
            whole
                && !reader.overLong()
                && DocumentUnit.isBlank(reader.bytes(), reader.from(), reader.to());
      }
    } catch (IOException | RuntimeException e) {
      reader.close();
      IOException failure = classify(e);
      if (text == null || !(failure instanceof UnreadableException)) {
        throw failure;
      }
      reader = null; // the record that goes on here is another piece's, which tells of the damage
    }
    if (reader != null
        && json == null
        && source.longRecords() == LongRecords.SPLIT
        && sink.takesParts()) {
      reader.cutBy(new LineCut());
    }
    lines = reader;
    if (blankLines && blank) {
      sink.afterBlank();
    }
  }

  private static long end(CorpusRange.Piece piece) {
    if (piece.text() != null) {
      return piece.text().to();
    }
    return piece.file().cuts() == CorpusFile.Cuts.ANYWHERE ? piece.to() : Long.MAX_VALUE;
  }

  private InputStream decoded(Configuration conf, InputStream raw, long start) throws IOException {
    CorpusFile file = piece.file();
    if (file.length() == 0 && file.compression() != Compression.NONE) {
      throw new EOFException("empty, which no compressed file is");
    }
    return file.compression() == Compression.NONE && start == 0
        ? requirePlain(raw)
        : file.compression().unpack(conf, raw, source.maxZstdWindowLog());
  }

  /** The text from a piece's first unit on, and what stands just before it. */
  private InputStream text(Configuration conf, InputStream raw, PieceText text) throws IOException {
    boolean block = piece.file().compression() == Compression.BZIP2 && text.unit() > 0;
    InputStream unpacked =
        block
            ? Bzip2Blocks.at(raw, text.unit(), text.checksum()).text()
            : decoded(conf, raw, text.unit() >> 3);
    return new SequenceInputStream(new ByteArrayInputStream(text.before()), unpacked);
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
    boolean found;
    try {
      found = lines != null && (lines.goesOn() || lines.position() < end) && lines.next();
    } catch (IOException | RuntimeException e) {
      throw classify(e);
    }
    if (!found) {
      stored.requireNoFailure();
      return false;
    }
    boolean first = lines.part() == 0;
    record += first ? 1 : 0;
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
    } else if (first) {
      if (lines.goesOn()) {
        sink.split(offset);
      }
      sink.line(bytes, from, to, offset, lines.terminated());
    } else {
      sink.part(bytes, from, to, offset, lines.terminated(), lines.part());
    }
    return true;
  }

  @Override
  long record() {
    return record;
  }

  @Override
  public void close() throws IOException {
    if (lines != null) {
      lines.close();
    }
  }
}
