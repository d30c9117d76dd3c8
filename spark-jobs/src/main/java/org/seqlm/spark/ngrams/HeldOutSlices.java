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
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.UnigramCounts;
import org.seqlm.ngram.count.WindowMerger;
import org.seqlm.ngram.files.NgramFiles;
import org.seqlm.ngram.heldout.ContextCursor;
import org.seqlm.ngram.smooth.Unigrams;
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
                new SerializableConfiguration(spark.hadoopConfiguration()),
                reading),
            true);
  }

  /** Merges a slice's windows and opens its files. */
  private static <T> Function2<Integer, Iterator<Tuple2<Integer, byte[]>>, Iterator<T>> over(
      KeyLayout layout,
      SliceFiles slices,
      int order,
      SerializableConfiguration hadoop,
      Reading<T> reading) {
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

  UnigramCounts unigramCounts() throws IOException {
    try (InputStream in = files.open(NgramFiles.UNIGRAM_COUNTS, spark.hadoopConfiguration())) {
      return UnigramCounts.read(in, passages.vocabularySize());
    }
  }

  /** Raw counts by id, read word by word. // (vocabulary) */
  long[] unigramCountsById() throws IOException {
    long[] byId = new long[passages.vocabularySize()];
    try (InputStream in = files.open(NgramFiles.UNIGRAM_COUNTS, spark.hadoopConfiguration())) {
      UnigramCounts.Cursor counts = UnigramCounts.cursor(in, byId.length);
      while (counts.next()) {
        byId[counts.id()] = counts.raw();
      }
    }
    return byId;
  }

  Unigrams unigrams() throws IOException {
    try (InputStream in = files.open(NgramFiles.UNIGRAMS, spark.hadoopConfiguration())) {
      return Unigrams.read(in);
    }
  }
}
