package org.seqlm.spark.ngrams;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.Progress;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.count.KeySample;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.SliceStatistics;
import org.seqlm.ngram.count.Slices;
import org.seqlm.ngram.count.WindowCounter;
import org.seqlm.ngram.stats.TopCandidates;
import org.seqlm.ngram.stats.ZipfFit;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.store.FileEntry;
import org.seqlm.vocab.TokenBlock;
import org.seqlm.vocab.TokenRanks;
import scala.Tuple2;

/**
 * Counts the n-grams of a stream and writes them, slice by slice.
 *
 * <p>A sample of the stream says where slices begin ({@link Slices}). Each task counts the windows
 * of its part of the stream with a {@link WindowCounter} and sends sorted windows to the slices
 * ({@link SliceWindows}). A slice's task ({@link SliceCounting}) merges what it gets, writes the
 * slice's context trie with the counts of all orders from 2 on, and sends what it saw after contexts
 * that other slices have, too, to the tasks of these, and its share of the unigrams' counts to one
 * task more; they add them up. What a file holds depends on the text and the vocabulary only.
 */
public final class NgramCounting {
  /** Partitions that the slices' tasks tell: the unigrams', the driver's, and then the trees'. */
  static final int UNIGRAMS = 0;

  static final int DRIVER = 1;

  /** Keys of the sample a slice: its size is then right to about a tenth. */
  private static final int SAMPLED = 100;

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
   * @param folder where the files go
   * @param progress is told how many tokens are counted
   */
  public static NgramCounting count(
      JavaSparkContext spark,
      JavaRDD<TokenBlock> blocks,
      long tokens,
      TokenRanks vocabulary,
      Passages passages,
      Plan plan,
      Path folder,
      Progress progress) {
    KeyLayout layout = KeyLayout.of(plan.storedOrder(), vocabulary.size());
    Slices slices =
        plan.slices() == 1
            ? Slices.whole()
            : Slices.of(sample(blocks, tokens, passages, layout, plan), layout, plan.slices());
    // Every task would read it again, if it came with the task.
    Broadcast<SerializableConfiguration> hadoop =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    SliceCounting tasks =
        new SliceCounting(layout, slices, passages, plan, folder.toString(), hadoop);
    JavaPairRDD<Integer, Object> shares;
    List<Object> results;
    try (TaskProgress stage = TaskProgress.start(spark, progress, "count", tokens, "tokens", "")) {
      shares =
          tasks.tell(
              SliceWindows.of(
                  counted(blocks, stage), tokens, passages, layout, slices, plan.partitions()));
      results =
          shares
              .mapPartitionsWithIndex(
                  (index, part) ->
                      index == UNIGRAMS
                          ? List.<Object>of(tasks.unigrams(part)).iterator()
                          : values(part),
                  true)
              .collect();
    }
    List<SliceStatistics> statistics = new ArrayList<>();
    List<FileEntry> files = new ArrayList<>();
    ZipfFit zipf = null;
    for (Object result : results) {
      CountedFile written = (CountedFile) result;
      statistics.add(written.statistics());
      files.add(written.file());
      zipf = written.zipf() == null ? zipf : written.zipf();
    }
    List<List<TopCandidates.Row>> top =
        TopNgrams.rows(
            spark,
            blocks,
            passages,
            plan,
            slices,
            TopCandidates.of(statistics, plan.order(), plan.top()),
            folder);
    return new NgramCounting(plan, slices, statistics, zipf, files, shares, top);
  }

  private static long[][] sample(
      JavaRDD<TokenBlock> blocks, long tokens, Passages passages, KeyLayout layout, Plan plan) {
    long wanted = (long) SAMPLED * plan.slices();
    List<long[]> keys =
        blocks
            .mapPartitions(
                part -> {
                  KeySample sample = new KeySample(layout, passages, tokens, wanted);
                  part.forEachRemaining(sample::read);
                  return List.of(sample.keys()).iterator();
                })
            .collect();
    return keys.toArray(new long[0][]);
  }

  private static JavaRDD<TokenBlock> counted(JavaRDD<TokenBlock> blocks, TaskProgress stage) {
    LongAccumulator done = stage.done();
    return blocks.map(
        block -> {
          done.add(block.tokens().length);
          return block;
        });
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

  /**
   * Each slice's {@link SliceShare} of the unigrams' counts, all in partition {@link #UNIGRAMS}.
   */
  JavaPairRDD<Integer, Object> shares() {
    return shares;
  }
}
