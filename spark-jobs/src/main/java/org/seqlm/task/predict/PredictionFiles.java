package org.seqlm.task.predict;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.seqlm.artifact.Json;
import org.seqlm.dataset.ExamplesDetails;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;
import org.seqlm.store.ParquetRecords;

/** The files of predictions, a row a record, as {@link PredictionSchema} says. */
public final class PredictionFiles {
  /** How rows are written. */
  public enum Format {
    /** A JSON object a line, without what a row has not. */
    JSONL,
    PARQUET;

    /** Of the files. */
    public String extension() {
      return this == JSONL ? ".jsonl" : ".parquet";
    }
  }

  /** Takes rows. */
  @FunctionalInterface
  public interface Rows {
    /** A row. */
    void row(ObjectNode row) throws IOException;
  }

  /** Gives rows. */
  @FunctionalInterface
  public interface Content {
    /** Hands all rows on, in their order. */
    void writeTo(Rows rows) throws IOException;
  }

  private PredictionFiles() {}

  /**
   * Writes one file.
   *
   * @param attempt distinguishes concurrent writers of the same file
   * @param kept fields that are kept of records
   */
  public static FileEntry write(
      FileSystem fs,
      Path folder,
      String path,
      long attempt,
      Format format,
      ExamplesDetails details,
      List<String> kept,
      Content content)
      throws IOException {
    return HashedFile.write(
        fs,
        folder,
        path,
        attempt,
        out -> {
          if (format == Format.JSONL) {
            content.writeTo(row -> line(out, row));
          } else {
            try (ParquetWriter<ObjectNode> writer =
                new RowRecords(PredictionSchema.of(details, kept))
                    .into(out, fs.getConf())
                    .withCompressionCodec(CompressionCodecName.SNAPPY)
                    .build()) {
              content.writeTo(writer::write);
            }
          }
        });
  }

  private static void line(OutputStream out, ObjectNode row) throws IOException {
    out.write((Json.line(row) + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Rows of JSON by a schema: what a row has not, or has as null, is none. */
  private static final class RowRecords extends ParquetRecords<ObjectNode> {
    private final MessageType schema;

    RowRecords(MessageType schema) {
      super(schema);
      this.schema = schema;
    }

    @Override
    public void write(ObjectNode row) {
      consumer.startMessage();
      fields(schema, row);
      consumer.endMessage();
    }

    private void fields(GroupType group, JsonNode values) {
      for (int i = 0; i < group.getFieldCount(); i++) {
        Type type = group.getType(i);
        JsonNode value = values.get(type.getName());
        if (value != null && !value.isNull()) {
          field(type, i, value);
        }
      }
    }

    private void field(Type type, int index, JsonNode value) {
      consumer.startField(type.getName(), index);
      value(type, value);
      consumer.endField(type.getName(), index);
    }

    private void value(Type type, JsonNode value) {
      if (type.isPrimitive()) {
        switch (type.asPrimitiveType().getPrimitiveTypeName()) {
          case INT64 -> consumer.addLong(value.longValue());
          case FLOAT -> consumer.addFloat(value.floatValue());
          default ->
              consumer.addBinary(
                  Binary.fromString(value.isTextual() ? value.textValue() : Json.line(value)));
        }
        return;
      }
      consumer.startGroup();
      GroupType group = type.asGroupType();
      boolean list = type.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation;
      boolean map = type.getLogicalTypeAnnotation() instanceof MapLogicalTypeAnnotation;
      if (!list && !map) {
        fields(group, value);
      } else if (!value.isEmpty()) {
        GroupType repeated = group.getType(0).asGroupType();
        consumer.startField(repeated.getName(), 0);
        if (list) {
          for (JsonNode element : value) {
            item(repeated, 0, element);
          }
        } else {
          for (Map.Entry<String, JsonNode> entry : value.properties()) {
            entry(repeated, entry);
          }
        }
        consumer.endField(repeated.getName(), 0);
      }
      consumer.endGroup();
    }

    private void item(GroupType repeated, int field, JsonNode element) {
      consumer.startGroup();
      if (!element.isNull()) {
        field(repeated.getType(field), field, element);
      }
      consumer.endGroup();
    }

    private void entry(GroupType repeated, Map.Entry<String, JsonNode> entry) {
      consumer.startGroup();
      consumer.startField(repeated.getFieldName(0), 0);
      consumer.addBinary(Binary.fromString(entry.getKey()));
      consumer.endField(repeated.getFieldName(0), 0);
      field(repeated.getType(1), 1, entry.getValue());
      consumer.endGroup();
    }
  }
}
