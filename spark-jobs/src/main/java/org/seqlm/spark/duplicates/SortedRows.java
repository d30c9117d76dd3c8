package org.seqlm.spark.duplicates;

import java.io.Serializable;
import java.util.Comparator;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.seqlm.spark.io.Shuffles;
import org.seqlm.text.Hash128;
import scala.Tuple2;

/**
 * Rows of numbers on their way over the cluster. They come sorted by their first values, so equal
 * ones stand together, however many there are: whoever reads them holds a few at a time.
 */
final class SortedRows {
  private SortedRows() {}

  /** Which partition a row goes to. */
  interface Place extends Serializable {
    int of(long[] row, int partitions);
  }

  /** By the first value, a hash or not. */
  static final Place BY_FIRST = new ByFirst();

  /** By the range that the first value, a document, begins in. */
  static final Place BY_RANGE = new ByRange();

  /**
   * Sorts rows.
   *
   * @param key values of a row that are compared, as signed numbers
   * @param partitions that the result has
   */
  static JavaRDD<long[]> by(JavaRDD<long[]> rows, int key, Place place, int partitions) {
    return Shuffles.light(
            rows.mapToPair(row -> new Tuple2<>(row, 0))
                .repartitionAndSortWithinPartitions(
                    Shuffles.by(new Numbers(place, partitions), partitions), new First(key)))
        .keys();
  }

  /** Makes rows of sorted ones, in their order; what is made of one row is held at a time. */
  static Iterator<long[]> each(Iterator<long[]> rows, Step step) {
    return new Steps(rows, step);
  }

  /** Takes a row and hands on what it makes of it. */
  @FunctionalInterface
  interface Step {
    void row(long[] row, Consumer<long[]> out);
  }

  private static final class Steps implements Iterator<long[]> {
    private final Iterator<long[]> rows;
    private final Step step;
    private final java.util.ArrayDeque<long[]> made = new java.util.ArrayDeque<>();

    Steps(Iterator<long[]> rows, Step step) {
      this.rows = rows;
      this.step = step;
    }

    @Override
    public boolean hasNext() {
      while (made.isEmpty() && rows.hasNext()) {
        step.row(rows.next(), made::add);
      }
      return !made.isEmpty();
    }

    @Override
    public long[] next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return made.remove();
    }
  }

  private static final class ByFirst implements Place {
    private static final long serialVersionUID = 1L;

    @Override
    public int of(long[] row, int partitions) {
      return (int) Long.remainderUnsigned(Hash128.mix(row[0]), partitions);
    }
  }

  private static final class ByRange implements Place {
    private static final long serialVersionUID = 1L;

    @Override
    public int of(long[] row, int partitions) {
      return DocumentId.range(row[0]);
    }
  }

  private static final class Numbers implements Shuffles.Numbering<long[]> {
    private static final long serialVersionUID = 1L;

    private final Place place;
    private final int partitions;

    Numbers(Place place, int partitions) {
      this.place = place;
      this.partitions = partitions;
    }

    @Override
    public int number(long[] row) {
      return place.of(row, partitions);
    }
  }

  private static final class First implements Comparator<long[]>, Serializable {
    private static final long serialVersionUID = 1L;

    private final int key;

    First(int key) {
      this.key = key;
    }

    @Override
    public int compare(long[] one, long[] other) {
      for (int i = 0; i < key; i++) {
        if (one[i] != other[i]) {
          return one[i] < other[i] ? -1 : 1;
        }
      }
      return 0;
    }
  }
}
