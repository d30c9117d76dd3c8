package org.seqlm.corpus;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.Type;
import org.seqlm.corpus.file.Compression;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;

/**
 * Reads one range once, record by record, with all fields that somebody wants: lines of JSON, rows
 * of Parquet, and files of which others know how rows stand in them. It holds one record at a time.
 */
public final class RangeRecords implements Closeable {
  /** Takes what a range holds, in its order. */
  public interface Sink {
    /**
     * A piece of a file begins.
     *
     * @param piece its place in the range
     */
    void startPiece(int piece, CorpusFile file);

    /**
     * A line, valid UTF-8.
     *
     * @param place among the lines that begin in the piece, from 0
     */
    void line(byte[] utf8, int from, int to, long place);

    /**
     * A row of Parquet.
     *
     * @param row the wanted fields; null where the file has none of them
     * @param place among the file's rows, from 0
     */
    void row(Group row, long place);

    /**
     * Reads a file of rows of text, for this sink.
     *
     * @param text of the file, unpacked
     */
    Steps rows(InputStream text) throws IOException;

    /** A record that is bad before anybody looks into it. */
    void bad(BadKind kind, long place);

    /** The file cannot be read, or no further. */
    void unreadable(String reason);

    /**
     * A piece ends, at its end or where it can be read no further.
     *
     * @param places records that begin in it; of rows 0
     */
    void endPiece(long places);
  }

  /** Something that goes on a record at a time. */
  @FunctionalInterface
  public interface Steps {
    /** Goes on; false at the end. */
    boolean step() throws IOException;
  }

  private final Configuration conf;
  private final CorpusSource source;
  private final CorpusRange range;
  private final Set<String> fields;
  private final Sink sink;
  private final LongConsumer bytesRead;
  private int next;
  private Opened piece;

  /** A piece that is being read. */
  private interface Opened extends Steps, Closeable {
    /** Records so far; of rows 0. */
    long places();
  }

  /**
   * Begins a range.
   *
   * @param fields that are wanted of rows of Parquet
   * @param bytesRead receives the bytes read as they are stored, a bit at a time
   */
  public RangeRecords(
      Configuration conf,
      CorpusSource source,
      CorpusRange range,
      Set<String> fields,
      Sink sink,
      LongConsumer bytesRead) {
    this.conf = conf;
    this.source = source;
    this.range = range;
    this.fields = fields;
    this.sink = sink;
    this.bytesRead = bytesRead;
  }

  /**
   * Hands the next record to the sink, or what is wrong with it; false at the end.
   *
   * @throws IOException if the file system failed, so that another attempt may succeed
   */
  public boolean step() throws IOException {
    if (piece == null && next == range.pieces().size()) {
      return false;
    }
    try {
      if (piece == null) {
        CorpusRange.Piece wanted = range.pieces().get(next);
        sink.startPiece(next++, wanted.file());
        piece = open(wanted);
      }
      if (!piece.step()) {
        sink.endPiece(piece.places());
        piece.close();
        piece = null;
      }
    } catch (PieceReader.UnreadableException e) {
      sink.unreadable(PieceRecords.reason(e.getCause()));
      sink.endPiece(piece == null ? 0 : piece.places());
      abandon();
    } catch (IOException | RuntimeException e) {
      abandon();
      throw e;
    }
    return true;
  }

  private void abandon() {
    if (piece != null) {
      try {
        piece.close();
      } catch (IOException | RuntimeException e) {
        // What mattered is told already.
      }
      piece = null;
    }
  }

  @Override
  public void close() {
    abandon();
  }

  private Opened open(CorpusRange.Piece wanted) throws IOException {
    CorpusFile file = wanted.file();
    if (file.format() == CorpusFormat.CSV) {
      return new TextRows(file);
    }
    if (file.format() == CorpusFormat.PARQUET) {
      return new Pieces(new ParquetPieceReader(conf, wanted, new WantedRows(), bytesRead), true);
    }
    // Lines as they are: which of their fields are wanted is the sink's business.
    CorpusFile lines =
        new CorpusFile(
            file.path(),
            file.relative(),
            file.length(),
            CorpusFormat.TEXT,
            file.compression(),
            DocumentUnit.LINE);
    LineSink taken = new LineSink();
    LinePieceReader reader =
        new LinePieceReader(
            conf,
            source,
            new CorpusRange.Piece(lines, wanted.from(), wanted.to(), wanted.text()),
            taken,
            bytesRead);
    taken.reader = reader;
    return new Pieces(reader, false);
  }

  private static final class Pieces implements Opened {
    private final PieceReader reader;
    private final boolean rows;

    Pieces(PieceReader reader, boolean rows) {
      this.reader = reader;
      this.rows = rows;
    }

    @Override
    public boolean step() throws IOException {
      return reader.step();
    }

    @Override
    public long places() {
      return rows ? 0 : reader.record() + 1;
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }

  private final class WantedRows implements ParquetPieceReader.Rows {
    @Override
    public boolean wants(Type column) {
      return names(column.getName());
    }

    @Override
    public boolean names(String column) {
      return fields.contains(column);
    }

    @Override
    public void row(Group found, long row) {
      sink.row(found, row);
    }
  }

  private final class LineSink implements PieceReader.Sink {
    private LinePieceReader reader;

    @Override
    public void line(byte[] utf8, int from, int to, long offset, boolean terminated) {
      if (!DocumentUnit.isBlank(utf8, from, to)) {
        sink.line(utf8, from, to, reader.record());
      }
    }

    @Override
    public void text(byte[] utf8, int from, int to, long offset) {
      throw new IllegalStateException("lines are read as they are");
    }

    @Override
    public void bad(BadKind kind, long offset) {
      sink.bad(kind, reader.record());
    }

    @Override
    public void afterBlank() {}
  }

  /** A whole file of rows of text. */
  private final class TextRows implements Opened {
    private final StoredFile stored;
    private final InputStream in;
    private final Steps rows;

    TextRows(CorpusFile file) throws IOException {
      stored = new StoredFile(conf, file.path());
      InputStream raw = null;
      try {
        raw = stored.open(0, bytesRead);
        in =
            file.compression() == Compression.NONE
                ? raw
                : file.compression().unpack(conf, raw, source.maxZstdWindowLog());
        rows = sink.rows(in);
      } catch (IOException | RuntimeException e) {
        if (raw != null) {
          raw.close();
        }
        throw classified(e);
      }
    }

    private IOException classified(Exception e) {
      return e instanceof PieceReader.UnreadableException known ? known : stored.classify(e);
    }

    @Override
    public boolean step() throws IOException {
      boolean more;
      try {
        more = rows.step();
      } catch (IOException e) {
        throw classified(e);
      }
      if (!more) {
        stored.requireNoFailure();
      }
      return more;
    }

    @Override
    public long places() {
      return 0;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
