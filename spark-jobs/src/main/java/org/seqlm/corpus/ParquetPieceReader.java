package org.seqlm.corpus;

import java.io.IOException;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.text.Utf8;

/** Rows of a Parquet file; only the column of the text is read. */
final class ParquetPieceReader extends PieceReader {
  private final CorpusSource source;
  private final Sink sink;
  private final LongConsumer progress;
  private final long bytes;
  private final StoredFile stored;
  private final boolean hasText;
  private final ParquetReader<Group> reader;
  private long rows;
  private long row;

  ParquetPieceReader(
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
    stored = new StoredFile(conf, piece.file().path());
    try {
      InputFile file = stored.parquet();
      Configuration own = new Configuration(conf);
      MessageType schema;
      try (ParquetFileReader footer = ParquetFileReader.open(file)) {
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
        reader = new Rows(file).withConf(own).build();
      } else {
        reader = null;
      }
    } catch (IOException | RuntimeException e) {
      throw classify(e);
    }
  }

  /** Of any file, where Parquet's own builder takes Hadoop's paths. */
  private static final class Rows extends ParquetReader.Builder<Group> {
    Rows(InputFile file) {
      super(file);
    }

    @Override
    protected ReadSupport<Group> getReadSupport() {
      return new GroupReadSupport();
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
  private IOException classify(Exception e) {
    Throwable innermost = e;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    return stored.classify(innermost);
  }

  @Override
  boolean step() throws IOException {
    Group group = null;
    if (hasText) {
      try {
        group = reader.read();
      } catch (IOException | RuntimeException e) {
        throw classify(e);
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
