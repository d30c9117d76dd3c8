package org.seqlm.corpus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.seqlm.artifact.Paths;
import org.seqlm.corpus.file.BulkInput;
import org.seqlm.corpus.file.Compression;
import org.seqlm.corpus.file.LineReader;
import org.seqlm.text.Utf8;

/** Reads the records of one piece of a file, one at a time. */
abstract class PieceReader implements Closeable {
  /** The longest line that counts as blank. */
  static final int MAX_BLANK = 1024;

  /** Takes what a piece holds, in its order. */
  interface Sink {
    /**
     * A line of text.
     *
     * @param offset of its first byte in the (uncompressed) file
     * @param terminated whether a line feed ended it
     */
    void line(byte[] utf8, int from, int to, long offset, boolean terminated);

    /** The text of a JSON or Parquet record, which may have any number of lines. */
    void text(byte[] utf8, int from, int to, long offset);

    void bad(BadKind kind, long offset);

    /** Before a piece's first line: whether the line before it, in another piece, is blank. */
    void afterBlank();
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
   * piece (blank ones of JSON lines too), or among the file's rows.
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
    return piece.file().format() == CorpusFormat.PARQUET
        ? new Rows(conf, source, piece, sink, progress)
        : new Lines(conf, source, piece, sink, progress);
  }

