package org.seqlm.lm.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageTypeParser;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;
import org.seqlm.store.ParquetRecords;
import org.seqlm.text.Log10Number;

/**
 * The files of an artifact of scores, one a range of the text: a row a line or a document, with the
 * columns
 *
 * <ul>
 *   <li>{@code path} of the file;
 *   <li>{@code record}: the (first) record's place in the file, from 1: a line of text or of JSON
 *       lines, a row of Parquet;
 *   <li>{@code line}: the line's place in its record, from 1 (always 1 in files of text); or {@code
 *       lines} of the document;
 *   <li>{@code tokens} scored, line ends among them;
 *   <li>{@code oov}: of them unknown to the model;
 *   <li>{@code log10}: the sum of log10 p of all tokens, unknown ones among them, as KenLM's {@code
 *       query} prints.
 * </ul>
 *
 * <p>TSV has no head line; log10 has up to seven decimals there, and a path's backslashes, tabs and
 * line ends are written {@code \\}, {@code \t}, {@code \n}, {@code \r}.
 */
public final class ScoreFiles {
  /** What a row is for. */
  public enum Unit {
    LINE,
    DOCUMENT
  }

  /** How rows are written. */
  public enum Format {
    PARQUET,
    TSV;

    /** Of the files. */
    public String extension() {
      return this == PARQUET ? ".parquet" : ".tsv";
    }
  }

  /** Takes rows. */
  @FunctionalInterface
  public interface Rows {
    void row(String path, long record, long line, long tokens, long unknown, double log10)
        throws IOException;
  }

  /** Gives rows. */
  @FunctionalInterface
  public interface Content {
    void writeTo(Rows rows) throws IOException;
  }

  private record Row(
      String path, long record, long line, long tokens, long unknown, double log10) {}

  private ScoreFiles() {}

  /**
   * Writes one file.
   *
   * @param attempt distinguishes concurrent writers of the same file
   */
  public static FileEntry write(
      FileSystem fs,
      Path folder,
      String path,
      long attempt,
      Format format,
      Unit unit,
      Content content)
      throws IOException {
    return HashedFile.write(
        fs,
        folder,
        path,
        attempt,
        out -> {
          if (format == Format.TSV) {
            Tsv tsv = new Tsv(out);
            content.writeTo(tsv);
          } else {
            try (ParquetWriter<Row> writer =
                new RowRecords(unit)
                    .into(out, fs.getConf())
                    .withCompressionCodec(CompressionCodecName.SNAPPY)
                    .build()) {
              content.writeTo(
                  (file, record, line, tokens, unknown, log10) ->
                      writer.write(new Row(file, record, line, tokens, unknown, log10)));
            }
          }
        });
  }

  private static final class Tsv implements Rows {
    private final OutputStream out;
    private final byte[] number = new byte[Log10Number.MAX_BYTES];
    private String lastPath;
    private byte[] pathBytes;

    Tsv(OutputStream out) {
      this.out = out;
    }

    @Override
    public void row(String path, long record, long line, long tokens, long unknown, double log10)
        throws IOException {
      if (!path.equals(lastPath)) {
        lastPath = path;
        pathBytes =
            path.replace("\\", "\\\\")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .getBytes(StandardCharsets.UTF_8);
      }
      out.write(pathBytes);
      String counts = "\t" + record + "\t" + line + "\t" + tokens + "\t" + unknown + "\t";
      out.write(counts.getBytes(StandardCharsets.US_ASCII));
      out.write(number, 0, Log10Number.write(log10, number, 0));
      out.write('\n');
    }
  }

  private static final class RowRecords extends ParquetRecords<Row> {
    private final String[] columns;
    private String lastPath;
    private Binary path;

    RowRecords(Unit unit) {
      this(
          new String[] {
            "path", "record", unit == Unit.LINE ? "line" : "lines", "tokens", "oov", "log10"
          });
    }

    private RowRecords(String[] columns) {
      super(
          MessageTypeParser.parseMessageType(
              "message score { required binary path (STRING); required int64 record; required int64"
                  + " "
                  + columns[2]
                  + "; required int64 tokens; required int64 oov; required double log10; }"));
      this.columns = columns;
    }

    @Override
    public void write(Row row) {
      if (!row.path.equals(lastPath)) {
        lastPath = row.path;
        path = Binary.fromString(row.path);
      }
      consumer.startMessage();
      consumer.startField(columns[0], 0);
      consumer.addBinary(path);
      consumer.endField(columns[0], 0);
      number(1, row.record);
      number(2, row.line);
      number(3, row.tokens);
      number(4, row.unknown);
      consumer.startField(columns[5], 5);
      consumer.addDouble(row.log10);
      consumer.endField(columns[5], 5);
      consumer.endMessage();
    }

    private void number(int column, long value) {
      consumer.startField(columns[column], column);
      consumer.addLong(value);
      consumer.endField(columns[column], column);
    }
  }
}
