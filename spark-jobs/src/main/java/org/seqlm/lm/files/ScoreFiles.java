package org.seqlm.lm.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.seqlm.lm.TextScore;
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
 * </ul>
 *
 * and of each model, in their order (with {@code _1}, {@code _2}, ... at the names' ends where
 * there are several),
 *
 * <ul>
 *   <li>{@code tokens} scored, line ends among them;
 *   <li>{@code oov}: of them unknown to the model;
 *   <li>{@code log10}: the sum of log10 p of all tokens, unknown ones among them, as KenLM's {@code
 *       query} prints;
 *   <li>{@code characters}: code points of the text as the model's rules normalise it, line feeds
 *       among them;
 *   <li>{@code spelling_log10}: log10 of the probability of the unknown words' spelling under the
 *       fixed character model ({@link org.seqlm.lm.Spelling}); bits a character are -(log10 +
 *       spelling_log10) / log10(2) / characters.
 * </ul>
 *
 * <p>TSV has no head line; logarithms have up to seven decimals there, and a path's backslashes,
 * tabs and line ends are written {@code \\}, {@code \t}, {@code \n}, {@code \r}.
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
    /**
     * A row.
     *
     * @param line its place in the record, or the lines of the document
     * @param models what each makes of it
     */
    void row(String path, long record, long line, List<TextScore> models) throws IOException;
  }

  /** Gives rows. */
  @FunctionalInterface
  public interface Content {
    void writeTo(Rows rows) throws IOException;
  }

  private record Row(String path, long record, long line, List<TextScore> models) {}

  private static final List<String> OF_A_MODEL =
      List.of("tokens", "oov", "log10", "characters", "spelling_log10");

  private ScoreFiles() {}

  /**
   * The columns' names in their order.
   *
   * @param models that score the text, one or more
   */
  public static List<String> columns(Unit unit, int models) {
    List<String> columns = new ArrayList<>();
    columns.add("path");
    columns.add("record");
    columns.add(unit == Unit.LINE ? "line" : "lines");
    for (int m = 1; m <= models; m++) {
      for (String column : OF_A_MODEL) {
        columns.add(models == 1 ? column : column + "_" + m);
      }
    }
    return columns;
  }

  /**
   * Writes one file.
   *
   * @param attempt distinguishes concurrent writers of the same file
   * @param models that score the text
   */
  public static FileEntry write(
      FileSystem fs,
      Path folder,
      String path,
      long attempt,
      Format format,
      Unit unit,
      int models,
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
                new RowRecords(columns(unit, models))
                    .into(out, fs.getConf())
                    .withCompressionCodec(CompressionCodecName.SNAPPY)
                    .build()) {
              content.writeTo(
                  (file, record, line, scores) ->
                      writer.write(new Row(file, record, line, scores)));
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
    public void row(String path, long record, long line, List<TextScore> models)
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
      out.write(("\t" + record + "\t" + line).getBytes(StandardCharsets.US_ASCII));
      for (TextScore model : models) {
        String counts = "\t" + model.tokens() + "\t" + model.unknown() + "\t";
        out.write(counts.getBytes(StandardCharsets.US_ASCII));
        out.write(number, 0, Log10Number.write(model.log10(), number, 0));
        out.write(("\t" + model.characters() + "\t").getBytes(StandardCharsets.US_ASCII));
        out.write(number, 0, Log10Number.write(model.spellingLog10(), number, 0));
      }
      out.write('\n');
    }
  }

  private static final class RowRecords extends ParquetRecords<Row> {
    private final List<String> columns;
    private String lastPath;
    private Binary path;

    RowRecords(List<String> columns) {
      super(schema(columns));
      this.columns = columns;
    }

    private static MessageType schema(List<String> columns) {
      StringBuilder schema = new StringBuilder("message score { required binary path (STRING); ");
      for (String column : columns.subList(1, columns.size())) {
        schema.append("required ").append(column.contains("log10") ? "double " : "int64 ");
        schema.append(column).append("; ");
      }
      return MessageTypeParser.parseMessageType(schema.append("}").toString());
    }

    @Override
    public void write(Row row) {
      if (!row.path.equals(lastPath)) {
        lastPath = row.path;
        path = Binary.fromString(row.path);
      }
      consumer.startMessage();
      consumer.startField(columns.get(0), 0);
      consumer.addBinary(path);
      consumer.endField(columns.get(0), 0);
      number(1, row.record);
      number(2, row.line);
      int column = 3;
      for (TextScore model : row.models) {
        number(column, model.tokens());
        number(column + 1, model.unknown());
        number(column + 2, model.log10());
        number(column + 3, model.characters());
        number(column + 4, model.spellingLog10());
        column += OF_A_MODEL.size();
      }
      consumer.endMessage();
    }

    private void number(int column, long value) {
      consumer.startField(columns.get(column), column);
      consumer.addLong(value);
      consumer.endField(columns.get(column), column);
    }

    private void number(int column, double value) {
      consumer.startField(columns.get(column), column);
      consumer.addDouble(value);
      consumer.endField(columns.get(column), column);
    }
  }
}
