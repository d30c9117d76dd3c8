package org.seqlm.analysis;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;
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

/**
 * Writes one part of a table, in every format that is asked for, row by row, on the driver or in a
 * task. What is closed before it is kept leaves nothing.
 */
public final class TableWriter implements Closeable {
  /** A part in one format. */
  private interface Form extends Closeable {
    void write(Object[] row) throws IOException;
  }

  private record Part(HashedFile.Open file, Form form) {}

  private final List<Column> columns;
  private final List<Part> parts = new ArrayList<>();
  private long rows;
  private boolean ended;

  private TableWriter(List<Column> columns) {
    this.columns = columns;
  }

  /**
   * Begins a part.
   *
   * @param folder of the artifact's files
   * @param part its number, from 0: parts are read in their order
   * @param attempt distinguishes concurrent writers of the same part, for instance a task attempt's
   *     id
   */
  public static TableWriter open(
      FileSystem fs,
      Path folder,
      TableSchema table,
      int part,
      long attempt,
      Collection<TableFormat> formats)
      throws IOException {
    TableWriter writer = new TableWriter(table.columns());
    try {
      for (TableFormat format : EnumSet.copyOf(formats)) {
        HashedFile.Open file = HashedFile.open(fs, folder, table.file(part, format), attempt);
        try {
          OutputStream out = file.stream();
          writer.parts.add(
              new Part(
                  file,
                  format == TableFormat.TSV
                      ? new Tsv(out, table.columns())
                      : new Parquet(
                          new Records(table.columns())
                              .into(out, fs.getConf())
                              .withCompressionCodec(CompressionCodecName.SNAPPY)
                              .build())));
        } catch (IOException | RuntimeException e) {
          file.close();
          throw e;
        }
      }
      return writer;
    } catch (IOException | RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  /**
   * A row.
   *
   * @param values in the order of the columns, of their types; null where there is none
   */
  public void row(Object... values) throws IOException {
    if (values.length != columns.size()) {
      throw new IllegalArgumentException(values.length + " values of " + columns.size());
    }
    for (Part part : parts) {
      part.form.write(values);
    }
    rows++;
  }

  /** Rows so far. */
  public long rows() {
    return rows;
  }

  /**
   * Ends the part, whose files appear.
   *
   * @return the entries for the manifest
   */
  public List<FileEntry> keep() throws IOException {
    ended = true;
    List<FileEntry> entries = new ArrayList<>();
    for (Part part : parts) {
      part.form.close();
      entries.add(part.file.keep());
    }
    return entries;
  }

  @Override
  public void close() throws IOException {
    for (Part part : parts) {
      try (HashedFile.Open file = part.file) {
        if (!ended) {
          part.form.close();
        }
      }
    }
    ended = true;
  }

  private record Parquet(ParquetWriter<Object[]> writer) implements Form {
    @Override
    public void write(Object[] row) throws IOException {
      writer.write(row);
    }

    @Override
    public void close() throws IOException {
      writer.close();
    }
  }

  private static final class Records extends ParquetRecords<Object[]> {
    private final List<Column> columns;

    Records(List<Column> columns) {
      super(schema(columns));
      this.columns = columns;
    }

    private static MessageType schema(List<Column> columns) {
      return MessageTypeParser.parseMessageType(
          columns.stream()
              .map(Column::declared)
              .collect(Collectors.joining("", "message table { ", "}")));
    }

    @Override
    public void write(Object[] row) {
      consumer.startMessage();
      for (int i = 0; i < row.length; i++) {
        if (row[i] == null) {
          continue;
        }
        Column column = columns.get(i);
        consumer.startField(column.name(), i);
        switch (column.type()) {
          case TEXT -> consumer.addBinary(Binary.fromString((String) row[i]));
          case WHOLE -> consumer.addLong(((Number) row[i]).longValue());
          case REAL -> consumer.addDouble((Double) row[i]);
        }
        consumer.endField(column.name(), i);
      }
      consumer.endMessage();
    }
  }

  private static final class Tsv implements Form {
    private final OutputStream out;

    Tsv(OutputStream out, List<Column> columns) throws IOException {
      this.out = out;
      write(columns.stream().map(Column::name).toArray());
    }

    @Override
    public void write(Object[] row) throws IOException {
      String line =
          Arrays.stream(row)
              .map(value -> value == null ? "" : escaped(value.toString()))
              .collect(Collectors.joining("\t", "", "\n"));
      out.write(line.getBytes(StandardCharsets.UTF_8));
    }

    private static String escaped(String text) {
      return text.replace("\\", "\\\\")
          .replace("\t", "\\t")
          .replace("\n", "\\n")
          .replace("\r", "\\r");
    }

    @Override
    public void close() {
      // The file is flushed when it is kept.
    }
  }
}
