package org.seqlm.spark.ngrams;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.UnigramCounts;
import org.seqlm.ngram.count.WindowMerger;
import org.seqlm.ngram.files.NgramFiles;
import org.seqlm.ngram.heldout.ContextCursor;
import org.seqlm.ngram.smooth.Unigrams;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.TaskMemory;
import org.seqlm.vocab.TokenBlock;
import scala.Tuple2;

/**
 * Brings a held-out text's windows to the slices of another text's counts: a slice's task merges
 * them and reads the slice's files beside them, in the same order.
 */
final class HeldOutSlices {
  /** Part of the heap for sorted windows that wait to be merged. */
  private static final double MERGE = 0.2;

  private final JavaSparkContext spark;
  private final Passages passages;
  private final KeyLayout layout;
  private final NgramCounting.Plan plan;
  private final SliceFiles files;

  /**
   * @param counting whose folder holds the model, too, where one is read
   */
  HeldOutSlices(
      JavaSparkContext spark, Passages passages, KeyLayout layout, NgramCounting counting) {
    this.spark = spark;
    this.passages = passages;
    this.layout = layout;
    this.plan = counting.plan();
    this.files = counting.sliceFiles();
  }

  /** What the windows of one slice are read for. */
  @FunctionalInterface
  interface Reading<T> extends java.io.Serializable {
    Iterator<T> read(Files files, WindowMerger windows) throws IOException;
  }

  /**
   * Reads a text slice by slice; slices without windows are not read.
   *
   * @param tokens of the text
   */
  <T> JavaRDD<T> read(JavaRDD<TokenBlock> text, long tokens, Reading<T> reading) {
    return SliceWindows.of(text, tokens, passages, layout, files.slices(), plan.partitions())
        .mapPartitionsWithIndex(
            over(
                layout,
                files,
                plan.order(),
                new SharedSettings(spark.hadoopConfiguration()),
                reading),
            true);
  }

  /** Merges a slice's windows and opens its files. */
  private static <T> Function2<Integer, Iterator<Tuple2<Integer, byte[]>>, Iterator<T>> over(
      KeyLayout layout, SliceFiles slices, int order, SharedSettings hadoop, Reading<T> reading) {
    return (slice, part) -> {
      if (!part.hasNext()) {
        return Collections.emptyIterator();
      }
      try (Files files = new Files(slices, hadoop.value(), slice, order);
          WindowMerger merger = new WindowMerger(layout, TaskMemory.spill(MERGE, "held-out"))) {
        while (part.hasNext()) {
          merger.add(part.next()._2());
        }
        return reading.read(files, merger);
      }
    };
  }

  /** A slice's files, opened as they are asked for. */
  static final class Files implements AutoCloseable {
    private final SliceFiles files;
    private final Configuration conf;
    private final int slice;
    private final int order;
    private final List<Closeable> open = new ArrayList<>();

    Files(SliceFiles files, Configuration conf, int slice, int order) {
      this.files = files;
      this.conf = conf;
      this.slice = slice;
      this.order = order;
    }

    ContextCursor counts() throws IOException {
      return opened(files.countCursor(slice, conf));
    }

    /** The slice of the model; null at order 1, which has none. */
    ContextCursor model() throws IOException {
      return order == 1 ? null : opened(files.modelCursor(slice, order, conf));
    }

    private ContextCursor opened(ContextCursor cursor) {
      open.add(cursor);
      return cursor;
    }

    @Override
    public void close() throws IOException {
      for (Closeable one : open) {
        one.close();
      }
    }
  }

  /** What the unigrams' counts are given to, in the order of the ids. */
  @FunctionalInterface
  interface Counted {
    void word(int id, long raw);
  }

  /** Reads how often each word of the model's text appears there, of the others 0. */
  void unigramCounts(Counted sink) throws IOException {
    try (InputStream in = files.open(NgramFiles.UNIGRAM_COUNTS, spark.hadoopConfiguration())) {
      int size = passages.vocabularySize();
      UnigramCounts.Cursor counts = UnigramCounts.cursor(in, size);
      int next = 0;
      while (counts.next()) {
        for (; next < counts.id(); next++) {
          sink.word(next, 0);
        }
        sink.word(next++, counts.raw());
      }
      for (; next < size; next++) {
        sink.word(next, 0);
      }
    }
  }

  /** What the unigrams' probabilities are given to, in the order of the ids. */
  @FunctionalInterface
  interface Predicted {
    void word(int id, float log);
  }

  /** Reads the decimal logarithm of each word's probability; NaN where the model has none. */
  void unigrams(Predicted sink) throws IOException {
    try (InputStream in = files.open(NgramFiles.UNIGRAMS, spark.hadoopConfiguration())) {
      Unigrams.Cursor probabilities = Unigrams.cursor(in);
      for (int id = 0; id < passages.vocabularySize(); id++) {
        sink.word(id, (float) Math.min(0, Math.log10(probabilities.next())));
      }
    }
  }
}
