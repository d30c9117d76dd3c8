package org.seqlm.store;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;

/**
 * Writes records of one type as a Parquet file, by Parquet's own writer, into a stream that stays
 * open.
 *
 * <p>Not by Spark SQL's: its first write took 6 s where a session and a job took 4 (2 cores), and
 * it writes a file a task under names of its own, where a task of ours writes a file an order at
 * the same time, and what is in it depends on the text only.
 */
public abstract class ParquetRecords<T> extends WriteSupport<T> {
  private final MessageType schema;

  /** Takes the fields of a record. */
  protected RecordConsumer consumer;

  public ParquetRecords(MessageType schema) {
    this.schema = schema;
  }

  /** Begins a file. */
  public final Builder<T> into(OutputStream out, Configuration conf) {
    return new Builder<>(out, this).withConf(conf);
  }

  @Override
  public final WriteContext init(Configuration conf) {
    return new WriteContext(schema, Map.of());
  }

  @Override
  public final void prepareForWrite(RecordConsumer recordConsumer) {
    consumer = recordConsumer;
  }

  /** Says how the file is written. */
  public static final class Builder<T> extends ParquetWriter.Builder<T, Builder<T>> {
    private final ParquetRecords<T> records;

    private Builder(OutputStream out, ParquetRecords<T> records) {
      super(new StreamFile(out));
      this.records = records;
    }

    @Override
    protected Builder<T> self() {
      return this;
    }

    @Override
    protected WriteSupport<T> getWriteSupport(Configuration conf) {
      return records;
    }
  }

  /** Parquet's view of the stream. */
  private static final class StreamFile implements OutputFile {
    private final OutputStream out;

    StreamFile(OutputStream out) {
      this.out = out;
    }

    @Override
    public PositionOutputStream create(long blockSizeHint) {
      return new PositionOutputStream() {
        private long position;

        @Override
        public long getPos() {
          return position;
        }

        @Override
        public void write(int b) throws IOException {
          out.write(b);
          position++;
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
          out.write(bytes, from, length);
          position += length;
        }

        @Override
        public void flush() throws IOException {
          out.flush();
        }

        @Override
        public void close() throws IOException {
          out.flush();
        }
      };
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
      return create(blockSizeHint);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return ParquetWriter.DEFAULT_BLOCK_SIZE;
    }
  }
}
