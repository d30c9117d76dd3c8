package org.seqlm.spark.quality;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.quality.FilterCounts;
import org.seqlm.store.FileEntry;

/** What filtering some ranges came to. Its sums and examples do not grow with them. */
public final class FilteredPart implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Of one range. */
  static final class OfRange implements Serializable {
    private static final long serialVersionUID = 1L;

    int index;
    RangeSummary summary;

    /** Documents that begin here, and are left to tasks of their own, in their order. */
    final List<LeftDocument> left = new ArrayList<>();

    /** Whether the last of these may go on in the next range. */
    boolean open;

    /** The first record of what goes on here from an earlier range; 0 where there is none. */
    LeftDocument head;

    /** Whether that goes on in the next range. */
    boolean headGoesOn;
  }

  /**
   * A document that is read by a task of its own.
   *
   * @param path of its file
   * @param record its first record, from 1
   */
  record LeftDocument(String path, long record) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  final List<OfRange> ranges = new ArrayList<>();
  final List<FileEntry> files = new ArrayList<>();
  final FilterCounts counts = new FilterCounts();
  final Examples examples;

  FilteredPart(int rules, int mostExamples) {
    examples = new Examples(rules, mostExamples);
  }

  /** The sum of two, in the first of them. */
  static FilteredPart plus(FilteredPart sum, FilteredPart other) {
    sum.add(other);
    return sum;
  }

  void add(FilteredPart other) {
    ranges.addAll(other.ranges);
    files.addAll(other.files);
    counts.add(other.counts);
    examples.add(other.examples);
  }
}
