package org.seqlm.spark.examples;

import java.util.Map;
import org.seqlm.dataset.ColumnType;
import org.seqlm.dataset.ExampleBlock;
import org.seqlm.dataset.ExampleColumn;
import org.seqlm.dataset.FeatureStatistics;
import org.seqlm.store.FileEntry;

/** What writing one block gave. */
public final class WrittenBlock {
  final int block;
  final int examples;
  final FileEntry file;

  /** By column: the most items of an example; 0 where it is not ragged. */
  final int[] longest;

  /** By column. */
  final long[] items;

  /** By column: tokens that its vocabulary does not know. */
  final long[] unknown;

  /** By column: of its numbers; null where it has others. */
  final FeatureStatistics.Sums[] features;

  /**
   * @param observed the column that says which numbers are there; null if all are
   */
  WrittenBlock(
      int block, ExampleBlock written, FileEntry file, Map<String, Long> unknown, String observed) {
    this.block = block;
    this.examples = written.examples();
    this.file = file;
    int columns = written.columns().size();
    longest = new int[columns];
    items = new long[columns];
    this.unknown = new long[columns];
    features = new FeatureStatistics.Sums[columns];
    for (int c = 0; c < columns; c++) {
      ExampleColumn column = written.columns().get(c);
      int[] starts = written.starts(column.name());
      items[c] = starts[examples];
      for (int e = 0; e < examples && column.ragged(); e++) {
        longest[c] = Math.max(longest[c], starts[e + 1] - starts[e]);
      }
      this.unknown[c] = unknown.getOrDefault(column.name(), 0L);
      if (column.type() == ColumnType.FLOATS) {
        boolean gaps = observed != null && column.name().equals("values");
        features[c] =
            sums(column, written.floats(column.name()), gaps ? written.mask(observed) : null);
      }
    }
  }

  private static FeatureStatistics.Sums sums(ExampleColumn column, float[] values, byte[] mask) {
    int n = column.features();
    FeatureStatistics.Sums sums = new FeatureStatistics.Sums(n);
    for (int i = 0; i < values.length; i++) {
      if (mask == null || mask[i] != 0) {
        sums.add(i % n, values[i]);
      }
    }
    return sums;
  }
}
