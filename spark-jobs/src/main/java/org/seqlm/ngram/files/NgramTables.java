package org.seqlm.ngram.files;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.seqlm.UserException;
import org.seqlm.ngram.walk.ContextNgrams;
import org.seqlm.ngram.walk.NgramSink;
import org.seqlm.store.ParquetBytes;
import org.seqlm.store.ParquetRecords;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.TokenTable;

/**
 * N-grams as Parquet tables that any program reads as they are.
 *
 * <ul>
 *   <li>{@code dictionary/part-00000.parquet}: id, token, count in the text that the vocabulary is
 *       of; by rising id
 *   <li>{@code ngrams/order=N/part-SLICE.parquet}: ids, count and, where a back-off model was
 *       estimated, log10_probability and log10_backoff; {@code order} is the folder's, as Spark,
 *       Hive and DuckDB read it. Rows stand by rising ids of the context, its last token first,
 *       then of the last token, within and across the files of an order
 * </ul>
 *
 * N-grams with {@code <s>} or {@code </s>} are among them; {@code <s>} itself counts the passages
 * it begins. An n-gram that pruning left out of the model keeps its count and has neither
 * probability nor weight; {@code <s>} has no probability, as nothing predicts it; the highest order
 * has no weights. A unigram that the text does not hold but the model predicts has count 0.
 */
public final class NgramTables {
  /** The words by id. */
  public static final String DICTIONARY = "dictionary/part-00000.parquet";

  /**
   * Bytes of a row group while it is in memory: a task writes one an order at the same time. The
   * size is fixed, so that files do not depend on where they are written.
   */
  private static final long ROW_GROUP = 16L << 20;

  private static final String IDS_AND_COUNT =
      """
      required group ids (LIST) { repeated group list { required int32 element; } }
      required int64 count;
      """;
  private static final MessageType COUNTS =
      MessageTypeParser.parseMessageType("message ngram { " + IDS_AND_COUNT + " }");
  private static final MessageType MODEL =
      MessageTypeParser.parseMessageType(
          "message ngram { "
              + IDS_AND_COUNT
              + "optional float log10_probability; optional float log10_backoff; }");
  private static final MessageType WORDS =
      MessageTypeParser.parseMessageType(
          """
          message word { required int32 id; required binary token (STRING); required int64 count; }
          """);

  private NgramTables() {}

  /** What a row has beside its ids. */
  public enum Columns {
    COUNTS,
    COUNTS_AND_MODEL
  }

  /** The file of a slice's n-grams of an order; the unigrams are slice 0. */
  public static String ngrams(int order, int slice) {
    return String.format(Locale.ROOT, "ngrams/order=%d/part-%05d.parquet", order, slice);
  }

  /**
   * Writes the dictionary.
   *
   * @param words of all ids, part by part
   */
  public static void writeDictionary(
      OutputStream out, Configuration conf, Iterator<PackedTokens> words) throws IOException {
    WordRecords records = new WordRecords();
    try (ParquetWriter<Integer> writer = writer(out, conf, records)) {
      while (words.hasNext()) {
        records.words = words.next();
        for (int i = 0; i < records.words.size(); i++) {
          writer.write(i);
        }
      }
    }
  }

  /**
   * Reads what {@link #writeDictionary} wrote.
   *
   * @param name shown in messages
   * @throws UserException with exit code 3 if the ids are not 0, 1, 2, ...
   */
  static PackedTokens readDictionary(byte[] file, String name) throws IOException {
    TokenTable table = new TokenTable(1 << 10);
    long[] counts = new long[1 << 10];
    try (ParquetReader<Group> reader = new GroupReader(new ParquetBytes(file)).build()) {
      for (Group word = reader.read(); word != null; word = reader.read()) {
        int size = table.size();
        byte[] token = word.getBinary("token", 0).getBytes();
        if (word.getInteger("id", 0) != size || table.add(token, 0, token.length) != size) {
          throw UserException.data(
              name + "/" + DICTIONARY + " is damaged: row " + size + " is not that of id " + size);
        }
        if (size == counts.length) {
          counts = Arrays.copyOf(counts, size * 2);
        }
        counts[size] = word.getLong("count", 0);
      }
    }
    return PackedTokens.of(table, counts);
  }

