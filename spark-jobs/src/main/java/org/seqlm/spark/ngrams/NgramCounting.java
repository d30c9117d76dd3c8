package org.seqlm.spark.ngrams;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.Progress;
import org.seqlm.artifact.FileEntry;
import org.seqlm.artifact.HashedFile;
import org.seqlm.ngram.count.CountSliceWriter;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.SliceStatistics;
import org.seqlm.ngram.count.Slices;
import org.seqlm.ngram.count.UnigramCounts;
import org.seqlm.ngram.count.WindowCounter;
import org.seqlm.ngram.count.WindowMerger;
import org.seqlm.ngram.files.NgramFiles;
import org.seqlm.ngram.stats.TopCandidates;
import org.seqlm.ngram.stats.ZipfFit;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.spark.io.Wire;
import org.seqlm.spark.task.TaskMemory;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.vocab.TokenBlock;
import org.seqlm.vocab.TokenRanks;
import scala.Tuple2;

/**
 * Counts the n-grams of a stream and writes them, slice by slice.
 *
 * <p>Each task counts the windows of its part of the stream with a {@link WindowCounter} and sends
 * sorted windows to the slices. A slice's task merges what it gets, writes the slice's context trie
 * with the counts of all orders from 2 on, and sends its share of the unigrams' counts to one task
 * more, which adds them up. What a slice's file holds depends on the text and the vocabulary only.
 */
public final class NgramCounting {
  /** Parts of the heap for collecting windows, and for sorted windows that wait to be merged. */
  private static final double COLLECT = 0.3;

  private static final double MERGE = 0.2;

  /** Partitions that the slices' tasks tell: the unigrams', the driver's, the heads'. */
  static final int UNIGRAMS = 0;

  private static final int DRIVER = 1;
  private static final int FIRST_HEAD = 2;

  private final Plan plan;
  private final Slices slices;
  private final List<SliceStatistics> statistics;
  private final ZipfFit zipf;
  private final List<FileEntry> files;
  private final JavaPairRDD<Integer, Object> shares;
  private final List<List<TopCandidates.Row>> top;

  private NgramCounting(
      Plan plan,
      Slices slices,
      List<SliceStatistics> statistics,
      ZipfFit zipf,
      List<FileEntry> files,
      JavaPairRDD<Integer, Object> shares,
      List<List<TopCandidates.Row>> top) {
    this.plan = plan;
    this.slices = slices;
    this.statistics = statistics;
    this.zipf = zipf;
    this.files = files;
    this.shares = shares;
    this.top = top;
  }

  /**
   * What is wanted of a count.
   *
   * @param order N, at least 1
   * @param slices that the result is cut into, more or less; at least 1
   * @param top rows an order of the most frequent n-grams
   * @param countsOfCounts the largest count of the counts of counts
   * @param partitions tasks that count; 0 leaves it to the cluster
   */
  public record Plan(int order, int slices, int top, int countsOfCounts, int partitions)
      implements java.io.Serializable {
    /** The order of what is stored: contexts of at least one token. */
    public int storedOrder() {
      return Math.max(2, order);
    }
  }

  /**
   * Counts a stream and writes the slices' files.
   *
   * @param blocks the stream; each block names enough of what stands before it
   * @param tokens of the whole stream
   * @param unknown of them, those outside the vocabulary
   * @param folder where the files go
   * @param progress is told how many tokens are counted
   */
  public static NgramCounting count(
      JavaSparkContext spark,
      JavaRDD<TokenBlock> blocks,
      long tokens,
      long unknown,
      TokenRanks vocabulary,
      Passages passages,
      Plan plan,
      Path folder,
      Progress progress) {
    KeyLayout layout = KeyLayout.of(plan.storedOrder(), vocabulary.size());
    Slices slices = Slices.of(vocabulary, unknown, plan.slices(), plan.storedOrder());
    // Every task would read it again, if it came with the task.
    Broadcast<SerializableConfiguration> hadoop =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    String target = folder.toString();
    JavaPairRDD<Integer, Object> shares;
    List<Object> results;
    try (TaskProgress stage = TaskProgress.start(spark, progress, "count", tokens, "tokens", "")) {
      shares =
          tell(
              windows(counted(blocks, stage), tokens, passages, layout, slices, plan.partitions()),
              layout,
              slices,
              passages,
              plan,
              target,
              hadoop);
      results =
          shares
              .mapPartitionsWithIndex(
                  (index, part) ->
                      index == UNIGRAMS
                          ? unigrams(part, passages, plan, new Path(target), hadoop).iterator()
                          : values(part),
                  true)
              .collect();
    }
    List<SliceStatistics> statistics = new ArrayList<>();
    List<FileEntry> files = new ArrayList<>();
    ZipfFit zipf = null;
    for (Object result : results) {
      Written written = (Written) result;
      statistics.add(written.statistics);
      files.add(written.file());
      zipf = written.zipf == null ? zipf : (ZipfFit) Wire.read(written.zipf);
    }
    List<List<TopCandidates.Row>> top =
        TopNgrams.rows(
            spark,
            blocks,
            passages,
            plan,
            slices.count(),
            TopCandidates.of(statistics, plan.order(), plan.top()),
            folder);
    return new NgramCounting(plan, slices, statistics, zipf, files, shares, top);
  }

