package org.seqlm.corpus;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;

/** Reads the records of one piece of a file, one at a time. */
abstract class PieceReader implements Closeable {
  /** Takes what a piece holds, in its order. */
  interface Sink {
    /**
     * A line of text.
     *
     * @param offset of its first byte in the (uncompressed) file
     * @param terminated whether a line feed ended it
     */
    void line(byte[] utf8, int from, int to, long offset, boolean terminated);

    /** Whether lines of text that are too long come in parts. */
    default boolean takesParts() {
      return false;
    }

    /** A line follows that is too long, and has more parts; only where those are taken. */
    default void split(long offset) {}

    /**
     * Another part of the line before, which was too long.
     *
     * @param part its place among the line's parts, from 1, since the first part is a line
     */
    default void part(byte[] utf8, int from, int to, long offset, boolean terminated, int part) {}

    /** The text of a JSON or Parquet record, which may have any number of lines. */
    void text(byte[] utf8, int from, int to, long offset);

    void bad(BadKind kind, long offset);

    /** Whether it takes records with all of their fields, too. */
    default boolean keepsRecords() {
      return false;
    }

    /** The record that the next text is of, where those are taken. */
    default void record(KeptRecord record) {}

    /** Before a piece's first line: whether the line before it, in another piece, is blank. */
    void afterBlank();

    /** Names of fields of records that are wanted beside the text. */
    default List<String> fields() {
      return List.of();
    }

    /** Their values, before the text of the record; null for what it has not. */
    default void fields(String[] values) {}

    /** A field that is wanted has no value that can be had. */
    default void nested(String field, long offset) {}
  }

  /** The file itself cannot be read, now or ever: trying again does not help. */
  static final class UnreadableException extends IOException {
    private static final long serialVersionUID = 1L;

    UnreadableException(Throwable cause) {
      super(cause);
    }
  }

  /**
   * Hands the next record to the sink; false if there is none.
   *
   * @throws UnreadableException if the file is missing, protected or damaged
   * @throws IOException if the file system failed, so that another attempt may succeed
   */
  abstract boolean step() throws IOException;

  /**
   * The place of the record that the last step read, from 0: among the lines that begin in the
   * piece (blank ones of JSON lines too), or among the file's rows or records.
   */
  abstract long record();

  /**
   * @param progress receives the bytes read as they are stored, a bit at a time
   */
  static PieceReader open(
      Configuration conf,
      CorpusSource source,
      CorpusRange.Piece piece,
      Sink sink,
      LongConsumer progress)
      throws IOException {
    return switch (piece.file().format()) {
      case PARQUET ->
          new ParquetPieceReader(conf, piece, ParquetPieceReader.text(source, sink), progress);
      case WARC -> new WarcPieceReader(conf, source, piece, sink, progress);
      default -> new LinePieceReader(conf, source, piece, sink, progress);
    };
  }
}
