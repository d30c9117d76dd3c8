package org.seqlm.spark.concordance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import org.seqlm.Progress;
import org.seqlm.analysis.Column;
import org.seqlm.analysis.TableFormat;
import org.seqlm.analysis.TableSchema;
import org.seqlm.artifact.VerifiedStream;
import org.seqlm.ngram.count.CountSlice;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.files.NgramArtifact;
import org.seqlm.ngram.stats.LongerNgrams;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.ngrams.SliceFiles;
import org.seqlm.spark.task.TaskEnd;
import org.seqlm.spark.task.TaskProgress;
import org.seqlm.store.FileEntry;
import org.seqlm.vocab.Vocabulary;
import scala.Tuple2;

/**
 * Closed and maximal n-grams of counts: each frequent n-gram of a slice says so of itself, of the
 * one without its last word, and of the one without its first; a shuffle by n-gram brings these
 * together. An n-gram that contains a frequent one counts only if it is frequent, too, so rare ones
 * are never sent. Words are read as a stream and brought to their n-grams ({@link SpelledNgrams}).
 */
public final class PhraseTable {
  /** Its columns. */
  public static final TableSchema SCHEMA =
      TableSchema.of(
          "closed",
          "Closed n-grams",
          Column.text("ngram", "N-gram"),
          Column.whole("order", "Order"),
          Column.whole("count", "Occurrences"),
          Column.text("maximal", "Maximal"));

  private PhraseTable() {}

  /**
   * Of the n-grams of an order.
   *
   * @param order n
   * @param frequent those that stand often enough
   * @param closed of these
   * @param maximal of these
   */
  public record Order(int order, long frequent, long closed, long maximal) {}

  /**
   * What was written.
   *
   * @param orders those that could be judged, from 2 on
   * @param shown the first rows
   */
  public record Result(
      List<Order> orders, List<FileEntry> files, long rows, List<List<Object>> shown) {}

  /**
   * Writes the closed n-grams of the orders from 2 to below the counts' own, whose n-grams nothing
   * longer can judge. N-grams with {@code <s>}, {@code </s>} or an unknown word are none, and
   * extend none.
   *
   * @param counts of order 3 at least
   * @param minCount how often an n-gram must stand
   * @param tasks that n-grams are shuffled to; 0 for as many as suit the cluster
   * @param folder of the artifact's files
   */
  public static Result write(
      JavaSparkContext spark,
      NgramArtifact counts,
      long minCount,
      int tasks,
      Path folder,
      List<TableFormat> formats,
      Progress progress)
      throws IOException {
    int order = counts.details().order();
    SliceFiles files = SliceFiles.stored(counts);
    int slices = files.slices().count();
    SharedSettings conf = new SharedSettings(spark.hadoopConfiguration());
    Passages passages = counts.passages();
    try (TaskProgress stage =
        TaskProgress.start(spark, progress, "judge n-grams", slices, "slices", "")) {
      var done = stage.done();
      JavaPairRDD<String, long[]> judged =
          spark
              .parallelize(IntStream.range(0, slices).boxed().toList(), slices)
              .mapPartitionsToPair(
                  numbers ->
                      new Frequent(
                          files.counts(numbers.next(), conf.value()),
                          passages,
                          order,
                          minCount,
                          () -> done.add(1)))
              .reduceByKey(PhraseTable::plus, tasks > 0 ? tasks : Math.max(slices, 8))
              // Those of the highest order have sent nothing of themselves.
              .filter(ngram -> ngram._2()[0] > 0)
              .persist(StorageLevel.MEMORY_AND_DISK());
      List<Order> orders = orders(judged, order, minCount);
      JavaPairRDD<String, long[]> closed = judged.filter(ngram -> of(ngram._2()).closed());
      CountedRows.Written written =
          CountedRows.write(
              closed
                  .join(SpelledNgrams.of(spark, counts, closed, PhraseTable::ids))
                  .mapToPair(
                      ngram -> {
                        long[] longer = ngram._2()._1();
                        return new Tuple2<>(
                            new Tuple2<>(longer[0], ngram._2()._2()),
                            new long[] {order(ngram._1()), of(longer).maximal(minCount) ? 1 : 0});
                      }),
              SCHEMA,
              (ngram, count, more) ->
                  new Object[] {ngram, more[0], count, more[1] == 1 ? "yes" : "no"},
              conf,
              folder,
              formats);
      judged.unpersist();
      return new Result(orders, written.files(), written.rows(), written.shown());
    }
  }

