package org.seqlm.spark.ngrams;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.SharedContexts;
import org.seqlm.ngram.count.Slices;
import org.seqlm.ngram.files.NgramFiles;
import org.seqlm.ngram.smooth.BackoffExchange;
import org.seqlm.ngram.smooth.Pruning;
import org.seqlm.ngram.smooth.SliceEstimator;
import org.seqlm.ngram.smooth.Smoothing;
import org.seqlm.ngram.smooth.WordProbabilities;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.spark.task.TaskEnd;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;
import org.seqlm.vocab.IdRanges;
import org.seqlm.vocab.TokenRanks;
import scala.Tuple2;

/**
 * Estimates a back-off model from counted n-grams and writes it, slice by slice, and in other forms
 * if they are wanted.
 *
 * <p>The tasks of {@link UnigramEstimation} smooth the unigrams and send each slice the
 * probabilities of the words that it holds, and of those that follow the shared contexts on its
 * way. A slice's task then reads the slice's counts once, from the shortest contexts to the
 * longest, and writes its part of the model. For other forms of the model the back-off weights,
 * smoothed where their words are a context, travel to where the same words are an n-gram; see
 * {@link BackoffExchange}.
 */
public final class NgramEstimation {
  private NgramEstimation() {}

  /**
   * What is wanted.
   *
   * @param order of the model, 1 to the counts'
   * @param pruning what is left out
   */
  public record Plan(int order, Smoothing smoothing, Pruning pruning)
      implements java.io.Serializable {}

  /**
   * The result, besides the files.
   *
   * @param ngrams of the model by order, {@code <s>} among the unigrams // (N)
   * @param files of the model
   * @param exported other forms, if they hold the model
   */
  public record Estimated(long[] ngrams, List<FileEntry> files, NgramExport.Exported exported) {}

  /**
   * Estimates a model.
   *
   * @param counting whose folder receives the model
   * @param export other forms; those that hold the model are written, too; null for none
   */
  public static Estimated estimate(
      JavaSparkContext spark,
      NgramCounting counting,
      TokenRanks vocabulary,
      Passages passages,
      Plan plan,
      NgramExport export) {
    SliceFiles files = counting.sliceFiles();
    Slices slices = files.slices();
    int unigramsPart = slices.count();
    SharedSettings hadoop = new SharedSettings(spark.hadoopConfiguration());
    IdRanges ranges = counting.ranges();
    boolean exchanges = export != null && export.needsModel();
    int order = plan.order();

    UnigramEstimation unigrams = UnigramEstimation.of(spark, counting, plan, passages, hadoop);
    JavaPairRDD<Integer, Object> words =
        Shuffles.byNumber(
            unigrams.smoothed(counting.shares().map(share -> share)).mapToPair(reply -> reply),
            slices.count() + 1);
    JavaRDD<Tuple2<Integer, Object>> estimated =
        words.mapPartitionsWithIndex(
            (index, part) ->
                index == unigramsPart
                    ? List.of(new Tuple2<Integer, Object>(unigramsPart, unigrams.write(part)))
                        .iterator()
                    : order == 1
                        ? java.util.Collections.emptyIterator()
                        : slice(
                            index, part, ranges, files, plan, passages, hadoop.value(), exchanges),
            true);
    if (!exchanges) {
      return result(order, estimated.map(Tuple2::_2).collect());
    }
    return result(order, export.write(estimated).collect());
  }

  private static Estimated result(int order, List<Object> results) {
    long[] ngrams = new long[order];
    List<FileEntry> files = new ArrayList<>();
    for (Object result : results) {
      if (result instanceof Part part) {
        for (int n = 0; n < order; n++) {
          ngrams[n] += part.ngrams[n];
        }
        files.add(part.file());
      }
    }
    return new Estimated(ngrams, files, NgramExport.exported(results));
  }

  private static Iterator<Tuple2<Integer, Object>> slice(
      int index,
      Iterator<Tuple2<Integer, Object>> replies,
      IdRanges ranges,
      SliceFiles files,
      Plan plan,
      Passages passages,
      Configuration hadoop,
      boolean exchanges)
      throws IOException {
    SliceWords.Received received = new SliceWords.Received(replies, ranges, files.slices(), index);
    WordProbabilities.Words words = received.own();
    Path folder = new Path(files.folder());
    FileSystem fs = folder.getFileSystem(hadoop);
    int order = plan.order();
    SliceBackoffs.Outbox sent = new SliceBackoffs.Outbox(index);
    BackoffExchange.Writer backoffs = exchanges ? sent.writer(files.slices(), order) : null;
    Spill levels = SliceFiles.levels();
    long[] ngrams = new long[order];
    SharedContexts shared = files.shared(index, hadoop);
    TaskEnd.close(shared);
    FileEntry file =
        HashedFile.write(
            fs,
            folder,
            NgramFiles.modelSlice(index),
            TaskContext.get().taskAttemptId(),
            out -> {
              try (InputStream in = files.open(NgramFiles.countSlice(index), hadoop);
                  SliceEstimator estimator =
                      new SliceEstimator(
                          files.storedOrder(),
                          order,
                          plan.smoothing(),
                          plan.pruning(),
                          passages,
                          words.ids(),
                          words.probabilities(),
                          shared,
                          received::followers,
                          out,
                          levels,
                          backoffs)) {
                estimator.slice(in);
                for (int n = 2; n <= order; n++) {
                  ngrams[n - 1] = estimator.kept(n);
                }
              }
            });
    if (backoffs != null) {
      backoffs.drain();
    }
    return sent.sent(new Tuple2<>(files.slices().count() + 1, new Part(ngrams, file)));
  }

  /** What a task that wrote a part of the model tells the driver. */
  public static final class Part implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    private final long[] ngrams; // by order
    private final FileEntry file;

    Part(long[] ngrams, FileEntry file) {
      this.ngrams = ngrams;
      this.file = file;
    }

    FileEntry file() {
      return file;
    }
  }
}
