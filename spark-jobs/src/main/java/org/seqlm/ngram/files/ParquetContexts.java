package org.seqlm.ngram.files;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.InitContext;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.MessageType;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.store.ParquetBytes;

/**
 * Reads the n-grams of one order from the tables of {@link NgramTables}, context by context, in the
 * order of the contexts' ids, the nearest first.
 */
final class ParquetContexts implements Closeable {
  private final ArtifactReader artifact;
  private final int order;
  private final int files;
  private final Row row = new Row();
  private int file;
  private ParquetReader<Row> reader;
  private boolean held; // whether the row is one that the next context begins with
  private final int[] reversed;
  private int size;
  private int[] words = new int[16];
  private long[] counts = new long[16];
  private float[] logProbabilities = new float[16];
  private float[] logBackoffs = new float[16];

  /**
   * @param order of the n-grams
   * @param files that the order is cut into
   */
  ParquetContexts(ArtifactReader artifact, int order, int files) throws IOException {
    this.artifact = artifact;
    this.order = order;
    this.files = files;
    this.reversed = new int[order];
    held = readRow();
  }

  /** A row as it is read. */
  private static final class Row {
    private int[] ids = new int[16];
    private int length;
    private long count;
    private float logProbability;
    private float logBackoff;

    private void clear() {
      length = 0;
      count = 0;
      logProbability = Float.NaN;
      logBackoff = Float.NaN;
    }
  }

  /** Whether {@link #next} has another context to go to. */
  boolean hasNext() {
    return held;
  }

  /** Whether the context that {@link #next} goes to begins with these ids. */
  boolean nextBeginsWith(int[] reversedIds, int length) {
    for (int i = 1; i <= length; i++) {
      if (row.ids[order - 1 - i] != reversedIds[i]) {
        return false;
      }
    }
    return true;
  }

  /** Goes to the next context. */
  void next() throws IOException {
    for (int i = 1; i < order; i++) {
      reversed[i] = row.ids[order - 1 - i];
    }
    size = 0;
    do {
      if (size == words.length) {
        words = Arrays.copyOf(words, size * 2);
        counts = Arrays.copyOf(counts, size * 2);
        logProbabilities = Arrays.copyOf(logProbabilities, size * 2);
        logBackoffs = Arrays.copyOf(logBackoffs, size * 2);
      }
      words[size] = row.ids[order - 1];
      counts[size] = row.count;
      logProbabilities[size] = row.logProbability;
      logBackoffs[size++] = row.logBackoff;
      held = readRow();
    } while (held && nextBeginsWith(reversed, order - 1));
  }

  private boolean readRow() throws IOException {
    while (true) {
      if (reader != null) {
        if (reader.read() != null) {
          if (row.length != order) {
            throw UserException.data(
                path() + " is damaged: a row has " + row.length + " ids, not " + order);
          }
          return true;
        }
        reader.close();
        reader = null;
        file++;
      }
      if (file == files) {
        return false;
      }
      byte[] bytes = artifact.readVerified(NgramTables.ngrams(order, file));
      reader = new Builder(new ParquetBytes(bytes), row).build();
    }
  }

  private String path() {
    return artifact.shown(NgramTables.ngrams(order, file));
  }

  /** Ids of the context, the nearest first, from place 1 on. */
  int[] reversed() {
    return reversed;
  }

  /** Followers. */
  int size() {
    return size;
  }

  /** The followers' ids, rising // (size). */
  int[] words() {
    return words;
  }

  /** How often each n-gram appears // (size). */
  long[] counts() {
    return counts;
  }

  /** NaN where there is none // (size). */
  float[] logProbabilities() {
    return logProbabilities;
  }

  /** NaN where there is none // (size). */
  float[] logBackoffs() {
    return logBackoffs;
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
    }
  }

  private static final class Builder extends ParquetReader.Builder<Row> {
    private final Row row;

    Builder(InputFile file, Row row) {
      super(file);
      this.row = row;
    }

    @Override
    protected ReadSupport<Row> getReadSupport() {
      return new RowSupport(row);
    }
  }

  private static final class RowSupport extends ReadSupport<Row> {
    private final Row row;

    RowSupport(Row row) {
      this.row = row;
    }

    @Override
    public ReadContext init(InitContext context) {
      return new ReadContext(context.getFileSchema());
    }

    @Override
    public RecordMaterializer<Row> prepareForRead(
        Configuration conf, Map<String, String> meta, MessageType schema, ReadContext context) {
      return new RecordMaterializer<>() {
        private final GroupConverter root = new RowConverter(row, schema);

        @Override
        public Row getCurrentRecord() {
          return row;
        }

        @Override
        public GroupConverter getRootConverter() {
          return root;
        }
      };
    }
  }

  /** Puts a row's values where they belong, by the names of the columns. */
  private static final class RowConverter extends GroupConverter {
    private final Row row;
    private final Converter[] fields;

    RowConverter(Row row, MessageType schema) {
      this.row = row;
      this.fields =
          schema.getFields().stream()
              .map(field -> converter(row, field.getName()))
              .toArray(Converter[]::new);
    }

    private static Converter converter(Row row, String column) {
      return switch (column) {
        case "ids" -> new Nested(new Nested(new Id(row)));
        case "count" ->
            new PrimitiveConverter() {
              @Override
              public void addLong(long value) {
                row.count = value;
              }
            };
        case "log10_probability" ->
            new PrimitiveConverter() {
              @Override
              public void addFloat(float value) {
                row.logProbability = value;
              }
            };
        case "log10_backoff" ->
            new PrimitiveConverter() {
              @Override
              public void addFloat(float value) {
                row.logBackoff = value;
              }
            };
        default -> throw UserException.data("no table of n-grams has a column " + column);
      };
    }

    @Override
    public Converter getConverter(int field) {
      return fields[field];
    }

    @Override
    public void start() {
      row.clear();
    }

    @Override
    public void end() {}
  }

  /** A group of one field. */
  private static final class Nested extends GroupConverter {
    private final Converter field;

    Nested(Converter field) {
      this.field = field;
    }

    @Override
    public Converter getConverter(int index) {
      return field;
    }

    @Override
    public void start() {}

    @Override
    public void end() {}
  }

  private static final class Id extends PrimitiveConverter {
    private final Row row;

    Id(Row row) {
      this.row = row;
    }

    @Override
    public void addInt(int value) {
      if (row.length == row.ids.length) {
        row.ids = Arrays.copyOf(row.ids, row.length * 2);
      }
      row.ids[row.length++] = value;
    }
  }
}