  private static LongerNgrams of(long[] counts) {
    return new LongerNgrams(counts[0], counts[1], counts[2]);
  }

  private static long[] plus(long[] a, long[] b) {
    LongerNgrams sum = of(a).plus(of(b));
    return new long[] {sum.count(), sum.right(), sum.left()};
  }

  private static List<Order> orders(JavaPairRDD<String, long[]> judged, int order, long minCount) {
    long[] sums =
        judged.aggregate(
            new long[3 * order],
            (sum, ngram) -> {
              int at = 3 * order(ngram._1());
              LongerNgrams longer = of(ngram._2());
              sum[at]++;
              sum[at + 1] += longer.closed() ? 1 : 0;
              sum[at + 2] += longer.maximal(minCount) ? 1 : 0;
              return sum;
            },
            (a, b) -> {
              for (int i = 0; i < a.length; i++) {
                a[i] += b[i];
              }
              return a;
            });
    List<Order> orders = new ArrayList<>();
    for (int n = 2; n < order; n++) {
      orders.add(new Order(n, sums[3 * n], sums[3 * n + 1], sums[3 * n + 2]));
    }
    return orders;
  }

  /** Ids as text, two characters of 15 bits each, for Spark to hash and compare. */
  private static String key(int[] ids, int from, int to) {
    char[] key = new char[2 * (to - from)];
    for (int i = from; i < to; i++) {
      key[2 * (i - from)] = (char) (ids[i] >>> 15);
      key[2 * (i - from) + 1] = (char) (ids[i] & 0x7FFF);
    }
    return new String(key);
  }

  private static int order(String key) {
    return key.length() / 2;
  }

  private static int[] ids(String key) {
    int[] ids = new int[order(key)];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = key.charAt(2 * i) << 15 | key.charAt(2 * i + 1);
    }
    return ids;
  }

  /** Reads a slice as far as is needed to say the next thing of an n-gram. */
  private static final class Frequent implements Iterator<Tuple2<String, long[]>> {
    private final CountSlice counts;
    private final Passages passages;
    private final int order;
    private final long minCount;
    private final Runnable atEnd;
    private final ArrayDeque<Tuple2<String, long[]>> ready = new ArrayDeque<>();
    private final int[] ids;
    private boolean ended;

    Frequent(CountSlice counts, Passages passages, int order, long minCount, Runnable atEnd) {
      this.counts = counts;
      this.passages = passages;
      this.order = order;
      this.minCount = minCount;
      this.atEnd = atEnd;
      ids = new int[order];
      TaskEnd.close(counts);
    }

    @Override
    public boolean hasNext() {
      try {
        while (ready.isEmpty() && !ended) {
          if (counts.next()) {
            context();
          } else {
            ended = true;
            atEnd.run();
          }
        }
      } catch (IOException e) {
        VerifiedStream.throwIfDamaged(e);
        throw new UncheckedIOException(e);
      } catch (RuntimeException e) {
        VerifiedStream.throwIfDamaged(e);
        throw e;
      }
      return !ready.isEmpty();
    }

    private void context() {
      int length = counts.length();
      for (int place = length; place > 0; place--) {
        ids[length - place] = counts.reversed()[place];
        if (ids[length - place] == Vocabulary.UNKNOWN) {
          return;
        }
      }
      for (int i = 0; i < counts.size(); i++) {
        ids[length] = counts.words()[i];
        long count = counts.raw()[i];
        if (count >= minCount
            && ids[length] != Vocabulary.UNKNOWN
            && !passages.marked(ids[0], ids[length])) {
          tell(length + 1, count);
        }
      }
    }

    private void tell(int n, long count) {
      if (n < order) {
        ready.add(new Tuple2<>(key(ids, 0, n), new long[] {count, 0, 0}));
      }
      if (n > 2) {
        ready.add(new Tuple2<>(key(ids, 0, n - 1), new long[] {0, count, 0}));
        ready.add(new Tuple2<>(key(ids, 1, n), new long[] {0, 0, count}));
      }
    }

    @Override
    public Tuple2<String, long[]> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return ready.poll();
    }
  }
}
