package org.seqlm.spark.ngrams;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.ngram.count.CountKind;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.UnigramCounts;
import org.seqlm.ngram.files.NgramFiles;
import org.seqlm.ngram.smooth.FollowerSums;
import org.seqlm.ngram.smooth.Unigrams;
import org.seqlm.spark.io.OrderedParts;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.task.TaskEnd;
import org.seqlm.spark.task.TaskMemory;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;
import org.seqlm.vocab.IdRanges;
import scala.Tuple2;

/**
 * Smooths the unigrams, a range of ids a task. What a range needs of the others are {@link
 * FollowerSums}, whole numbers that the driver adds up; so no probability depends on how many
 * ranges there are. Each range's task sends every slice the probabilities of the words that it
 * holds, and all of its own to the task that writes the model's file.
 */
public final class UnigramEstimation implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Part of the heap for parts of the unigrams' file that wait to be written. */
  private static final double WAIT = 0.05;

  private final SliceFiles files;
  private final IdRanges ranges;
  private final UnigramCounting.Part[] parts;
  private final NgramEstimation.Plan plan;
  private final Passages passages;
  private final SharedSettings hadoop;
  private final FollowerSums sums; // null where the task of the only range makes them

  private UnigramEstimation(
      SliceFiles files,
      IdRanges ranges,
      UnigramCounting.Part[] parts,
      NgramEstimation.Plan plan,
      Passages passages,
      SharedSettings hadoop,
      FollowerSums sums) {
    this.files = files;
    this.ranges = ranges;
    this.parts = parts;
    this.plan = plan;
    this.passages = passages;
    this.hadoop = hadoop;
    this.sums = sums;
  }

  /**
   * Prepares; where there are several ranges this reads the unigrams' counts once, for the sums.
   */
  static UnigramEstimation of(
      JavaSparkContext spark,
      NgramCounting counting,
      NgramEstimation.Plan plan,
      Passages passages,
      SharedSettings hadoop) {
    UnigramEstimation ready =
        new UnigramEstimation(
            counting.sliceFiles(),
            counting.ranges(),
            counting.parts(),
            plan,
            passages,
            hadoop,
            null);
    int count = ready.ranges.count();
    if (count == 1) {
      return ready;
    }
    FollowerSums sums = new FollowerSums();
    spark
        .parallelize(IntStream.range(0, count).boxed().toList(), count)
        .map(range -> ready.sums(ready.counts(range), range))
        .collect()
        .forEach(sums::add);
    return new UnigramEstimation(
        ready.files, ready.ranges, ready.parts, plan, passages, hadoop, sums);
  }

  private UnigramCounts counts(int range) throws IOException {
    return parts[range].read(files, passages.vocabularySize(), hadoop.value());
  }

  private FollowerSums sums(UnigramCounts counts, int range) {
    return FollowerSums.of(
        counts, kind(), plan.pruning(), passages, ranges.from(range), ranges.to(range));
  }

  private CountKind kind() {
    return Unigrams.kind(plan.smoothing(), plan.order());
  }

  /** A range's probabilities, on their way to the task that writes them. */
  public static final class Range implements Serializable {
    private static final long serialVersionUID = 1L;

    private final int range;
    private final long words;
    private final byte[] probabilities;

    private Range(int range, Unigrams unigrams) {
      this.range = range;
      this.words = unigrams.words();
      this.probabilities = unigrams.bytes();
    }
  }

  /**
   * Smooths all ranges.
   *
   * @param shares as {@link NgramCounting#shares} gives them
   * @return {@link SliceWords} for the slices, and {@link Range}s for the number behind them
   */
  JavaRDD<Tuple2<Integer, Object>> smoothed(JavaRDD<Tuple2<Integer, Object>> shares) {
    int count = ranges.count();
    return shares.mapPartitionsWithIndex(
        (index, part) ->
            index < count
                ? smoothed(index, part)
                : java.util.Collections.<Tuple2<Integer, Object>>emptyIterator(),
        true);
  }

  private Iterator<Tuple2<Integer, Object>> smoothed(
      int range, Iterator<Tuple2<Integer, Object>> shares) throws IOException {
    UnigramCounts counts = counts(range);
    Unigrams unigrams =
        Unigrams.estimate(
            counts,
            sums == null ? sums(counts, range) : sums,
            plan.smoothing(),
            kind(),
            plan.pruning(),
            passages,
            ranges.from(range),
            ranges.to(range));
    // A share at a time: together they may be several times the vocabulary.
    return new Iterator<>() {
      private final Deque<Tuple2<Integer, Object>> ready =
          new ArrayDeque<>(
              List.of(new Tuple2<>(files.slices().count(), new Range(range, unigrams))));

      @Override
      public boolean hasNext() {
        while (ready.isEmpty() && shares.hasNext()) {
          reply(range, (SliceShare) shares.next()._2(), unigrams, ready);
        }
        return !ready.isEmpty();
      }

      @Override
      public Tuple2<Integer, Object> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        return ready.poll();
      }
    };
  }

  private void reply(
      int range, SliceShare share, Unigrams unigrams, Deque<Tuple2<Integer, Object>> replies) {
    UnigramCounts words = share.counts();
    SliceWords reply = share.reply(range, words.ids(), unigrams.of(words));
    int[] slices = share.wantedBy(files.slices());
    for (int slice = slices[0]; slice <= slices[1]; slice++) {
      replies.add(new Tuple2<>(slice, reply));
    }
  }

  /** Writes the file of all ranges. */
  NgramEstimation.Part write(Iterator<Tuple2<Integer, Object>> smoothed) throws IOException {
    int count = ranges.count();
    OrderedParts waiting = new OrderedParts(count, TaskMemory.spill(WAIT, "unigrams"));
    TaskEnd.close(waiting);
    long[] ngrams = new long[plan.order()];
    ngrams[0] = passages.passageStart() >= 0 ? 1 : 0;
    while (smoothed.hasNext()) {
      Range one = (Range) smoothed.next()._2();
      waiting.put(one.range, one.probabilities);
      ngrams[0] += one.words;
    }
    Configuration conf = hadoop.value();
    Path folder = new Path(files.folder());
    FileSystem fs = folder.getFileSystem(conf);
    FileEntry file =
        HashedFile.write(
            fs,
            folder,
            NgramFiles.UNIGRAMS,
            TaskContext.get().taskAttemptId(),
            out -> {
              Unigrams.writeSize(out, passages.vocabularySize());
              for (int range = 0; range < count; range++) {
                waiting.writeTo(range, out);
              }
            });
    return new NgramEstimation.Part(ngrams, file);
  }
}