  /** Has slices, and then heads, written, and gives what their tasks tell others. */
  private static JavaPairRDD<Integer, Object> tell(
      JavaPairRDD<Integer, byte[]> windows,
      KeyLayout layout,
      Slices slices,
      Passages passages,
      Plan plan,
      String folder,
      Broadcast<SerializableConfiguration> hadoop) {
    List<Integer> heads = slices.heads();
    JavaPairRDD<Integer, Object> told =
        Shuffles.byNumber(
            windows
                .mapPartitionsWithIndex(
                    (index, part) ->
                        slices.isHead(index)
                            ? Collections.<Tuple2<Integer, Object>>emptyIterator()
                            : slice(
                                index,
                                part,
                                layout,
                                slices,
                                passages,
                                plan,
                                new Path(folder),
                                hadoop),
                    true)
                .mapToPair(share -> share),
            FIRST_HEAD + heads.size());
    if (heads.isEmpty()) {
      return told;
    }
    return Shuffles.byNumber(
        told.mapPartitionsWithIndex(
                (index, part) ->
                    index < FIRST_HEAD
                        ? part
                        : head(
                            heads.get(index - FIRST_HEAD),
                            part,
                            layout,
                            slices,
                            passages,
                            plan,
                            new Path(folder),
                            hadoop),
                true)
            .mapToPair(share -> share),
        FIRST_HEAD);
  }

  private static JavaRDD<TokenBlock> counted(JavaRDD<TokenBlock> blocks, TaskProgress stage) {
    LongAccumulator done = stage.done();
    return blocks.map(
        block -> {
          done.add(block.tokens().length);
          return block;
        });
  }

  /** The windows of a stream sorted, by slice. */
  static JavaPairRDD<Integer, byte[]> windows(
      JavaRDD<TokenBlock> blocks,
      long tokens,
      Passages passages,
      KeyLayout layout,
      Slices slices,
      int partitions) {
    return Shuffles.byNumber(
        BlockDealer.spread(blocks, tokens, slices.count(), partitions, passages, layout.order())
            .mapPartitionsToPair(part -> new Emitter(part, passages, layout, slices, tokens)),
        slices.count());
  }

  private static Iterator<Tuple2<Integer, Object>> slice(
      int index,
      Iterator<Tuple2<Integer, byte[]>> part,
      KeyLayout layout,
      Slices slices,
      Passages passages,
      Plan plan,
      Path folder,
      Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    long attempt = TaskContext.get().taskAttemptId();
    SliceStatistics statistics =
        new SliceStatistics(passages, plan.storedOrder(), plan.top(), plan.countsOfCounts());
    UnigramCounts unigrams = new UnigramCounts();
    int head = slices.headOf(index);
    UnigramCounts share = head < 0 ? null : new UnigramCounts();
    FileSystem fs = folder.getFileSystem(hadoop.value().value());
    FileEntry file;
    try (WindowMerger merger =
        new WindowMerger(
            layout, TaskMemory.share(MERGE), TaskMemory.localFolder("windows-" + attempt))) {
      while (part.hasNext()) {
        merger.add(part.next()._2());
      }
      file =
          HashedFile.write(
              fs,
              folder,
              NgramFiles.countSlice(index),
              attempt,
              out -> {
                CountSliceWriter writer =
                    new CountSliceWriter(layout, passages, out, statistics, unigrams, share);
                merger.merge(writer);
                writer.finish();
              });
    }
    List<Tuple2<Integer, Object>> told = new ArrayList<>();
    told.add(new Tuple2<>(UNIGRAMS, new Share(index, unigrams.bytes())));
    told.add(new Tuple2<>(DRIVER, new Written(statistics.finish(), file, null)));
    if (share != null) {
      told.add(
          new Tuple2<>(FIRST_HEAD + slices.heads().indexOf(head), new Share(index, share.bytes())));
    }
    return told.iterator();
  }

  /** Puts together what the parts of a hot token's contexts saw after the token itself. */
  private static Iterator<Tuple2<Integer, Object>> head(
      int index,
      Iterator<Tuple2<Integer, Object>> part,
      KeyLayout layout,
      Slices slices,
      Passages passages,
      Plan plan,
      Path folder,
      Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    SliceStatistics statistics =
        new SliceStatistics(passages, plan.storedOrder(), plan.top(), plan.countsOfCounts());
    UnigramCounts followers = sum(part);
    UnigramCounts unigrams = new UnigramCounts();
    FileEntry file =
        HashedFile.write(
            folder.getFileSystem(hadoop.value().value()),
            folder,
            NgramFiles.countSlice(index),
            TaskContext.get().taskAttemptId(),
            out ->
                new CountSliceWriter(layout, passages, out, statistics, unigrams, null)
                    .head(slices.first(index), followers));
    return List.of(
            new Tuple2<Integer, Object>(UNIGRAMS, new Share(index, unigrams.bytes())),
            new Tuple2<Integer, Object>(DRIVER, new Written(statistics.finish(), file, null)))
        .iterator();
  }

