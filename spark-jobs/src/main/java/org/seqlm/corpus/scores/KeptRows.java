package org.seqlm.corpus.scores;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.GroupWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.seqlm.corpus.KeptRecord;
import org.seqlm.lm.TextScore;
import org.seqlm.store.ParquetRecords;

/**
 * Rows of Parquet as they were read, nested columns and nulls among them, with the scores' columns
 * behind theirs. All rows of a file have one schema.
 */
final class KeptRows implements Closeable {
  /** A task may write a file a bucket at once: each holds a row group in memory. */
  private static final long ROW_GROUP_BYTES = 16L << 20;

  private final ParquetWriter<Scored> writer;

  private record Scored(Group group, List<Object> values) {}

  /**
   * Begins a file.
   *
   * @param schema of the rows as they were read
   * @param where the first of them is, for people
   */
  KeptRows(
      OutputStream out,
      Configuration conf,
      GroupType schema,
      List<KeptColumns.Column> columns,
      String where)
      throws IOException {
    KeptColumns.requireNew(columns, schema.getFields().stream().map(Type::getName).toList(), where);
    writer =
        new Records(schema, columns)
            .into(out, conf)
            .withCompressionCodec(CompressionCodecName.SNAPPY)
            .withRowGroupSize(ROW_GROUP_BYTES)
            .build();
  }

  void row(KeptRecord.Row record, List<TextScore> scores, String bucket) throws IOException {
    writer.write(new Scored(record.group(), KeptColumns.values(scores, bucket)));
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }

  private static final class Records extends ParquetRecords<Scored> {
    private final GroupType kept;
    private final List<KeptColumns.Column> columns;

    Records(GroupType kept, List<KeptColumns.Column> columns) {
      super(schema(kept, columns));
      this.kept = kept;
      this.columns = columns;
    }

    private static MessageType schema(GroupType kept, List<KeptColumns.Column> columns) {
      List<Type> fields = new ArrayList<>(kept.getFields());
      for (KeptColumns.Column column : columns) {
        fields.add(
            switch (column.type()) {
              case REAL -> Types.required(PrimitiveTypeName.DOUBLE).named(column.name());
              case COUNT -> Types.required(PrimitiveTypeName.INT64).named(column.name());
              case TEXT ->
                  Types.required(PrimitiveTypeName.BINARY)
                      .as(LogicalTypeAnnotation.stringType())
                      .named(column.name());
            });
      }
      return new MessageType(kept.getName(), fields);
    }

    @Override
    public void write(Scored row) {
      new GroupWriter(new Appending(row.values()), kept).write(row.group());
    }

    /** Hands everything on, and adds the scores before the end of the row. */
    private final class Appending extends RecordConsumer {
      private final List<Object> values;

      Appending(List<Object> values) {
        this.values = values;
      }

      @Override
      public void startMessage() {
        consumer.startMessage();
      }

      @Override
      public void endMessage() {
        for (int i = 0; i < columns.size(); i++) {
          int at = kept.getFieldCount() + i;
          consumer.startField(columns.get(i).name(), at);
          Object value = values.get(i);
          if (value instanceof Double number) {
            consumer.addDouble(number);
          } else if (value instanceof Long number) {
            consumer.addLong(number);
          } else {
            consumer.addBinary(Binary.fromString((String) value));
          }
          consumer.endField(columns.get(i).name(), at);
        }
        consumer.endMessage();
      }

      @Override
      public void startField(String field, int index) {
        consumer.startField(field, index);
      }

      @Override
      public void endField(String field, int index) {
        consumer.endField(field, index);
      }

      @Override
      public void startGroup() {
        consumer.startGroup();
      }

      @Override
      public void endGroup() {
        consumer.endGroup();
      }

      @Override
      public void addInteger(int value) {
        consumer.addInteger(value);
      }

      @Override
      public void addLong(long value) {
        consumer.addLong(value);
      }

      @Override
      public void addBoolean(boolean value) {
        consumer.addBoolean(value);
      }

      @Override
      public void addBinary(Binary value) {
        consumer.addBinary(value);
      }

      @Override
      public void addFloat(float value) {
        consumer.addFloat(value);
      }

      @Override
      public void addDouble(double value) {
        consumer.addDouble(value);
      }
    }
  }
}
