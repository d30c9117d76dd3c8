package org.seqlm.lm.files;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;
import org.seqlm.store.ParquetRecords;
import org.seqlm.text.Log10Number;

/**
 * A file of rows of typed columns: Parquet, TSV without a head line, or JSON lines. A row's values
 * are given in the order of its columns, then the row is ended. A file that is closed before it is
 * kept leaves nothing.
 *
 * <p>In TSV logarithms have up to seven decimals, and a text's backslashes, tabs and line ends are
 * written {@code \\}, {@code \t}, {@code \n}, {@code \r}. In JSON a logarithm that is negative
 * infinity is null.
 */
public final class TableFile implements Closeable {
  /** What a column holds. */
  public enum Type {
    TEXT("binary", " (STRING)"),
    COUNT("int64", ""),
    LOG10("double", "");

    private final String parquet;
    private final String annotation;

    Type(String parquet, String annotation) {
      this.parquet = parquet;
      this.annotation = annotation;
    }
  }

  /** A column. */
  public record Column(String name, Type type) {
    /** As Parquet's schemas have it. */
    private String declared() {
      return "required " + type.parquet + " " + name + type.annotation + "; ";
    }
  }

  /** Writes the values of a row. */
  private interface Rows extends Closeable {
    void write(Row row) throws IOException;
  }

  /** The row that is being filled; each column uses one of the arrays. */
  private static final class Row {
    final long[] counts; // (column)
    final double[] logs; // (column)
    final String[] texts; // (column)
    int at;

    Row(int columns) {
      counts = new long[columns];
      logs = new double[columns];
      texts = new String[columns];
    }
  }

  private final HashedFile.Open file;
  private final Rows rows;
  private final Row row;
  private boolean ended;

  private TableFile(HashedFile.Open file, Rows rows, int columns) {
    this.file = file;
    this.rows = rows;
    this.row = new Row(columns);
  }

