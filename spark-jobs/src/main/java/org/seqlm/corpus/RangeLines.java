package org.seqlm.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.corpus.plan.DocumentUnit;

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

    /** Whether it takes records with all of their fields, too. */
    default boolean keepsRecords() {
      return false;
    }

    /** The record that the next lines are of, where those are taken; of text there are none. */
    default void record(KeptRecord record) {}

    /** Names of fields of records that are wanted beside the text. */
    default List<String> fields() {
      return List.of();
    }

    /** Their values, before the first line of the record; null for what it has not. */
    default void fields(String[] values) {}

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
  private final Records records;

  private PieceReader reader;
  private long firstRecord;

  private RangeLines(Configuration conf, CorpusSource source, Sink sink, LongConsumer bytesRead) {
    this.conf = conf;
    this.source = source;
    this.sink = sink;
    this.bytesRead = bytesRead;
    records = new Records(source);
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
    return lines.records.summary;
  }

  /**
   * The records that begin in a piece of a file that is cut; not for its last piece, where a line
   * feed at the end begins none. Of text only: rows of Parquet know their places themselves, and
   * those of packed text are found with it ({@link PackedPieces}).
   */
  public static long records(Configuration conf, CorpusRange.Piece piece) throws IOException {
    if (piece.file().cuts() != CorpusFile.Cuts.ANYWHERE) {
      return 0;
    }
    // A record begins at 0 and after each line feed.
    long records = piece.from() == 0 ? 1 : 0;
    StoredFile stored = new StoredFile(conf, piece.file().path());
    byte[] buffer = new byte[1 << 16];
    long at = Math.max(0, piece.from() - 1);
    try (var in = stored.open(at, n -> {})) {
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
    } catch (PieceReader.UnreadableException e) {
      // Nobody reads its records, which is told by who tries to.
    } catch (IOException | RuntimeException e) {
      if (!stored.failed() || !(stored.classify(e) instanceof PieceReader.UnreadableException)) {
        throw e;
      }
    }
    return records;
  }

  private void piece(CorpusRange.Piece piece, long before) throws IOException {
    CorpusFile file = piece.file();
    firstRecord = before + 1;
    records.startPiece(piece);
    boolean longDocuments =
        file.document() == DocumentUnit.FILE || file.document() == DocumentUnit.BLANK_LINE;
    sink.startPiece(file, longDocuments && piece.from() > 0);
    reader = null;
    try {
      reader = PieceReader.open(conf, source, piece, records, bytesRead);
      boolean more = true;
      while (more) {
        more = reader.step();
      }
      reader.close();
    } catch (PieceReader.UnreadableException e) {
      records.unreadable(e);
      PieceRecords.abandon(reader);
    } catch (UncheckedIOException e) {
      PieceRecords.abandon(reader);
      throw e.getCause();
    } catch (IOException | RuntimeException e) {
      PieceRecords.abandon(reader);
      throw e;
    }
    sink.endPiece(longDocuments && piece.to() < file.length());
  }

  private final class Records extends PieceRecords {
    Records(CorpusSource source) {
      super(source);
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
    public List<String> fields() {
      return sink.fields();
    }

    @Override
    public void fields(String[] values) {
      sink.fields(values);
    }

    @Override
    void startDocument(byte[] utf8, int from, int to) {
      summary.documents++;
      try {
        sink.startDocument();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    void takeLine(byte[] utf8, int from, int to, boolean blank, boolean terminated, long place) {
      summary.lines++;
      try {
        sink.line(utf8, from, to, terminated, firstRecord + reader.record(), place);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
