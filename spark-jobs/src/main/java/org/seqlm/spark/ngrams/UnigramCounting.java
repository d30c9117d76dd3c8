package org.seqlm.spark.ngrams;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.SliceStatistics;
import org.seqlm.ngram.count.UnigramCounts;
import org.seqlm.ngram.files.NgramFiles;
import org.seqlm.ngram.stats.Frequencies;
import org.seqlm.ngram.stats.ZipfFit;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.spark.io.OrderedParts;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.spark.io.Wire;
import org.seqlm.spark.task.TaskEnd;
import org.seqlm.spark.task.TaskMemory;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;
import org.seqlm.vocab.IdRanges;
import scala.Tuple2;

/**
 * Adds up what slices counted of the unigrams, a range of ids a task, and writes the file of all.
 * Where there are several ranges, one task more puts their parts together as they are, in the order
 * of the ids; so the file does not show how many there were.
 */
public final class UnigramCounting implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Bytes of the unigrams' counts that one task holds at most, and no more than its part of {@link
   * #HOLD}; Hadoop's configuration may say another number.
   */
  static final String LIMIT = "seqlm.unigrams.max-bytes";

  private static final long DEFAULT_LIMIT = 64L << 20;

  /** Part of the heap for the counts that are added up, or smoothed. */
  private static final double HOLD = 0.2;

  /** What an id takes in a task that adds up its counts, or smooths them. */
  private static final int ID_BYTES = 30;

  /** Part of the heap for parts of the unigrams' file that wait to be written. */
  private static final double WAIT = 0.05;

  private final IdRanges ranges;
  private final Passages passages;
  private final NgramCounting.Plan plan;
  private final String folder;
  private final Broadcast<SharedSettings> hadoop;

  /**
   * @param folder that receives the file
   */
  UnigramCounting(
      IdRanges ranges,
      Passages passages,
      NgramCounting.Plan plan,
      String folder,
      Broadcast<SharedSettings> hadoop) {
    this.ranges = ranges;
    this.passages = passages;
    this.plan = plan;
    this.folder = folder;
    this.hadoop = hadoop;
  }

  /** The ranges of a vocabulary's ids. */
  static IdRanges ranges(JavaSparkContext spark, int vocabularySize) {
    long limit = Math.min(DEFAULT_LIMIT, TaskMemory.shareOfExecutor(spark.getConf(), HOLD));
    return IdRanges.of(vocabularySize, ID_BYTES, spark.hadoopConfiguration().getLong(LIMIT, limit));
  }

  /** Where a range's words stand in the file of all. */
  static final class Part implements Serializable {
    private static final long serialVersionUID = 1L;

    private final int types;
    private final int first; // stored id of the first word
    private final long offset; // behind it

    private Part(int types, int first, long offset) {
      this.types = types;
      this.first = first;
      this.offset = offset;
    }

    /** Reads the range's counts. */
    UnigramCounts read(SliceFiles files, int vocabularySize, Configuration conf)
        throws IOException {
      if (types == 0) {
        return new UnigramCounts();
      }
      try (InputStream in = files.openFrom(NgramFiles.UNIGRAM_COUNTS, offset, conf)) {
        return UnigramCounts.readPart(in, types, first, vocabularySize);
      }
    }
  }

  /** What was written, as the driver is told. */
  public static final class Counted implements Serializable {
    private static final long serialVersionUID = 1L;

    private final FileEntry file;
    private final byte[] zipf; // packed by Wire
    private final byte[] parts; // likewise

    private Counted(FileEntry file, ZipfFit zipf, Part[] parts) {
      this.file = file;
      this.zipf = Wire.write(zipf);
      this.parts = Wire.write(parts);
    }

    FileEntry file() {
      return file;
    }

    ZipfFit zipf() {
      return (ZipfFit) Wire.read(zipf);
    }

    /** By range. */
    Part[] parts() {
      return (Part[]) Wire.read(parts);
    }
  }

  /** What the task of a range tells the one that writes. */
  public static final class Range implements Serializable {
    private static final long serialVersionUID = 1L;

    private final int range;
    private final int types;
    private final int first; // stored ids; of no words 0
    private final int last;
    private final byte[] words;
    private final Frequencies frequencies;

    private Range(int range, UnigramCounts sum, Frequencies frequencies) {
      this.range = range;
      this.types = sum.types();
      this.first = types == 0 ? 0 : sum.id(0) + 1;
      this.last = types == 0 ? 0 : sum.id(types - 1) + 1;
      this.words = types == 0 ? new byte[0] : sum.part();
      this.frequencies = frequencies;
    }
  }

  /**
   * Adds up and writes the unigrams' counts.
   *
   * @param shares {@link SliceShare}s in the partitions of their ranges, and what is for the driver
   *     in the one behind them
   * @return what is for the driver: its own, the statistics of the unigrams, and {@link Counted}
   */
  JavaRDD<Object> results(JavaPairRDD<Integer, Object> shares) {
    int driver = ranges.count();
    if (driver == 1) {
      return shares.mapPartitionsWithIndex(
          (index, part) -> index == driver ? values(part) : whole(part), true);
    }
    return Shuffles.byNumber(
            shares
                .mapPartitionsWithIndex(
                    (index, part) -> index == driver ? toDriver(part) : range(index, part), true)
                .mapToPair(told -> told),
            2)
        .mapPartitionsWithIndex((index, part) -> index == 1 ? values(part) : joined(part), true);
  }

  private static Iterator<Object> values(Iterator<Tuple2<Integer, Object>> part) {
    List<Object> values = new ArrayList<>();
    part.forEachRemaining(result -> values.add(result._2()));
    return values.iterator();
  }

  private static Iterator<Tuple2<Integer, Object>> toDriver(
      Iterator<Tuple2<Integer, Object>> part) {
    List<Tuple2<Integer, Object>> values = new ArrayList<>();
    part.forEachRemaining(result -> values.add(new Tuple2<>(1, result._2())));
    return values.iterator();
  }

  private Iterator<Object> whole(Iterator<Tuple2<Integer, Object>> shares) throws IOException {
    SliceStatistics statistics = statistics();
    // What is left of the counts when they are fitted: all of this has the vocabulary's size.
    Frequencies frequencies = new Frequencies();
    Object counted = written(shares, statistics, frequencies);
    return List.of(statistics.finish(), counted).iterator();
  }

  private Counted written(
      Iterator<Tuple2<Integer, Object>> shares, SliceStatistics statistics, Frequencies frequencies)
      throws IOException {
    UnigramCounts sum = sum(0, shares);
    statistics.unigrams(sum);
    frequencies.add(shown(sum));
    FileEntry file = write(sum::write);
    return new Counted(file, fit(frequencies), new Part[] {whole(sum)});
  }

  private static Part whole(UnigramCounts sum) {
    int first = sum.types() == 0 ? 0 : sum.id(0) + 1;
    return new Part(sum.types(), first, bytes(sum.types()) + bytes(first));
  }

  private Iterator<Tuple2<Integer, Object>> range(
      int range, Iterator<Tuple2<Integer, Object>> shares) {
    SliceStatistics statistics = statistics();
    UnigramCounts sum = sum(range, shares);
    statistics.unigrams(sum);
    Range told = new Range(range, sum, new Frequencies().add(shown(sum)));
    return List.of(
            new Tuple2<Integer, Object>(0, told),
            new Tuple2<Integer, Object>(1, statistics.finish()))
        .iterator();
  }

  /** Puts the ranges together. */
  private Iterator<Object> joined(Iterator<Tuple2<Integer, Object>> told) throws IOException {
    int count = ranges.count();
    OrderedParts words = new OrderedParts(count, TaskMemory.spill(WAIT, "unigrams"));
    TaskEnd.close(words);
    int[] types = new int[count];
    int[] firsts = new int[count];
    int[] lasts = new int[count];
    Frequencies frequencies = new Frequencies();
    int all = 0;
    while (told.hasNext()) {
      Range one = (Range) told.next()._2();
      types[one.range] = one.types;
      firsts[one.range] = one.first;
      lasts[one.range] = one.last;
      words.put(one.range, one.words);
      frequencies.add(one.frequencies);
      all += one.types;
    }
    Part[] parts = new Part[count];
    Bytes head = new Bytes(16);
    head.writeNumber(all);
    FileEntry file =
        write(
            out -> {
              long offset = write(head, out);
              int before = 0;
              for (int range = 0; range < count; range++) {
                if (types[range] > 0) {
                  head.writeNumber(firsts[range] - before);
                  offset += write(head, out);
                  before = lasts[range];
                }
                parts[range] = new Part(types[range], firsts[range], offset);
                words.writeTo(range, out);
                offset += words.size(range);
              }
            });
    return List.<Object>of(new Counted(file, fit(frequencies), parts)).iterator();
  }

  private static int write(Bytes bytes, OutputStream out) throws IOException {
    int size = bytes.size();
    out.write(bytes.array(), 0, size);
    bytes.clear();
    return size;
  }

  private static int bytes(long number) {
    Bytes bytes = new Bytes(16);
    bytes.writeNumber(number);
    return bytes.size();
  }

  private UnigramCounts sum(int range, Iterator<Tuple2<Integer, Object>> shares) {
    return UnigramCounts.sum(
        ranges.from(range),
        ranges.to(range),
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return shares.hasNext();
          }

          @Override
          public byte[] next() {
            return ((SliceShare) shares.next()._2()).packed();
          }
        });
  }

  /** The counts of words that statistics show. */
  private long[] shown(UnigramCounts counts) {
    long[] shown = new long[counts.types()];
    for (int i = 0; i < shown.length; i++) {
      shown[i] = passages.marked(counts.id(i), counts.id(i)) ? 0 : counts.raw(i);
    }
    return shown;
  }

  private static ZipfFit fit(Frequencies frequencies) {
    return ZipfFit.of(frequencies, ZipfFit.DEFAULT_POINTS);
  }

  private SliceStatistics statistics() {
    return new SliceStatistics(passages, plan.storedOrder(), plan.top(), plan.countsOfCounts());
  }

  private FileEntry write(HashedFile.Content content) throws IOException {
    Path path = new Path(folder);
    return HashedFile.write(
        path.getFileSystem(hadoop.value().value()),
        path,
        NgramFiles.UNIGRAM_COUNTS,
        TaskContext.get().taskAttemptId(),
        content);
  }
}
