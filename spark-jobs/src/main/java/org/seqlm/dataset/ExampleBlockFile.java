package org.seqlm.dataset;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.DummyRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;
import org.seqlm.UserException;
import org.seqlm.store.ParquetBytes;
import org.seqlm.store.ParquetRecords;

/**
 * A block of examples as a Parquet file, a row an example: a label is an int32, all else a list of
 * int32, float or, of masks, boolean, whose items follow each other in it, row-major. It is written
 * by Parquet's own writer with everything said that its bytes depend on, so equal blocks are equal
 * bytes, and read column by column.
 */
public final class ExampleBlockFile {
  /** Of a whole block, so that a file is one row group, however its values are encoded. */
  private static final long ROW_GROUP = 512L << 20;

  private static final int PAGE = 1 << 20;

  private ExampleBlockFile() {}

  /** The file of a block of a split, in the artifact. */
  public static String path(Split split, int block) {
    return String.format(Locale.ROOT, "%spart-%05d.parquet", Dataset.prefix(split), block);
  }

  private static MessageType schema(List<ExampleColumn> columns) {
    return new MessageType(
        "example", columns.stream().map(ExampleBlockFile::type).toArray(Type[]::new));
  }

  private static Type type(ExampleColumn column) {
    return switch (column.type()) {
      case LABEL -> Types.required(PrimitiveTypeName.INT32).named(column.name());
      case IDS -> list(column, PrimitiveTypeName.INT32);
      case FLOATS -> list(column, PrimitiveTypeName.FLOAT);
      case MASK -> list(column, PrimitiveTypeName.BOOLEAN);
    };
  }

  private static Type list(ExampleColumn column, PrimitiveTypeName values) {
    return Types.requiredList().requiredElement(values).named(column.name());
  }

  /**
   * Writes a block.
   *
   * @param out stays open
   */
  public static void write(OutputStream out, Configuration conf, ExampleBlock block)
      throws IOException {
    try (ParquetWriter<Integer> writer =
        new Rows(block)
            .into(out, conf)
            .withWriterVersion(WriterVersion.PARQUET_1_0)
            .withRowGroupSize(ROW_GROUP)
            .withPageSize(PAGE)
            .withDictionaryPageSize(PAGE)
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .build()) {
      for (int i = 0; i < block.examples(); i++) {
        writer.write(i);
      }
    }
  }

  /** Rows by their places in a block. */
  private static final class Rows extends ParquetRecords<Integer> {
    private final ExampleBlock block;

    Rows(ExampleBlock block) {
      super(schema(block.columns()));
      this.block = block;
    }

    @Override
    public void write(Integer row) {
      consumer.startMessage();
      for (int c = 0; c < block.columns().size(); c++) {
        ExampleColumn column = block.columns().get(c);
        consumer.startField(column.name(), c);
        if (column.type() == ColumnType.LABEL) {
          consumer.addInteger(block.ints(column.name())[row]);
        } else {
          list(column, row);
        }
        consumer.endField(column.name(), c);
      }
      consumer.endMessage();
    }

    private void list(ExampleColumn column, int row) {
      int[] starts = block.starts(column.name());
      int from = starts[row] * column.itemSize();
      int to = starts[row + 1] * column.itemSize();
      consumer.startGroup();
      if (to > from) {
        consumer.startField("list", 0);
        for (int i = from; i < to; i++) {
          consumer.startGroup();
          consumer.startField("element", 0);
          switch (column.type()) {
            case FLOATS -> consumer.addFloat(block.floats(column.name())[i]);
            case MASK -> consumer.addBoolean(block.mask(column.name())[i] != 0);
            default -> consumer.addInteger(block.ints(column.name())[i]);
          }
          consumer.endField("element", 0);
          consumer.endGroup();
        }
        consumer.endField("list", 0);
      }
      consumer.endGroup();
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param name shown in messages
   * @throws UserException with exit code 3 if its columns are others
   */
  static ExampleBlock read(byte[] file, List<ExampleColumn> columns, String name)
      throws IOException {
    MessageType schema = schema(columns);
    ExampleBlock.Builder builder = new ExampleBlock.Builder(columns);
    int examples = 0;
    // Of Hadoop's settings none is of use for bytes in memory.
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            new ParquetBytes(file), HadoopReadOptions.builder(new Configuration(false)).build())) {
      MessageType stored = reader.getFileMetaData().getSchema();
      if (!stored.equals(schema)) {
        throw UserException.data(
            name + " has other columns than its manifest says: make the examples again");
      }
      String createdBy = reader.getFileMetaData().getCreatedBy();
      for (PageReadStore group = reader.readNextRowGroup();
          group != null;
          group = reader.readNextRowGroup()) {
        int rows = Math.toIntExact(group.getRowCount());
        ColumnReadStoreImpl store =
            new ColumnReadStoreImpl(
                group, new DummyRecordConverter(schema).getRootConverter(), schema, createdBy);
        for (int c = 0; c < columns.size(); c++) {
          read(
              builder,
              c,
              columns.get(c).type(),
              store.getColumnReader(schema.getColumns().get(c)),
              schema.getColumns().get(c),
              examples,
              rows);
        }
        examples += rows;
      }
    } catch (IllegalArgumentException e) {
      throw UserException.data(
          name + " is damaged: " + e.getMessage() + "; make the examples again", e);
    }
    return builder.build(examples);
  }

  private static void read(
      ExampleBlock.Builder builder,
      int c,
      ColumnType type,
      ColumnReader reader,
      ColumnDescriptor descriptor,
      int before,
      int rows) {
    int there = descriptor.getMaxDefinitionLevel();
    long values = reader.getTotalValueCount();
    int row = before;
    for (long i = 0; i < values; i++) {
      if (i > 0 && reader.getCurrentRepetitionLevel() == 0) {
        builder.end(c, ++row);
      }
      // An empty list is one entry without a value.
      if (reader.getCurrentDefinitionLevel() == there) {
        switch (type) {
          case FLOATS -> builder.add(c, reader.getFloat());
          case MASK -> builder.add(c, reader.getBoolean() ? (byte) 1 : (byte) 0);
          default -> builder.add(c, reader.getInteger());
        }
      }
      reader.consume();
    }
    if (rows > 0) {
      builder.end(c, ++row);
    }
    if (row != before + rows) {
      throw new IllegalArgumentException("a column has not as many rows as the others");
    }
  }
}