  /** Adds up the unigrams' counts. */
  private static List<Object> unigrams(
      Iterator<Tuple2<Integer, Object>> part,
      Passages passages,
      Plan plan,
      Path folder,
      Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    SliceStatistics statistics =
        new SliceStatistics(passages, plan.storedOrder(), plan.top(), plan.countsOfCounts());
    // What is left of the counts when they are fitted: all of this has the vocabulary's size.
    Summed summed = summed(part, passages, statistics, folder, hadoop);
    return List.of(
        new Written(
            statistics.finish(),
            summed.file(),
            Wire.write(ZipfFit.of(summed.frequencies(), ZipfFit.DEFAULT_POINTS))));
  }

  /** The file of the unigrams' counts, and those counts that are shown. */
  private record Summed(FileEntry file, long[] frequencies) {}

  private static Summed summed(
      Iterator<Tuple2<Integer, Object>> part,
      Passages passages,
      SliceStatistics statistics,
      Path folder,
      Broadcast<SerializableConfiguration> hadoop)
      throws IOException {
    UnigramCounts sum = UnigramCounts.sum(passages.vocabularySize(), packed(part));
    statistics.unigrams(sum);
    FileEntry file =
        HashedFile.write(
            folder.getFileSystem(hadoop.value().value()),
            folder,
            NgramFiles.UNIGRAM_COUNTS,
            TaskContext.get().taskAttemptId(),
            sum::write);
    long[] frequencies = new long[sum.types()];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = passages.marked(sum.id(i), sum.id(i)) ? 0 : sum.raw(i);
    }
    return new Summed(file, frequencies);
  }

  static UnigramCounts sum(Iterator<Tuple2<Integer, Object>> shares) {
    UnigramCounts sum = new UnigramCounts();
    while (shares.hasNext()) {
      sum.addAll(((Share) shares.next()._2()).counts);
    }
    return sum;
  }

  private static Iterator<byte[]> packed(Iterator<Tuple2<Integer, Object>> shares) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return shares.hasNext();
      }

      @Override
      public byte[] next() {
        return ((Share) shares.next()._2()).counts;
      }
    };
  }

  private static Iterator<Object> values(Iterator<Tuple2<Integer, Object>> part) {
    List<Object> values = new ArrayList<>();
    part.forEachRemaining(result -> values.add(result._2()));
    return values.iterator();
  }

  public Plan plan() {
    return plan;
  }

  public Slices slices() {
    return slices;
  }

  /** Of all slices, and of the unigrams. */
  public List<SliceStatistics> statistics() {
    return statistics;
  }

  /** The most frequent n-grams of each order; equal ones by first appearance. */
  public List<List<TopCandidates.Row>> top() {
    return top;
  }

  /** Of the unigrams. */
  public ZipfFit zipf() {
    return zipf;
  }

  /** What was written. */
  public List<FileEntry> files() {
    return files;
  }

  /** Each slice's {@link Share} of the unigrams' counts, all in partition {@link #UNIGRAMS}. */
  JavaPairRDD<Integer, Object> shares() {
    return shares;
  }

  /** A slice's share of counts that are not its own alone. */
  public static final class Share implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    private final int slice;
    private final byte[] counts;

    Share(int slice, byte[] counts) {
      this.slice = slice;
      this.counts = counts;
    }

    int slice() {
      return slice;
    }

    UnigramCounts counts() {
      UnigramCounts unpacked = new UnigramCounts();
      unpacked.addAll(counts);
      return unpacked;
    }
  }

  /** What a task that wrote a file tells the driver. */
  public static final class Written implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    private final SliceStatistics statistics;
    private final FileEntry file;
    private final byte[] zipf;

    Written(SliceStatistics statistics, FileEntry file, byte[] zipf) {
      this.statistics = statistics;
      this.file = file;
      this.zipf = zipf;
    }

    FileEntry file() {
      return file;
    }
  }

  /** Counts as far as is needed to give the next part. */
  private static final class Emitter implements Iterator<Tuple2<Integer, byte[]>> {
    private final Iterator<TokenBlock> blocks;
    private final WindowCounter counter;
    private final Deque<Tuple2<Integer, byte[]>> ready = new ArrayDeque<>();
    private boolean finished;

    Emitter(
        Iterator<TokenBlock> blocks,
        Passages passages,
        KeyLayout layout,
        Slices slices,
        long tokens) {
      this.blocks = blocks;
      this.counter = new WindowCounter(layout, passages, slices, tokens, TaskMemory.share(COLLECT));
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && !finished) {
        if (blocks.hasNext()) {
          counter.count(blocks.next(), this::ready);
        } else {
          finished = true;
          counter.drain(this::ready);
        }
      }
      return !ready.isEmpty();
    }

    private void ready(byte[] part, int slice) {
      ready.add(new Tuple2<>(slice, part));
    }

    @Override
    public Tuple2<Integer, byte[]> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.poll();
    }
  }
}
