package org.seqlm.spark.ngrams;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.Progress;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.SliceStatistics;
import org.seqlm.ngram.count.Slices;
import org.seqlm.ngram.count.WindowCounter;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.stats.TopCandidates;
import org.seqlm.ngram.stats.ZipfFit;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.store.FileEntry;
import org.seqlm.vocab.IdRanges;
import org.seqlm.vocab.TokenRanks;

/**
 * Counts the n-grams of a stream and writes them, slice by slice.
 *
 * <p>A sample of the stream says where slices begin ({@link Slices}). Each task counts the windows
 * of its part of the stream with a {@link WindowCounter} and sends sorted windows to the slices
 * ({@link SliceWindows}). A slice's task ({@link SliceCounting}) merges what it gets, writes the
 * slice's context trie with the counts of all orders from 2 on, and sends what it saw after
 * contexts that other slices have, too, to the tasks of these, and its share of the unigrams'
 * counts to {@link UnigramCounting}, by range of ids; they add them up. What a file holds depends
 * on the text and the vocabulary only.
 */
public final class NgramCounting {
  /** Keys of the sample a slice, of a text whose windows are all different; of prose a third. */
  private static final int SAMPLED = 300;

  private final Plan plan;
  private final SliceFiles sliceFiles;
  private final List<SliceStatistics> statistics;
  private final IdRanges ranges;
  private final UnigramCounting.Counted unigrams;
  private final List<FileEntry> files;
  private final JavaPairRDD<Integer, Object> shares;
  private final List<List<TopCandidates.Row>> top;

  private NgramCounting(
      Plan plan,
      SliceFiles sliceFiles,
      List<SliceStatistics> statistics,
      IdRanges ranges,
      UnigramCounting.Counted unigrams,
      List<FileEntry> files,
      JavaPairRDD<Integer, Object> shares,
      List<List<TopCandidates.Row>> top) {
    this.plan = plan;
    this.sliceFiles = sliceFiles;
    this.statistics = statistics;
    this.ranges = ranges;
    this.unigrams = unigrams;
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
   * Counts that windows are added to, or taken from, slice by slice: the result is cut as they are,
   * and they are not sent anywhere.
   *
   * @param files of the counts: of the same order, and of ids that are the same
   * @param subtracts whether windows are taken from them
   */
  public record Base(SliceFiles files, boolean subtracts) implements java.io.Serializable {
    /** Counts that were stored. */
    public static Base of(NgramArtifact counts, boolean subtracts) throws IOException {
      return new Base(SliceFiles.stored(counts), subtracts);
    }
  }

  /**
   * Counts windows and writes the slices' files.
   *
   * @param base counts that the windows are added to, or taken from; null for none
   * @param folder where the files go
   * @param progress is told how many tokens are counted
   */
  public static NgramCounting count(
      JavaSparkContext spark,
      NgramInput input,
      TokenRanks vocabulary,
      Passages passages,
      Plan plan,
      Base base,
      Path folder,
      Progress progress) {
    KeyLayout layout = KeyLayout.of(plan.storedOrder(), vocabulary.size());
    Slices slices;
    if (base != null) {
      slices = base.files().slices();
    } else if (plan.slices() == 1) {
      slices = Slices.whole();
    } else {
      List<long[]> sample = input.sample(passages, layout, (long) SAMPLED * plan.slices());
      slices = Slices.of(sample.toArray(new long[0][]), layout, plan.slices());
    }
    SliceFiles written = SliceFiles.written(folder.toString(), plan.storedOrder(), slices);
    // Every task would read it again, if it came with the task.
    Broadcast<SharedSettings> hadoop =
        spark.broadcast(new SharedSettings(spark.hadoopConfiguration()));
    IdRanges ranges = UnigramCounting.ranges(spark, vocabulary.size());
    SliceCounting tasks = new SliceCounting(layout, written, passages, plan, base, ranges, hadoop);
    UnigramCounting sums = new UnigramCounting(ranges, passages, plan, written.folder(), hadoop);
    JavaPairRDD<Integer, Object> shares;
    List<Object> results;
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "count", input.tokens(), "tokens", "")) {
      shares = tasks.tell(input.windows(passages, layout, slices, plan.partitions(), stage.done()));
      results = sums.results(shares).collect();
    }
    List<SliceStatistics> statistics = new ArrayList<>();
    List<FileEntry> files = new ArrayList<>();
    UnigramCounting.Counted unigrams = null;
    for (Object result : results) {
      if (result instanceof CountedFile counted) {
        statistics.add(counted.statistics());
        files.add(counted.file());
      } else if (result instanceof UnigramCounting.Counted counted) {
        unigrams = counted;
        files.add(counted.file());
      } else {
        statistics.add((SliceStatistics) result);
      }
    }
    List<List<TopCandidates.Row>> top =
        TopNgrams.rows(
            spark,
            input,
            passages,
            written,
            TopCandidates.of(statistics, plan.order(), plan.top()));
    return new NgramCounting(plan, written, statistics, ranges, unigrams, files, shares, top);
  }

  public Plan plan() {
    return plan;
  }

  public Slices slices() {
    return sliceFiles.slices();
  }

  /** What was written, as tasks read it. */
  SliceFiles sliceFiles() {
    return sliceFiles;
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
    return unigrams.zipf();
  }

  /** What was written. */
  public List<FileEntry> files() {
    return files;
  }

  /**
   * Each slice's {@link SliceShare}s of the unigrams' counts, in the partitions of their ranges.
   */
  JavaPairRDD<Integer, Object> shares() {
    return shares;
  }

  /** The ranges of the unigrams' ids. */
  IdRanges ranges() {
    return ranges;
  }

  /** Where the ranges stand in the file of the unigrams' counts. */
  UnigramCounting.Part[] parts() {
    return unigrams.parts();
  }
}
