package org.seqlm.spark.ngrams;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.SharedContexts;
import org.seqlm.ngram.count.Slices;
import org.seqlm.ngram.count.Spill;
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

  private static final int BUFFER = 1 << 18;

  private final JavaSparkContext spark;
  private final Passages passages;
  private final KeyLayout layout;
  private final NgramCounting.Plan plan;
  private final Slices slices;
  private final Path folder;

  /**
   * @param folder holds the counts, and the model where one is read
   */
  HeldOutSlices(
      JavaSparkContext spark,
      Passages passages,
      KeyLayout layout,
      NgramCounting counting,
      Path folder) {
    this.spark = spark;
    this.passages = passages;
    this.layout = layout;
    this.plan = counting.plan();
    this.slices = counting.slices();
    this.folder = folder;
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
    return SliceWindows.of(text, tokens, passages, layout, slices, plan.partitions())
        .mapPartitionsWithIndex(
            over(
                layout,
                plan.order(),
                plan.storedOrder(),
                slices,
                folder.toString(),
                new SerializableConfiguration(spark.hadoopConfiguration()),
                reading),
            true);
  }

  /** Merges a slice's windows and opens its files. */
  private static <T> Function2<Integer, Iterator<Tuple2<Integer, byte[]>>, Iterator<T>> over(
      KeyLayout layout,
      int order,
      int counted,
      Slices slices,
      String folder,
      SerializableConfiguration hadoop,
      Reading<T> reading) {
    return (slice, part) -> {
      if (!part.hasNext()) {
        return Collections.emptyIterator();
      }
      try (Files files = new Files(folder, hadoop, slices, slice, counted, order);
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
    private final Path folder;
    private final FileSystem fs;
    private final Slices slices;
    private final int slice;
    private final int counted;
    private final int order;
    private final List<Closeable> open = new ArrayList<>();

    Files(
        String folder,
        SerializableConfiguration hadoop,
        Slices slices,
        int slice,
        int counted,
        int order)
        throws IOException {
      this.folder = new Path(folder);
      this.fs = this.folder.getFileSystem(hadoop.value());
      this.slices = slices;
      this.slice = slice;
      this.counted = counted;
      this.order = order;
    }

    ContextCursor counts() throws IOException {
      SharedContexts shared =
          SharedContexts.of(
              tree -> open(NgramFiles.sharedCounts(tree)), slices, slice, counted, levels());
      return opened(
          ContextCursor.ofCounts(open(NgramFiles.countSlice(slice)), counted, shared, levels()));
    }

    /** The slice of the model; null at order 1, which has none. */
    ContextCursor model() throws IOException {
      return order == 1
          ? null
          : opened(ContextCursor.ofModel(open(NgramFiles.modelSlice(slice)), order, levels()));
    }

    private static Spill levels() {
      return TaskMemory.spill(SliceCounting.LEVELS, "levels");
    }

    private ContextCursor opened(ContextCursor cursor) {
      open.add(cursor);
      return cursor;
    }

    private InputStream open(String file) throws IOException {
      InputStream in = new BufferedInputStream(fs.open(new Path(folder, file)), BUFFER);
      open.add(in);
      return in;
    }

    @Override
    public void close() throws IOException {
      for (Closeable one : open) {
        one.close();
      }
    }
  }

  UnigramCounts unigramCounts() throws IOException {
    try (InputStream in = open(NgramFiles.UNIGRAM_COUNTS)) {
      return UnigramCounts.read(in, passages.vocabularySize());
    }
  }

  Unigrams unigrams() throws IOException {
    try (InputStream in = open(NgramFiles.UNIGRAMS)) {
      return Unigrams.read(in);
    }
  }

  private InputStream open(String file) throws IOException {
    FileSystem fs = folder.getFileSystem(spark.hadoopConfiguration());
    return new BufferedInputStream(fs.open(new Path(folder, file)), BUFFER);
  }
}