  /**
   * Begins {@code folder/path}.
   *
   * @param attempt distinguishes concurrent writers of the same file
   */
  public static TableFile open(
      FileSystem fs,
      Path folder,
      String path,
      long attempt,
      ScoreFiles.Format format,
      List<Column> columns)
      throws IOException {
    HashedFile.Open file = HashedFile.open(fs, folder, path, attempt);
    try {
      OutputStream out = file.stream();
      Rows rows =
          switch (format) {
            case PARQUET ->
                new ParquetRows(
                    new RowRecords(columns)
                        .into(out, fs.getConf())
                        .withCompressionCodec(CompressionCodecName.SNAPPY)
                        .build());
            case TSV -> new TextRows(out, columns, new Tsv());
            case JSONL -> new TextRows(out, columns, new JsonLines());
          };
      return new TableFile(file, rows, columns.size());
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** The next value of the row. */
  public TableFile text(String value) {
    row.texts[row.at++] = value;
    return this;
  }

  /** The next value of the row. */
  public TableFile count(long value) {
    row.counts[row.at++] = value;
    return this;
  }

  /** The next value of the row. */
  public TableFile log10(double value) {
    row.logs[row.at++] = value;
    return this;
  }

  /** Ends the row. */
  public void endRow() throws IOException {
    if (row.at != row.texts.length) {
      throw new IllegalStateException(row.at + " values of " + row.texts.length);
    }
    rows.write(row);
    row.at = 0;
  }

  /**
   * Ends the file, which appears.
   *
   * @return the entry for the manifest
   */
  public FileEntry keep() throws IOException {
    ended = true;
    rows.close();
    return file.keep();
  }

  @Override
  public void close() throws IOException {
    try (file) {
      if (!ended) {
        ended = true;
        rows.close();
      }
    }
  }

  private record ParquetRows(ParquetWriter<Row> writer) implements Rows {
    @Override
    public void write(Row row) throws IOException {
      writer.write(row);
    }

    @Override
    public void close() throws IOException {
      writer.close();
    }
  }

  private static final class RowRecords extends ParquetRecords<Row> {
    private final List<Column> columns;
    private String lastText;
    private Binary lastBytes;

    RowRecords(List<Column> columns) {
      super(schema(columns));
      this.columns = columns;
    }

    private static MessageType schema(List<Column> columns) {
      StringBuilder schema = new StringBuilder("message score { ");
      columns.forEach(column -> schema.append(column.declared()));
      return MessageTypeParser.parseMessageType(schema.append("}").toString());
    }

    @Override
    public void write(Row row) {
      consumer.startMessage();
      for (int i = 0; i < columns.size(); i++) {
        Column column = columns.get(i);
        consumer.startField(column.name(), i);
        switch (column.type()) {
          case TEXT -> consumer.addBinary(i == 0 ? first(row.texts[i]) : bytes(row.texts[i]));
          case COUNT -> consumer.addLong(row.counts[i]);
          case LOG10 -> consumer.addDouble(row.logs[i]);
        }
        consumer.endField(column.name(), i);
      }
      consumer.endMessage();
    }

    /** The path, which is that of the row before but for a file's first row. */
    private Binary first(String text) {
      if (!text.equals(lastText)) {
        lastText = text;
        lastBytes = bytes(text);
      }
      return lastBytes;
    }

    private static Binary bytes(String text) {
      return Binary.fromString(text);
    }
  }

  /** How lines of text are made of rows. */
  private interface LineForm {
    /** What stands before a column's value. */
    String before(int column, String name);

    byte[] text(String value);

    /** Writes a value and returns one past the last byte. */
    int log10(double value, byte[] into);

    String after();
  }

  private static final class Tsv implements LineForm {
    @Override
    public String before(int column, String name) {
      return column == 0 ? "" : "\t";
    }

    @Override
    public byte[] text(String value) {
      return value
          .replace("\\", "\\\\")
          .replace("\t", "\\t")
          .replace("\n", "\\n")
          .replace("\r", "\\r")
          .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int log10(double value, byte[] into) {
      return Log10Number.write(value, into, 0);
    }

    @Override
    public String after() {
      return "\n";
    }
  }

  private static final class JsonLines implements LineForm {
    @Override
    public String before(int column, String name) {
      return (column == 0 ? "{\"" : ",\"") + name + "\":";
    }

    @Override
    public byte[] text(String value) {
      return ('"' + new String(JsonStringEncoder.getInstance().quoteAsString(value)) + '"')
          .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int log10(double value, byte[] into) {
      byte[] number =
          (Double.isFinite(value) ? Double.toString(value) : "null")
              .getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(number, 0, into, 0, number.length);
      return number.length;
    }

    @Override
    public String after() {
      return "}\n";
    }
  }

  private static final class TextRows implements Rows {
    private final OutputStream out;
    private final List<Column> columns;
    private final LineForm form;
    private final byte[][] before; // (column)
    private final byte[] after;
    private final byte[] number = new byte[Log10Number.MAX_BYTES];
    private String lastText;
    private byte[] lastBytes;

    TextRows(OutputStream out, List<Column> columns, LineForm form) {
      this.out = out;
      this.columns = columns;
      this.form = form;
      before = new byte[columns.size()][];
      for (int i = 0; i < before.length; i++) {
        before[i] = form.before(i, columns.get(i).name()).getBytes(StandardCharsets.UTF_8);
      }
      after = form.after().getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void write(Row row) throws IOException {
      for (int i = 0; i < before.length; i++) {
        out.write(before[i]);
        switch (columns.get(i).type()) {
          case TEXT -> out.write(i == 0 ? first(row.texts[i]) : form.text(row.texts[i]));
          case COUNT -> out.write(Long.toString(row.counts[i]).getBytes(StandardCharsets.US_ASCII));
          case LOG10 -> out.write(number, 0, form.log10(row.logs[i], number));
        }
      }
      out.write(after);
    }

    /** The path, which is that of the row before but for a file's first row. */
    private byte[] first(String text) {
      if (!text.equals(lastText)) {
        lastText = text;
        lastBytes = form.text(text);
      }
      return lastBytes;
    }

    @Override
    public void close() {
      // The file is flushed when it is kept.
    }
  }
}
