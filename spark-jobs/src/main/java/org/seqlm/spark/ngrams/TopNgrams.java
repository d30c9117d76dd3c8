package org.seqlm.spark.ngrams;

import java.io.BufferedInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;
import org.seqlm.ngram.count.CountSlice;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.SharedContexts;
import org.seqlm.ngram.count.Slices;
import org.seqlm.ngram.count.UnigramCounts;
import org.seqlm.ngram.files.NgramFiles;
import org.seqlm.ngram.stats.FirstAppearances;
import org.seqlm.ngram.stats.FrequentRows;
import org.seqlm.ngram.stats.TopCandidates;
import org.seqlm.spark.task.TaskMemory;
import org.seqlm.vocab.TokenBlock;

/** Puts the most frequent n-grams in order: equal ones by where they first appear. */
final class TopNgrams {
  private TopNgrams() {}

  static List<List<TopCandidates.Row>> rows(
      JavaSparkContext spark,
      JavaRDD<TokenBlock> blocks,
      Passages passages,
      NgramCounting.Plan plan,
      Slices slices,
      TopCandidates candidates,
      Path folder) {
    for (int n : candidates.incomplete()) {
      long least = candidates.least(n);
      candidates.complete(
          n,
          n == 1
              ? unigrams(spark, least, passages, folder)
              : list(spark, plan, slices, n, least, passages, folder));
    }
    List<int[]> equals = candidates.equals();
    return candidates.rows(
        equals.isEmpty() ? new long[0] : firsts(spark, blocks, passages, equals));
  }

  private static List<TopCandidates.Row> unigrams(
      JavaSparkContext spark, long least, Passages passages, Path folder) {
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    String target = folder.toString();
    long[][] found =
        spark
            .parallelize(List.of(0), 1)
            .map(
                one -> {
                  Path path = new Path(new Path(target), NgramFiles.UNIGRAM_COUNTS);
                  FrequentRows rows = new FrequentRows(1, least);
                  try (InputStream in =
                      new BufferedInputStream(
                          path.getFileSystem(hadoop.value()).open(path), 1 << 18)) {
                    UnigramCounts counts = UnigramCounts.read(in, passages.vocabularySize());
                    for (int i = 0; i < counts.types(); i++) {
                      int id = counts.id(i);
                      if (rows.takes(counts.raw(i)) && !passages.marked(id, id)) {
                        rows.add(new long[] {id, counts.raw(i)});
                      }
                    }
                  }
                  return rows.rows();
                })
            .first();
    return rows(found, 1);
  }

  /** The n-grams of an order that appear at least so often. */
  private static List<TopCandidates.Row> list(
      JavaSparkContext spark,
      NgramCounting.Plan plan,
      Slices slices,
      int n,
      long least,
      Passages passages,
      Path folder) {
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    String target = folder.toString();
    List<String> files = new ArrayList<>();
    for (int slice = 0; slice < slices.count(); slice++) {
      files.add(NgramFiles.countSlice(slice));
    }
    for (int tree = 0; tree < slices.trees().length; tree++) {
      files.add(NgramFiles.sharedCounts(tree));
    }
    long[][] found =
        spark
            .parallelize(files, files.size())
            .map(
                file -> {
                  Path path = new Path(new Path(target), file);
                  FileSystem fs = path.getFileSystem(hadoop.value());
                  FrequentRows rows = new FrequentRows(n, least);
                  try (InputStream in = new BufferedInputStream(fs.open(path), 1 << 18);
                      CountSlice counts =
                          new CountSlice(
                              in,
                              plan.storedOrder(),
                              SharedContexts.NONE,
                              TaskMemory.spill(SliceCounting.LEVELS, "top"))) {
                    while (counts.next()) {
                      if (counts.length() + 1 == n) {
                        addFrequent(counts, passages, rows);
                      }
                    }
                  }
                  return rows.rows();
                })
            .treeReduce((a, b) -> new FrequentRows(n, least).addAll(a).addAll(b).rows());
    return rows(found, n);
  }

  /** Adds what follows the context that {@code counts} are at, where it appears often enough. */
  private static void addFrequent(CountSlice counts, Passages passages, FrequentRows rows) {
    int[] reversed = counts.reversed();
    int length = counts.length();
    for (int i = 0; i < counts.size(); i++) {
      int word = counts.words()[i];
      long raw = counts.raw()[i];
      if (rows.takes(raw) && !passages.marked(reversed[length], word)) {
        long[] row = new long[length + 2];
        for (int k = 0; k < length; k++) {
          row[k] = reversed[length - k];
        }
        row[length] = word;
        row[length + 1] = raw;
        rows.add(row);
      }
    }
  }

  private static List<TopCandidates.Row> rows(long[][] found, int n) {
    List<TopCandidates.Row> rows = new ArrayList<>();
    for (long[] row : found) {
      int[] ids = Arrays.stream(row, 0, n).mapToInt(Math::toIntExact).toArray();
      rows.add(new TopCandidates.Row(ids, row[n]));
    }
    return rows;
  }

  private static long[] firsts(
      JavaSparkContext spark, JavaRDD<TokenBlock> blocks, Passages passages, List<int[]> ngrams) {
    Broadcast<int[][]> sought = spark.broadcast(ngrams.toArray(new int[0][]));
    try {
      return blocks
          .mapPartitions(
              part -> {
                FirstAppearances appearances =
                    new FirstAppearances(passages, Arrays.asList(sought.value()));
                part.forEachRemaining(appearances::read);
                return List.of(appearances.firsts()).iterator();
              })
          .reduce(
              (a, b) -> {
                long[] least = a.clone();
                for (int i = 0; i < least.length; i++) {
                  least[i] = Math.min(a[i], b[i]);
                }
                return least;
              });
    } finally {
      sought.destroy();
    }
  }
}