  /** Whether a line holds nothing but a few spaces. */
  static boolean blank(byte[] bytes, int from, int to) {
    if (to - from > MAX_BLANK) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  /**
   * What the file system itself says about a file, so that it is told from a codec's complaints.
   */
  private static final class Raw extends BulkInput {
    private final LongConsumer progress;
    private IOException failure;

    Raw(FSDataInputStream in, LongConsumer progress) {
      super(in);
      this.progress = progress;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      try {
        int n = in.read(into, from, length);
        if (n > 0) {
          progress.accept(n);
        }
        return n;
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }
  }

  private static boolean permanent(IOException e) {
    return e instanceof FileNotFoundException
        || e instanceof AccessControlException
        || e instanceof java.nio.file.AccessDeniedException
        || e instanceof ChecksumException;
  }

  /** Lines of text, or of JSON, perhaps compressed. */
  private static final class Lines extends PieceReader {
    /**
     * How long a record may be is this job's setting, not the parser's; what stands in fields that
     * nobody wants is nobody's concern.
     */
    private static final JsonFactory JSON =
        JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final byte[] NO_BYTES = {};

    private final CorpusRange.Piece piece;
    private final CorpusSource source;
    private final Sink sink;
    private final boolean json;
    private Raw raw;
    private LineReader lines;
    private long record = -1;

    Lines(
        Configuration conf,
        CorpusSource source,
        CorpusRange.Piece piece,
        Sink sink,
        LongConsumer progress)
        throws IOException {
      this.piece = piece;
      this.source = source;
      this.sink = sink;
      json = piece.file().format() == CorpusFormat.JSONL;
      CorpusFile file = piece.file();
      boolean blankLines = !json && file.document() == DocumentUnit.BLANK_LINE;
      // A record belongs to the piece it begins in. The bytes before tell whether one begins at the
      // piece's first byte, and whether a blank line stands before it.
      long start = Math.max(0, piece.from() - (blankLines ? MAX_BLANK + 2 : 1));
      InputStream decoded = null;
      try {
        Path path = new Path(file.path());
        FSDataInputStream in = Paths.plain(path, conf).open(path);
        raw = new Raw(in, progress);
        if (file.length() == 0 && file.compression() != Compression.NONE) {
          throw new EOFException("empty, which no compressed file is");
        }
        in.seek(start);
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
      long stop = file.splittable() ? piece.to() : Long.MAX_VALUE;
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
      if (raw != null && raw.failure != null) {
        return permanent(raw.failure) ? new UnreadableException(raw.failure) : raw.failure;
      }
      boolean codec = piece.file().compression() != Compression.NONE && raw != null;
      if (codec || (e instanceof IOException io && permanent(io))) {
        return new UnreadableException(explained(e));
      }
      if (e instanceof IOException io) {
        return io;
      }
      throw (RuntimeException) e;
    }

    @Override
    boolean step() throws IOException {
      long end = piece.file().splittable() ? piece.to() : Long.MAX_VALUE;
      boolean found;
      try {
        found = lines.position() < end && lines.next();
      } catch (IOException | RuntimeException e) {
        throw classify(e);
      }
      if (!found) {
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
      } else if (json) {
        json(bytes, from, to, offset);
      } else {
        sink.line(bytes, from, to, offset, lines.terminated());
      }
      return true;
    }

    @Override
    long record() {
      return record;
    }

    private void json(byte[] bytes, int from, int to, long offset) throws IOException {
      if (blank(bytes, from, to)) {
        return;
      }
      String text = null;
      try (JsonParser parser = JSON.createParser(bytes, from, to - from)) {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
          sink.bad(BadKind.BAD_JSON, offset);
          return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          boolean wanted = parser.getCurrentName().equals(source.textField());
          JsonToken value = parser.nextToken();
          if (wanted && value == JsonToken.VALUE_STRING) {
            text = parser.getText();
          } else {
            parser.skipChildren();
          }
        }
        if (parser.nextToken() != null) {
          sink.bad(BadKind.BAD_JSON, offset);
          return;
        }
      } catch (JsonProcessingException e) {
        sink.bad(BadKind.BAD_JSON, offset);
        return;
      }
      if (text == null) {
        sink.bad(BadKind.MISSING_FIELD, offset);
        return;
      }
      if (loneSurrogate(text)) {
        // \ud800 alone is JSON, but no Unicode text.
        sink.bad(BadKind.INVALID_UTF8, offset);
        return;
      }
      byte[] utf8 = text.isEmpty() ? NO_BYTES : text.getBytes(StandardCharsets.UTF_8);
      sink.text(utf8, 0, utf8.length, offset);
    }

    private static boolean loneSurrogate(String text) {
      for (int i = 0; i < text.length(); i++) {
        if (Character.isSurrogate(text.charAt(i))) {
          if (i + 1 == text.length()
              || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
            return true;
          }
          i++;
        }
      }
      return false;
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  /** Rows of a Parquet file; only the column of the text is read. */
  private static final class Rows extends PieceReader {
    private final CorpusSource source;
    private final Sink sink;
    private final LongConsumer progress;
    private final long bytes;
    private final boolean hasText;
    private final ParquetReader<Group> reader;
    private long rows;
    private long row;

    Rows(
        Configuration conf,
        CorpusSource source,
        CorpusRange.Piece piece,
        Sink sink,
        LongConsumer progress)
        throws IOException {
      this.source = source;
      this.sink = sink;
      this.progress = progress;
      bytes = piece.file().length();
      try {
        Path path = new Path(piece.file().path());
        Configuration own = Paths.plainSettings(conf);
        MessageType schema;
        try (ParquetFileReader footer =
            ParquetFileReader.open(HadoopInputFile.fromPath(path, own))) {
          schema = footer.getFileMetaData().getSchema();
          rows = footer.getRecordCount();
          requireCodecs(footer.getFooter(), source.textField(), own);
        }
        String column = source.textField();
        hasText =
            schema.containsField(column)
                && schema.getType(column).isPrimitive()
                && schema.getType(column).asPrimitiveType().getPrimitiveTypeName()
                    == PrimitiveTypeName.BINARY;
        if (hasText) {
          own.set(
              ReadSupport.PARQUET_READ_SCHEMA,
              new MessageType(schema.getName(), schema.getType(column)).toString());
          reader = ParquetReader.builder(new GroupReadSupport(), path).withConf(own).build();
        } else {
          reader = null;
        }
      } catch (IOException | RuntimeException e) {
        throw unreadable(e);
      }
    }

    /** Not every codec of Parquet's comes with Spark. */
    private static void requireCodecs(ParquetMetadata footer, String column, Configuration conf)
        throws IOException {
      for (BlockMetaData block : footer.getBlocks()) {
        for (ColumnChunkMetaData chunk : block.getColumns()) {
          String codec = chunk.getCodec().getHadoopCompressionCodecClassName();
          if (chunk.getPath().toDotString().equals(column)
              && codec != null
              && conf.getClassByNameOrNull(codec) == null) {
            throw new IOException(
                "its column "
                    + column
                    + " is compressed with "
                    + chunk.getCodec()
                    + ", which this Spark does not know: write it with ZSTD or SNAPPY");
          }
        }
      }
    }

    /** Parquet tells where it was, and what went wrong only in the innermost cause. */
    private static UnreadableException unreadable(Exception e) {
      Throwable innermost = e;
      while (innermost.getCause() != null) {
        innermost = innermost.getCause();
      }
      return new UnreadableException(innermost);
    }

    @Override
    boolean step() throws IOException {
      Group group = null;
      if (hasText) {
        try {
          group = reader.read();
        } catch (IOException | RuntimeException e) {
          throw unreadable(e);
        }
      }
      if (row == rows) {
        progress.accept(bytes);
        return false;
      }
      long offset = row++;
      if (group == null || group.getFieldRepetitionCount(source.textField()) == 0) {
        sink.bad(BadKind.MISSING_FIELD, offset);
        return true;
      }
      byte[] utf8 = group.getBinary(source.textField(), 0).getBytes();
      if (utf8.length > source.maxRecordBytes()) {
        sink.bad(BadKind.OVER_LONG, offset);
      } else if (!Utf8.isValid(utf8, 0, utf8.length)) {
        sink.bad(BadKind.INVALID_UTF8, offset);
      } else {
        sink.text(utf8, 0, utf8.length, offset);
      }
      return true;
    }

    @Override
    long record() {
      return row - 1;
    }

    @Override
    public void close() throws IOException {
      if (reader != null) {
        reader.close();
      }
    }
  }
}