  private static final class GroupReader extends ParquetReader.Builder<Group> {
    GroupReader(InputFile file) {
      super(file);
    }

    @Override
    protected ReadSupport<Group> getReadSupport() {
      return new GroupReadSupport();
    }
  }

  /** Writes n-grams, a file an order. */
  public static final class Rows implements NgramSink {
    private final ParquetWriter<Row>[] writers;
    private final int first;
    private final Row row = new Row();

    /**
     * @param outs a stream an order; they stay open
     * @param first order of the first stream
     */
    @SuppressWarnings({"unchecked", "rawtypes"})
    public Rows(OutputStream[] outs, int first, Configuration conf, Columns columns)
        throws IOException {
      this.writers = new ParquetWriter[outs.length];
      for (int i = 0; i < outs.length; i++) {
        writers[i] = writer(outs[i], conf, new RowRecords(columns));
      }
      this.first = first;
    }

    @Override
    public void context(ContextNgrams ngrams) throws IOException {
      int size = ngrams.size();
      int[] words = ngrams.words();
      long[] counts = ngrams.counts();
      float[] logProbabilities = ngrams.logProbabilities();
      float[] logBackoffs = ngrams.logBackoffs();
      ParquetWriter<Row> writer = writers[ngrams.length() + 1 - first];
      row.reversed = ngrams.reversed();
      row.length = ngrams.length();
      for (int i = 0; i < size; i++) {
        row.word = words[i];
        row.count = counts[i];
        if (logProbabilities != null) {
          row.logProbability = logProbabilities[i];
          row.logBackoff = logBackoffs[i];
        }
        writer.write(row);
      }
    }

    @Override
    public void finish() throws IOException {
      for (ParquetWriter<Row> writer : writers) {
        writer.close();
      }
    }
  }

  private static <T> ParquetWriter<T> writer(
      OutputStream out, Configuration conf, ParquetRecords<T> records) throws IOException {
    return records
        .into(out, conf)
        .withRowGroupSize(ROW_GROUP)
        .withCompressionCodec(CompressionCodecName.ZSTD)
        .build();
  }

  /** An n-gram, used again for the next. */
  private static final class Row {
    private int[] reversed;
    private int length;
    private int word;
    private long count;
    private float logProbability;
    private float logBackoff;
  }

  private static final class WordRecords extends ParquetRecords<Integer> {
    private PackedTokens words; // a part
    private int id;

    WordRecords() {
      super(WORDS);
    }

    @Override
    public void write(Integer place) {
      consumer.startMessage();
      consumer.startField("id", 0);
      consumer.addInteger(id++);
      consumer.endField("id", 0);
      consumer.startField("token", 1);
      consumer.addBinary(
          Binary.fromConstantByteArray(
              Arrays.copyOfRange(words.arena(), words.start(place), words.end(place))));
      consumer.endField("token", 1);
      consumer.startField("count", 2);
      consumer.addLong(words.counts()[place]);
      consumer.endField("count", 2);
      consumer.endMessage();
    }
  }

  private static final class RowRecords extends ParquetRecords<Row> {
    private final boolean model;

    RowRecords(Columns columns) {
      super(columns == Columns.COUNTS ? COUNTS : MODEL);
      this.model = columns == Columns.COUNTS_AND_MODEL;
    }

    @Override
    public void write(Row row) {
      consumer.startMessage();
      consumer.startField("ids", 0);
      consumer.startGroup();
      consumer.startField("list", 0);
      for (int i = row.length; i > 0; i--) {
        element(row.reversed[i]);
      }
      element(row.word);
      consumer.endField("list", 0);
      consumer.endGroup();
      consumer.endField("ids", 0);
      consumer.startField("count", 1);
      consumer.addLong(row.count);
      consumer.endField("count", 1);
      if (model) {
        number("log10_probability", 2, row.logProbability);
        number("log10_backoff", 3, row.logBackoff);
      }
      consumer.endMessage();
    }

    private void element(int id) {
      consumer.startGroup();
      consumer.startField("element", 0);
      consumer.addInteger(id);
      consumer.endField("element", 0);
      consumer.endGroup();
    }

    private void number(String name, int index, float value) {
      if (!Float.isNaN(value)) {
        consumer.startField(name, index);
        consumer.addFloat(value);
        consumer.endField(name, index);
      }
    }
  }
}
