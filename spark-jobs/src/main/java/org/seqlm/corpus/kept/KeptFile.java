package org.seqlm.corpus.kept;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.GroupWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.seqlm.corpus.KeptRecord;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;
import org.seqlm.store.ParquetRecords;

/** A file of text or records that are kept, as they were read. */
public final class KeptFile implements Closeable {
  private static final long ROW_GROUP_BYTES = 16L << 20;

  private final HashedFile.Open file;
  private final Configuration conf;
  private ParquetWriter<Group> rows; // null before the first row

  /**
   * @param file that is begun; closed with this
   */
  public KeptFile(HashedFile.Open file, Configuration conf) {
    this.file = file;
    this.conf = conf;
  }

  /** Where text goes. */
  public OutputStream stream() {
    return file.stream();
  }

  /** Adds a record; all of a file are of one kind, and rows of one schema. */
  public void record(KeptRecord record) throws IOException {
    if (record instanceof KeptRecord.Json json) {
      file.stream().write(json.line());
      file.stream().write('\n');
      return;
    }
    Group group = ((KeptRecord.Row) record).group();
    if (rows == null) {
      rows =
          new Rows(group.getType())
              .into(file.stream(), conf)
              .withCompressionCodec(CompressionCodecName.SNAPPY)
              .withRowGroupSize(ROW_GROUP_BYTES)
              .build();
    }
    rows.write(group);
  }

  /** Ends the file, which appears. */
  public FileEntry keep() throws IOException {
    endRows();
    return file.keep();
  }

  private void endRows() throws IOException {
    if (rows != null) {
      ParquetWriter<Group> whole = rows;
      rows = null;
      whole.close();
    }
  }

  @Override
  public void close() throws IOException {
    try (HashedFile.Open last = file) {
      endRows();
    }
  }

  private static final class Rows extends ParquetRecords<Group> {
    private final GroupType type;

    Rows(GroupType type) {
      super(new MessageType(type.getName(), type.getFields()));
      this.type = type;
    }

    @Override
    public void write(Group group) {
      new GroupWriter(consumer, type).write(group);
    }
  }
}
