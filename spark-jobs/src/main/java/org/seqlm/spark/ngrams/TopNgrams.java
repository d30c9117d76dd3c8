package org.seqlm.spark.ngrams;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.seqlm.ngram.count.CountSlice;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.count.UnigramCounts;
import org.seqlm.ngram.files.NgramFiles;
import org.seqlm.ngram.stats.FrequentRows;
import org.seqlm.ngram.stats.TopCandidates;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.io.Shuffles;

/** Puts the most frequent n-grams in order: equal ones by where they first appear. */
final class TopNgrams {
  private TopNgrams() {}

  static List<List<TopCandidates.Row>> rows(
      JavaSparkContext spark,
      NgramInput input,
      Passages passages,
      SliceFiles files,
      TopCandidates candidates) {
    for (int n : candidates.incomplete()) {
      long least = candidates.least(n);
      int top = candidates.top();
      candidates.complete(
          n,
          n == 1
              ? unigrams(spark, least, top, passages, files)
              : list(spark, n, least, top, passages, files));
    }
    List<int[]> equals = candidates.equals();
    return candidates.rows(equals.isEmpty() ? new long[0] : input.firsts(passages, equals));
  }

  private static List<TopCandidates.Row> unigrams(
      JavaSparkContext spark, long least, int top, Passages passages, SliceFiles files) {
    SharedSettings hadoop = new SharedSettings(spark.hadoopConfiguration());
    long[][] found =
        spark
            .parallelize(List.of(0), 1)
            .map(
                one -> {
                  FrequentRows rows = new FrequentRows(1, least, top);
                  try (InputStream in = files.open(NgramFiles.UNIGRAM_COUNTS, hadoop.value())) {
                    UnigramCounts.Cursor counts =
                        UnigramCounts.cursor(in, passages.vocabularySize());
                    while (counts.next()) {
                      int id = counts.id();
                      if (rows.takes(counts.raw()) && !passages.marked(id, id)) {
                        rows.add(new long[] {id, counts.raw()});
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
      JavaSparkContext spark, int n, long least, int top, Passages passages, SliceFiles files) {
    SharedSettings hadoop = new SharedSettings(spark.hadoopConfiguration());
    List<String> paths = new ArrayList<>();
    for (int slice = 0; slice < files.slices().count(); slice++) {
      paths.add(NgramFiles.countSlice(slice));
    }
    for (int tree = 0; tree < files.slices().trees().length; tree++) {
      paths.add(NgramFiles.sharedCounts(tree));
    }
    JavaRDD<long[][]> some =
        spark
            .parallelize(paths, paths.size())
            .map(
                path -> {
                  FrequentRows rows = new FrequentRows(n, least, top);
                  try (CountSlice counts = files.ownCounts(path, hadoop.value())) {
                    while (counts.next()) {
                      if (counts.length() + 1 == n) {
                        addFrequent(counts, passages, rows);
                      }
                    }
                  }
                  return rows.rows();
                });
    long[][] none = {};
    return rows(
        Shuffles.inTree(
            some,
            none,
            (a, b) ->
                a.length == 0 ? b : new FrequentRows(n, least, top).addAll(a).addAll(b).rows()),
        n);
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
}
