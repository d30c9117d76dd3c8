package org.seqlm.ngram.files;

import java.util.List;
import java.util.Locale;
import org.seqlm.ngram.stats.OrderStatistics;
import org.seqlm.ngram.stats.TopNgram;
import org.seqlm.ngram.stats.ZipfFit;

/**
 * The files of an artifact of counted n-grams.
 *
 * <ul>
 *   <li>{@code top.tsv}: order, rank, n-gram, count
 *   <li>{@code counts-of-counts.tsv}: order, count, types that appear so often; the last row of
 *       each order, its count ending in {@code +}, has those that appear as often or more
 *   <li>{@code zipf.tsv}: rank, frequency, fitted frequency, for about 500 ranks
 *   <li>{@code slices.json}: where each slice but the first begins: ids, the nearest first
 *   <li>{@code counts/slice-SLICE.bin}: the counts of the orders from 2 on, as {@link
 *       org.seqlm.ngram.count.CountSliceWriter} writes them; {@code counts/shared-TREE.bin}: of
 *       contexts that slices share; and {@code counts/unigrams.bin}
 *   <li>{@code model/slice-SLICE.bin} and {@code model/unigrams.bin}: a back-off model, as {@link
 *       org.seqlm.ngram.smooth.SliceEstimator} writes it, if one was estimated
 * </ul>
 *
 * All text is UTF-8 without headers, tab-separated; tokens are escaped as {@link TopNgram#escape}
 * says.
 */
public final class NgramFiles {
  static final String TOP = "top.tsv";
  static final String COUNTS_OF_COUNTS = "counts-of-counts.tsv";
  static final String ZIPF = "zipf.tsv";
  static final String STATISTICS = "statistics.json";
  static final String SLICES = "slices.json";

  /** The unigrams' counts. */
  public static final String UNIGRAM_COUNTS = "counts/unigrams.bin";

  /** The unigrams' probabilities. */
  public static final String UNIGRAMS = "model/unigrams.bin";

  private NgramFiles() {}

  /** The file of a slice's counts. */
  public static String countSlice(int slice) {
    return String.format(Locale.ROOT, "counts/slice-%05d.bin", slice);
  }

  /** The file of the counts after contexts of a tree that slices share. */
  public static String sharedCounts(int tree) {
    return String.format(Locale.ROOT, "counts/shared-%05d.bin", tree);
  }

  /** The file of a slice of a back-off model. */
  public static String modelSlice(int slice) {
    return String.format(Locale.ROOT, "model/slice-%05d.bin", slice);
  }

  static String top(List<OrderStatistics> orders) {
    StringBuilder rows = new StringBuilder();
    for (OrderStatistics order : orders) {
      order.top().forEach(row -> rows.append(row.row()).append('\n'));
    }
    return rows.toString();
  }

  static String countsOfCounts(List<OrderStatistics> orders) {
    StringBuilder rows = new StringBuilder();
    for (OrderStatistics order : orders) {
      int count = 1;
      for (long types : order.countsOfCounts()) {
        rows.append(order.order()).append('\t').append(count).append('\t').append(types);
        rows.append('\n');
        count++;
      }
      rows.append(order.order()).append('\t').append(count).append("+\t");
      rows.append(order.typesAbove()).append('\n');
    }
    return rows.toString();
  }

  static String zipf(ZipfFit fit) {
    StringBuilder rows = new StringBuilder();
    for (ZipfFit.Point point : fit.points()) {
      rows.append(point.rank()).append('\t').append(point.frequency()).append('\t');
      if (point.fitted() != null) {
        rows.append(String.format(Locale.ROOT, "%.4f", point.fitted()));
      }
      rows.append('\n');
    }
    return rows.toString();
  }
}
