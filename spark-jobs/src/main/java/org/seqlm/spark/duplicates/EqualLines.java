package org.seqlm.spark.duplicates;

import java.util.Comparator;
import java.util.Iterator;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.duplicates.DuplicateSettings;
import org.seqlm.text.Hash128;

/**
 * Lines that are equal byte by byte, without the white space at their ends; blank ones are none.
 */
final class EqualLines {
  private EqualLines() {}

  /**
   * All lines: rows (high, low, document, line, bytes), equal ones together, known ones first.
   *
   * @param known rows of earlier documents; null for none
   */
  static JavaRDD<long[]> sorted(
      DocumentsLeft text, JavaRDD<long[]> known, DuplicateSettings settings, int partitions) {
    int least = settings.lineBytes();
    JavaRDD<long[]> own = text.each(rows -> new Lines(rows::add, least));
    return SortedRows.by(
        known == null ? own : known.union(own), 4, SortedRows.BY_FIRST, partitions);
  }

  /**
   * {@link Found} rows of all lines but the first of each that stands often enough.
   *
   * @param known parts of known documents, of which nothing is told
   */
  static JavaRDD<long[]> later(JavaRDD<long[]> sorted, int known, DuplicateSettings settings) {
    int least = settings.lineCount();
    return sorted
        .mapPartitions(part -> SortedRows.each(part, new Later(least)))
        .filter(row -> DocumentId.range(row[Found.DOCUMENT]) >= known);
  }

  /** Those of the text's own documents. */
  static JavaRDD<long[]> own(JavaRDD<long[]> sorted, int known) {
    return sorted.filter(row -> DocumentId.range(row[2]) >= known);
  }

  /** Takes rows of lines. */
  @FunctionalInterface
  interface Rows {
    void add(long... row);
  }

  /**
   * Rows (times, document, line, documents) of the first of each line that stands in enough places.
   */
  static JavaRDD<long[]> frequent(JavaRDD<long[]> sorted, long times, long documents) {
    return sorted
        .mapPartitions(Frequent::new)
        .filter(row -> row[0] >= times && row[3] >= documents);
  }

  /** The most frequent first, of equal ones the first. */
  static final class MostFrequent implements Comparator<long[]>, java.io.Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public int compare(long[] one, long[] other) {
      int order = Long.compare(other[0], one[0]);
      order = order == 0 ? Long.compare(one[1], other[1]) : order;
      return order == 0 ? Long.compare(one[2], other[2]) : order;
    }
  }

  /** The part of a line without white space at its ends, as (from, to). */
  static int[] trimmed(byte[] utf8, int from, int to) {
    int begin = from;
    int end = to;
    while (begin < end && utf8[begin] >= 0 && utf8[begin] <= ' ') {
      begin++;
    }
    while (end > begin && utf8[end - 1] >= 0 && utf8[end - 1] <= ' ') {
      end--;
    }
    return new int[] {begin, end};
  }

  /** Makes rows of the lines of documents, by these' numbers. */
  static final class Lines extends TextReading.Sink {
    private final Rows rows;
    private final int least;
    private final Hash128 hash = new Hash128();
    private long document;
    private long line;

    Lines(Rows rows, int least) {
      this.rows = rows;
      this.least = least;
    }

    @Override
    void begin(long id, CorpusFile file, int number, long record) {
      document = id;
      line = 0;
    }

    @Override
    void line(byte[] utf8, int from, int to, boolean terminated) {
      line++;
      int[] part = trimmed(utf8, from, to);
      if (part[1] - part[0] >= least) {
        hash.hash(utf8, part[0], part[1], 1, 2);
        rows.add(hash.high(), hash.low(), document, line, part[1] - part[0]);
      }
    }

    @Override
    void end() {}
  }

  private static final class Later implements SortedRows.Step {
    private final long[][] waiting; // until the line is known to stand often enough
    private long[] first;
    private long count;

    Later(int least) {
      waiting = new long[least - 2][];
    }

    @Override
    public void row(long[] row, Consumer<long[]> out) {
      if (first == null || first[0] != row[0] || first[1] != row[1]) {
        first = row;
        count = 1;
        return;
      }
      count++;
      int needed = waiting.length + 2;
      if (count < needed) {
        waiting[(int) count - 2] = row;
        return;
      }
      if (count == needed) {
        for (long[] one : waiting) {
          out.accept(found(one));
        }
      }
      out.accept(found(row));
    }

    private long[] found(long[] row) {
      return Found.row(
          row[2], Found.Kind.LINE, row[3], first[2], first[3], Found.ONE, first[2], row[4]);
    }
  }

  /** Counts each line, and the documents that it stands in. */
  private static final class Frequent implements Iterator<long[]> {
    private final Iterator<long[]> sorted;
    private long[] next;

    Frequent(Iterator<long[]> sorted) {
      this.sorted = sorted;
      next = sorted.hasNext() ? sorted.next() : null;
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public long[] next() {
      long[] first = next;
      long times = 0;
      long documents = 0;
      long document = -1;
      while (next != null && next[0] == first[0] && next[1] == first[1]) {
        times++;
        documents += next[2] == document ? 0 : 1;
        document = next[2];
        next = sorted.hasNext() ? sorted.next() : null;
      }
      return new long[] {times, first[2], first[3], documents};
    }
  }
}
