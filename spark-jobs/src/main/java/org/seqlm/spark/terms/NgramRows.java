package org.seqlm.spark.terms;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.seqlm.artifact.VerifiedStream;
import org.seqlm.ngram.count.CountSlice;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.UnigramCounts;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.files.NgramFiles;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.ngrams.SliceFiles;
import org.seqlm.spark.task.TaskEnd;
import org.seqlm.terms.NullModel;
import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;
import org.seqlm.vocab.VocabularyReader;

/**
 * Counted n-grams as rows, a slice a partition, read a context at a time. N-grams with {@code <s>}
 * or {@code </s>} are no windows of words and left out; those with {@code <unk>} are windows.
 */
final class NgramRows implements Serializable {
  private static final long serialVersionUID = 1L;

  private final SliceFiles files;
  private final Passages passages;
  private final int vocabularySize;
  private final TokenizerKind kind;
  private final String vocabularyName;
  private final SharedSettings hadoop;

  NgramRows(JavaSparkContext spark, NgramArtifact counts) throws IOException {
    files = SliceFiles.stored(counts);
    passages = counts.passages();
    vocabularySize = counts.details().vocabularySize();
    kind = counts.details().rules().kind();
    vocabularyName = counts.artifact().shown(Vocabularies.FILE_NAME);
    hadoop = new SharedSettings(spark.hadoopConfiguration());
  }

  /** How many slices there are. */
  int slices() {
    return files.slices().count();
  }

  /** Takes n-grams. */
  interface Sink extends Serializable {
    /**
     * The n-grams of a context, or some of them.
     *
     * @param context ids in their order // (n - 1)
     * @param words ids // (size or more)
     * @param counts // (size or more)
     * @param size of them
     * @param out receives rows
     */
    void context(int[] context, int[] words, long[] counts, int size, List<Row> out);
  }

  /** Rows that a sink makes of the n-grams of an order. */
  JavaRDD<Row> rows(JavaSparkContext spark, int order, Sink sink) {
    return spark
        .parallelize(IntStream.range(0, slices()).boxed().toList(), slices())
        .flatMap(slice -> new Walk(slice, order, sink));
  }

  /** The n-grams of a slice, a context's at a time. */
  private final class Walk implements Iterator<Row> {
    private final CountSlice counts;
    private final int order;
    private final Sink sink;
    private final int[] context;
    private final List<Row> ready = new ArrayList<>();
    private int[] kept = new int[16];
    private long[] keptCounts = new long[16];
    private int next;

    Walk(int slice, int order, Sink sink) throws IOException {
      this.counts = files.counts(slice, hadoop.value());
      TaskEnd.close(counts);
      this.order = order;
      this.sink = sink;
      this.context = new int[order - 1];
    }

