package org.seqlm.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.seqlm.ngram.NgramTrie;
import org.seqlm.ngram.OrderStatistics;
import org.seqlm.ngram.TopNgram;
import org.seqlm.ngram.TrieSlice;
import org.seqlm.ngram.ZipfFit;

/**
 * The files of an artifact of counted n-grams.
 *
 * <ul>
 *   <li>{@code top.tsv}: order, rank, n-gram, count
 *   <li>{@code counts-of-counts.tsv}: order, count, types that appear so often; the last row of
 *       each order, its count ending in {@code +}, has those that appear as often or more
 *   <li>{@code zipf.tsv}: rank, frequency, fitted frequency, for about 500 ranks
 *   <li>{@code counts/order=N/part-SLICE.parquet}: ngram (array of strings), ids (array of int),
 *       count; sorted by ids within and across the slices; {@code order} is the folder's, as Spark
 *       and Hive read it. N-grams with {@code <s>} or {@code </s>} are among them, unlike in the
 *       tables above
 *   <li>{@code model/slice-SLICE.bin}: the same counts for a model to load
 * </ul>
 *
 * All text is UTF-8 without headers, tab-separated; tokens are escaped as {@link TopNgram#escape}
 * says.
 */
public final class NgramFiles {
  static final String TOP = "top.tsv";
  static final String COUNTS_OF_COUNTS = "counts-of-counts.tsv";
  static final String ZIPF = "zipf.tsv";
  static final String STATISTICS = "statistics.json";

  private static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          """
          message ngram {
            required group ngram (LIST) { repeated group list { required binary element (STRING); } }
            required group ids (LIST) { repeated group list { required int32 element; } }
            required int64 count;
          }
          """);

  private NgramFiles() {}

  /**
   * Writes the files of one slice.
   *
   * @param tokens UTF-8 by id
   * @param attempt distinguishes attempts of the same task
   */
  public static List<FileEntry> writeSlice(
      FileSystem fs, Path folder, int slice, TrieSlice trie, byte[][] tokens, long attempt)
      throws IOException {
    List<FileEntry> files = new ArrayList<>();
    files.add(HashedFile.write(fs, folder, modelFile(slice), attempt, trie::write));
    Binary[] words = new Binary[tokens.length];
    for (int n = 1; n <= trie.order(); n++) {
      if (trie.size(n) == 0) {
        continue;
      }
      int order = n;
      String path = String.format(Locale.ROOT, "counts/order=%d/part-%05d.parquet", n, slice);
      files.add(
          HashedFile.write(
              fs,
              folder,
              path,
              attempt,
              out -> writeParquet(out, fs.getConf(), trie, order, tokens, words)));
    }
    return files;
  }

  private static String modelFile(int slice) {
    return String.format(Locale.ROOT, "model/slice-%05d.bin", slice);
  }

  /** Opens a file of an artifact by its path. */
  interface Source {
    InputStream open(String path) throws IOException;
  }

  /** Reads the counts of all slices. */
  static NgramTrie readTrie(Source source, int order, int vocabularySize, int slices)
      throws IOException {
    NgramTrie.Builder builder = new NgramTrie.Builder(order, vocabularySize);
    for (int slice = 0; slice < slices; slice++) {
      try (InputStream in = source.open(modelFile(slice))) {
        builder.read(in);
      }
    }
    return builder.build();
  }

  static String top(List<OrderStatistics> orders) {
    StringBuilder rows = new StringBuilder();
    for (OrderStatistics order : orders) {
      order.top().forEach(row -> rows.append(row.row()).append('\n'));
    }
    return rows.toString();
  }

  static String countsOfCounts(List<OrderStatistics> orders) {
    StringBuilder rows = new StringBuilder();
    for (OrderStatistics order : orders) {
      int count = 1;
      for (long types : order.countsOfCounts()) {
        rows.append(order.order()).append('\t').append(count).append('\t').append(types);
        rows.append('\n');
        count++;
      }
      rows.append(order.order()).append('\t').append(count).append("+\t");
      rows.append(order.typesAbove()).append('\n');
    }
    return rows.toString();
  }

  static String zipf(ZipfFit fit) {
    StringBuilder rows = new StringBuilder();
    for (ZipfFit.Point point : fit.points()) {
      rows.append(point.rank()).append('\t').append(point.frequency()).append('\t');
      if (point.fitted() != null) {
        rows.append(String.format(Locale.ROOT, "%.4f", point.fitted()));
      }
      rows.append('\n');
    }
    return rows.toString();
  }

  private static void writeParquet(
      OutputStream out,
      Configuration conf,
      TrieSlice trie,
      int order,
      byte[][] tokens,
      Binary[] words)
      throws IOException {
    Row row = new Row(order);
    try (ParquetWriter<Row> writer =
        new Writer(new StreamFile(out), tokens, words)
            .withConf(conf)
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .build()) {
      trie.<IOException>forEach(
          order,
          (ids, count, first) -> {
            System.arraycopy(ids, 0, row.ids, 0, order);
            row.count = count;
            writer.write(row);
          });
    }
  }

  /** A row, used again for the next. */
  private static final class Row {
    private final int[] ids;
    private long count;

    Row(int order) {
      this.ids = new int[order];
    }
  }

  private static final class Writer extends ParquetWriter.Builder<Row, Writer> {
    private final byte[][] tokens;
    private final Binary[] words;

    Writer(OutputFile file, byte[][] tokens, Binary[] words) {
      super(file);
      this.tokens = tokens;
      this.words = words;
    }

    @Override
    protected Writer self() {
      return this;
    }

    @Override
    protected WriteSupport<Row> getWriteSupport(Configuration conf) {
      return new RowSupport(tokens, words);
    }
  }

  private static final class RowSupport extends WriteSupport<Row> {
    private final byte[][] tokens;
    private final Binary[] words;
    private RecordConsumer consumer;

    RowSupport(byte[][] tokens, Binary[] words) {
      this.tokens = tokens;
      this.words = words;
    }

    @Override
    public WriteContext init(Configuration conf) {
      return new WriteContext(SCHEMA, new HashMap<>());
    }

    @Override
    public void prepareForWrite(RecordConsumer recordConsumer) {
      consumer = recordConsumer;
    }

    @Override
    public void write(Row row) {
      consumer.startMessage();
      consumer.startField("ngram", 0);
      startList();
      for (int id : row.ids) {
        startElement();
        consumer.addBinary(word(id));
        endElement();
      }
      endList();
      consumer.endField("ngram", 0);
      consumer.startField("ids", 1);
      startList();
      for (int id : row.ids) {
        startElement();
        consumer.addInteger(id);
        endElement();
      }
      endList();
      consumer.endField("ids", 1);
      consumer.startField("count", 2);
      consumer.addLong(row.count);
      consumer.endField("count", 2);
      consumer.endMessage();
    }

    private Binary word(int id) {
      if (words[id] == null) {
        words[id] = Binary.fromConstantByteArray(tokens[id]);
      }
      return words[id];
    }

    private void startList() {
      consumer.startGroup();
      consumer.startField("list", 0);
    }

    private void startElement() {
      consumer.startGroup();
      consumer.startField("element", 0);
    }

    private void endElement() {
      consumer.endField("element", 0);
      consumer.endGroup();
    }

    private void endList() {
      consumer.endField("list", 0);
      consumer.endGroup();
    }
  }

  /** Parquet's view of the stream of an artifact's file, which it must leave open. */
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
