package org.seqlm.corpus.example;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** Writes Parquet files as other programs do, row by row. */
public final class ParquetRows {
  private ParquetRows() {}

  /**
   * A row to fill.
   *
   * @param number from 0
   */
  public record Row(int number, Group group) {}

  /** Fills rows; false after the last one. */
  @FunctionalInterface
  public interface Rows {
    boolean fill(Row row);
  }

  /** Writes a file. */
  public static void write(Path file, String schema, Rows rows) throws IOException {
    MessageType type = MessageTypeParser.parseMessageType(schema);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toUri()))
            .withConf(new Configuration())
            .withType(type)
            .build()) {
      Row row = new Row(0, new SimpleGroup(type));
      while (rows.fill(row)) {
        writer.write(row.group());
        row = new Row(row.number() + 1, new SimpleGroup(type));
      }
    }
  }
}