    @Override
    public boolean hasNext() {
      try {
        while (next == ready.size()) {
          ready.clear();
          next = 0;
          if (!counts.next()) {
            return false;
          }
          if (counts.length() == order - 1) {
            context();
          }
        }
        return true;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void context() {
      for (int i = 0; i < context.length; i++) {
        context[i] = counts.reversed()[context.length - i];
      }
      if (kept.length < counts.size()) {
        kept = new int[Math.max(2 * kept.length, counts.size())];
        keptCounts = new long[kept.length];
      }
      int size = 0;
      for (int i = 0; i < counts.size(); i++) {
        int word = counts.words()[i];
        if (!passages.marked(context[0], word)) {
          kept[size] = word;
          keptCounts[size++] = counts.raw()[i];
        }
      }
      if (size > 0) {
        sink.context(context, kept, keptCounts, size, ready);
      }
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.get(next++);
    }
  }

  /** Names of columns: {@code w0}, {@code w1}, ... */
  static String[] names(String prefix, int size) {
    return IntStream.range(0, size).mapToObj(i -> prefix + i).toArray(String[]::new);
  }

  /** A schema of whole numbers: ids, then counts. */
  static StructType numbers(String[] ids, String... counts) {
    List<StructField> fields = new ArrayList<>();
    for (String id : ids) {
      fields.add(DataTypes.createStructField(id, DataTypes.IntegerType, false));
    }
    for (String count : counts) {
      fields.add(DataTypes.createStructField(count, DataTypes.LongType, false));
    }
    return DataTypes.createStructType(fields);
  }

  /** The n-grams that appear at least so often: {@code w0}, ..., {@code count}. */
  Dataset<Row> frequent(SparkSession session, JavaSparkContext spark, int order, long minCount) {
    Sink sink =
        (context, words, counts, size, out) -> {
          for (int i = 0; i < size; i++) {
            if (counts[i] >= minCount) {
              Object[] row = new Object[order + 1];
              for (int k = 0; k < context.length; k++) {
                row[k] = context[k];
              }
              row[order - 1] = words[i];
              row[order] = counts[i];
              out.add(RowFactory.create(row));
            }
          }
        };
    return session.createDataFrame(rows(spark, order, sink), numbers(names("w", order), "count"));
  }

  /**
   * How often each part of n-grams appears in its place, in windows of the order, to be added up:
   * {@code slot}, {@code k0}, ..., {@code part}. Slots are those of {@link NullModel#of}; keys that
   * are shorter end in -1.
   */
  Dataset<Row> parts(SparkSession session, JavaSparkContext spark, int order, NullModel model) {
    Slots slots = new Slots(order, model);
    Sink sink =
        (context, words, counts, size, out) -> {
          long sum = 0;
          for (int i = 0; i < size; i++) {
            sum += counts[i];
          }
          int[] ngram = java.util.Arrays.copyOf(context, order);
          for (int slot = 0; slot < slots.count(); slot++) {
            if (slots.to(slot) < order) { // within the context: once for all of its words
              out.add(slots.row(slot, ngram, sum));
            } else {
              for (int i = 0; i < size; i++) {
                ngram[order - 1] = words[i];
                out.add(slots.row(slot, ngram, counts[i]));
              }
            }
          }
        };
    return session.createDataFrame(rows(spark, order, sink), slots.schema("part"));
  }

  /** Windows, different n-grams, and those that appear at least so often. */
  long[] totals(JavaSparkContext spark, int order, long minCount) {
    return spark
        .parallelize(IntStream.range(0, slices()).boxed().toList(), slices())
        .map(
            slice -> {
              long[] sums = new long[3];
              Walk walk =
                  new Walk(
                      slice,
                      order,
                      (context, words, counts, size, out) -> {
                        for (int i = 0; i < size; i++) {
                          sums[0] += counts[i];
                          sums[1]++;
                          sums[2] += counts[i] >= minCount ? 1 : 0;
                        }
                      });
              if (walk.hasNext()) {
                throw new IllegalStateException("sums are no rows");
              }
              return sums;
            })
        .reduce((a, b) -> new long[] {a[0] + b[0], a[1] + b[1], a[2] + b[2]});
  }

  /** The words that are {@code taken}, reserved ones apart: {@code id}, {@code word}. */
  Dataset<Row> words(SparkSession session, JavaSparkContext spark, Taken taken) {
    JavaRDD<Row> rows =
        spark
            .parallelize(List.of(0), 1)
            .mapPartitions(
                one -> {
                  InputStream in = files.open(Vocabularies.FILE_NAME, hadoop.value());
                  TaskEnd.close(in);
                  return new Words(new VocabularyReader(kind, in, vocabularyName), taken);
                });
    return session.createDataFrame(
        rows,
        new StructType()
            .add("id", DataTypes.IntegerType, false)
            .add("word", DataTypes.StringType, false));
  }

  /** Which words are wanted. */
  interface Taken extends Serializable {
    boolean takes(String word);
  }

  private final class Words implements Iterator<Row> {
    private final VocabularyReader words;
    private final Taken taken;
    private int id = -1;
    private Row row;

    Words(VocabularyReader words, Taken taken) {
      this.words = words;
      this.taken = taken;
    }

    @Override
    public boolean hasNext() {
      int reserved = Vocabulary.reservedTokens(kind).size();
      try {
        while (row == null && words.next()) {
          id++;
          String word = new String(words.token(), java.nio.charset.StandardCharsets.UTF_8);
          if (id >= reserved && taken.takes(word)) {
            row = RowFactory.create(id, word);
          }
        }
        return row != null;
      } catch (IOException | RuntimeException e) {
        VerifiedStream.throwIfDamaged(e);
        throw e instanceof IOException io ? new UncheckedIOException(io) : (RuntimeException) e;
      }
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Row next = row;
      row = null;
      return next;
    }
  }

  /** How often each word stands in the text: {@code id}, {@code count}. */
  Dataset<Row> unigrams(SparkSession session, JavaSparkContext spark) {
    JavaRDD<Row> rows =
        spark
            .parallelize(List.of(0), 1)
            .mapPartitions(
                one -> {
                  InputStream in = files.open(NgramFiles.UNIGRAM_COUNTS, hadoop.value());
                  TaskEnd.close(in);
                  return new Unigrams(UnigramCounts.cursor(in, vocabularySize));
                });
    return session.createDataFrame(rows, numbers(new String[] {"id"}, "count"));
  }

  private static final class Unigrams implements Iterator<Row> {
    private final UnigramCounts.Cursor counts;
    private Boolean more;

    Unigrams(UnigramCounts.Cursor counts) {
      this.counts = counts;
    }

    @Override
    public boolean hasNext() {
      try {
        if (more == null) {
          more = counts.next();
        }
        return more;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      more = null;
      return RowFactory.create(counts.id(), counts.raw());
    }
  }
}
