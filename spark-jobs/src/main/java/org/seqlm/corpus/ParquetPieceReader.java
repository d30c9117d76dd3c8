package org.seqlm.corpus;

import java.io.IOException;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.seqlm.UserException;
import org.seqlm.corpus.plan.CorpusRange;
import org.seqlm.corpus.plan.CorpusSource;
import org.seqlm.text.Utf8;

/**
 * Rows of a Parquet file; only the columns that somebody wants are read. A piece holds the row
 * groups whose middles lie in its bytes, as Parquet's own readers for tasks have it; the footer
 * tells which these are, and which rows come before. Of a file whose footer is damaged, or whose
 * row groups do not stand in the order of their rows, the first piece has all.
 */
final class ParquetPieceReader extends PieceReader {
  /** Takes rows, in their order. */
  interface Rows {
    /** Whether it has use for a column, of any type or of this one. */
    boolean wants(Type column);

    /** Whether a column of that name is one that it looks for. */
    boolean names(String column);

    /**
     * A row.
     *
     * @param found what it wants of it; null where the file has nothing of that
     */
    void row(Group found, long row);
  }

  private final Rows rows;
  private final LongConsumer progress;
  private final long bytes;
  private final StoredFile stored;
  private ParquetFileReader file; // null where nothing is to be read
  private MessageColumnIO columns; // null where the rows have nothing that is wanted
  private MessageType wanted;
  private RecordReader<Group> group; // of the row group that is being read
  private int nextGroup;
  private int endGroup;
  private long groupEnd; // the row after the last one of the row group
  private long row;

  ParquetPieceReader(Configuration conf, CorpusRange.Piece piece, Rows rows, LongConsumer progress)
      throws IOException {
    this.rows = rows;
    this.progress = progress;
    bytes = piece.to() - piece.from();
    stored = new StoredFile(conf, piece.file().path());
    try {
      open(conf, piece);
    } catch (UserException e) {
      PieceRecords.abandon(this);
      throw e;
    } catch (IOException | RuntimeException e) {
      IOException failure = classify(e);
      if (file != null) {
        PieceRecords.abandon(this);
        file = null;
      }
      // Of a file that nobody can open its first piece tells.
      if (piece.from() == 0 || !(failure instanceof UnreadableException)) {
        throw failure;
      }
    }
  }

  private void open(Configuration conf, CorpusRange.Piece piece) throws IOException {
    file = ParquetFileReader.open(stored.parquet(), HadoopReadOptions.builder(conf).build());
    requireCodecs(file.getFooter(), conf);
    List<BlockMetaData> groups = file.getRowGroups();
    if (ordered(groups, piece.file().length())) {
      while (nextGroup < groups.size() && middle(groups.get(nextGroup)) < piece.from()) {
        row += groups.get(nextGroup++).getRowCount();
      }
      endGroup = nextGroup;
      while (endGroup < groups.size() && middle(groups.get(endGroup)) < piece.to()) {
        endGroup++;
      }
    } else {
      endGroup = piece.from() == 0 ? groups.size() : 0;
    }
    groupEnd = row;
    MessageType schema = file.getFileMetaData().getSchema();
    List<Type> found = schema.getFields().stream().filter(rows::wants).toList();
    if (!found.isEmpty()) {
      wanted = new MessageType(schema.getName(), found);
      file.setRequestedSchema(wanted);
      columns =
          new ColumnIOFactory(file.getFileMetaData().getCreatedBy()).getColumnIO(wanted, schema);
    }
  }

  private static long middle(BlockMetaData group) {
    return group.getStartingPos() + group.getCompressedSize() / 2;
  }

  /** Whether pieces in the order of the bytes have the rows in theirs, each once. */
  private static boolean ordered(List<BlockMetaData> groups, long length) {
    long before = 0;
    for (BlockMetaData group : groups) {
      long middle = group.getColumns().isEmpty() ? -1 : middle(group);
      if (middle < before || middle >= length) {
        return false;
      }
      before = middle;
    }
    return true;
  }

  /** Not every codec of Parquet's comes with Spark. */
  private void requireCodecs(ParquetMetadata footer, Configuration conf) throws IOException {
    for (BlockMetaData block : footer.getBlocks()) {
      for (ColumnChunkMetaData chunk : block.getColumns()) {
        String codec = chunk.getCodec().getHadoopCompressionCodecClassName();
        String column = chunk.getPath().toArray()[0];
        if (rows.names(column) && codec != null && conf.getClassByNameOrNull(codec) == null) {
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

  /** Goes to the next row group that has rows; false after the last one. */
  private boolean nextGroup() throws IOException {
    while (row == groupEnd && nextGroup < endGroup) {
      groupEnd += file.getRowGroups().get(nextGroup).getRowCount();
      if (columns != null && row < groupEnd) {
        group =
            columns.getRecordReader(file.readRowGroup(nextGroup), new GroupRecordConverter(wanted));
      }
      nextGroup++;
    }
    return row < groupEnd;
  }

  @Override
  boolean step() throws IOException {
    Group found = null;
    try {
      if (!nextGroup()) {
        progress.accept(bytes);
        return false;
      }
      if (columns != null) {
        found = group.read();
      }
    } catch (IOException | RuntimeException e) {
      throw classify(e);
    }
    rows.row(found, row++);
    return true;
  }

  /** The text of rows, for a sink of text. */
  static Rows text(CorpusSource source, Sink sink) {
    String text = source.textField();
    List<String> others = sink.fields();
    return new Rows() {
      @Override
      public boolean wants(Type column) {
        boolean other = others.contains(column.getName());
        if (other && !isScalar(column)) {
          sink.nested(column.getName(), 0);
        }
        return sink.keepsRecords() || other || isText(column);
      }

      private boolean isText(Type column) {
        return column.getName().equals(text)
            && column.isPrimitive()
            && column.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
      }

      @Override
      public boolean names(String column) {
        return sink.keepsRecords() || column.equals(text) || others.contains(column);
      }

      @Override
      public void row(Group found, long offset) {
        if (found == null || count(found, text) == 0 || !isText(found.getType().getType(text))) {
          sink.bad(BadKind.MISSING_FIELD, offset);
          return;
        }
        byte[] utf8 = found.getBinary(text, 0).getBytes();
        if (utf8.length > source.mostHeld()) {
          sink.bad(BadKind.OVER_LONG, offset);
        } else if (!Utf8.isValid(utf8, 0, utf8.length)) {
          sink.bad(BadKind.INVALID_UTF8, offset);
        } else {
          if (!others.isEmpty()) {
            sink.fields(others.stream().map(name -> value(found, name)).toArray(String[]::new));
          }
          if (sink.keepsRecords()) {
            sink.record(new KeptRecord.Row(found));
          }
          sink.text(utf8, 0, utf8.length, offset);
        }
      }
    };
  }

  /** Whether a column has one value a row that reads as a text. */
  private static boolean isScalar(Type column) {
    return column.isPrimitive()
        && !column.isRepetition(Type.Repetition.REPEATED)
        && switch (column.asPrimitiveType().getPrimitiveTypeName()) {
          case BINARY, INT32, INT64, BOOLEAN, FLOAT, DOUBLE -> true;
          default -> false;
        };
  }

  private static int count(Group found, String column) {
    return found.getType().containsField(column) ? found.getFieldRepetitionCount(column) : 0;
  }

  private static String value(Group found, String column) {
    return count(found, column) == 0
        ? null
        : found.getValueToString(found.getType().getFieldIndex(column), 0);
  }

  @Override
  long record() {
    return row - 1;
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
