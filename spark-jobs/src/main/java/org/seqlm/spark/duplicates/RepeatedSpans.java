package org.seqlm.spark.duplicates;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Iterator;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaRDD;
import org.seqlm.duplicates.DuplicateSettings;
import org.seqlm.duplicates.SpanWindows;

/**
 * Spans of at least L consecutive words that stand more than once, within documents and between
 * them (Lee et al. 2022, "Deduplicating training data makes language models better", section 4.1,
 * there by suffix arrays). The windows of L words are hashed; a window that stood before is a
 * duplicate of its first occurrence, and duplicates that go on in the same way are one span.
 *
 * <p>Few windows cross the network: shorter ones are chosen first, about one in L/4, of which every
 * window of L words has one, and equal windows the same. Where none of a window's is there twice,
 * the window is not. Of the shorter ones one hash is enough, since they only say what is looked at;
 * of the windows of L words, which are told and removed, both of {@link SpanWindows} must be equal.
 */
final class RepeatedSpans {
  private RepeatedSpans() {}

  /** {@link Found} rows, in the order of the text. */
  static JavaRDD<long[]> of(
      TextPasses text, DocumentsLeft left, DuplicateSettings settings, int partitions) {
    int length = settings.spanWords();
    int chosen = settings.chosenWords();
    int choose = settings.choose();
    long seed = settings.seed();
    JavaRDD<long[]> some = left.each(rows -> new Chosen(chosen, choose, seed, rows));
    JavaRDD<long[]> repeated =
        SortedRows.by(some, 3, SortedRows.BY_FIRST, partitions)
            .mapPartitions(part -> SortedRows.each(part, new Repeated()));
    JavaRDD<long[]> windows =
        text.asked(
            SortedRows.by(repeated, 2, SortedRows.BY_RANGE, text.ranges()),
            (range, rows, task) -> {
              if (!rows.hasNext()) {
                return Collections.emptyIterator();
              }
              LongRows found = LongRows.open(task);
              text.read(range, new Windows(length, chosen, seed, rows, found), task, n -> {});
              return found.read();
            });
    JavaRDD<long[]> later =
        SortedRows.by(windows, 4, SortedRows.BY_FIRST, partitions)
            .mapPartitions(part -> SortedRows.each(part, new Later()));
    return SortedRows.by(later, 2, SortedRows.BY_RANGE, text.ranges())
        .mapPartitions(part -> new Spans(part, length));
  }

  /** Rows (hash, document, word) of the chosen windows; words from 0. */
  private static final class Chosen extends SpanWords {
    private final SpanWindows windows;
    private long document;

    Chosen(int length, int choose, long seed, LongRows rows) {
      windows =
          new SpanWindows(
              length, choose, seed, (from, hash, other) -> rows.add(hash, document, from));
    }

    @Override
    void begin(long id) {
      document = id;
      windows.clear();
    }

    @Override
    void word(byte[] utf8, int from, int to) {
      windows.word(utf8, from, to);
    }
  }

  /** Rows (document, word) of what is there more than once. */
  private static final class Repeated implements SortedRows.Step {
    private long[] first; // null when it is told
    private long hash;
    private boolean begun;

    @Override
    public void row(long[] row, Consumer<long[]> out) {
      if (!begun || hash != row[0]) {
        begun = true;
        hash = row[0];
        first = row;
        return;
      }
      if (first != null) {
        out.accept(new long[] {first[1], first[2]});
        first = null;
      }
      out.accept(new long[] {row[1], row[2]});
    }
  }

  /**
   * Rows (hash, other hash, document, word) of the windows in which something repeated was chosen.
   */
  private static final class Windows extends SpanWords {
    private final Iterator<long[]> repeated;
    private final SpanWindows windows;
    private final ArrayDeque<Long> places = new ArrayDeque<>(); // that windows may hold
    private long[] next;
    private long document = -1;

    Windows(int length, int chosen, long seed, Iterator<long[]> repeated, LongRows rows) {
      this.repeated = repeated;
      next = repeated.next();
      windows =
          new SpanWindows(
              length,
              seed,
              (from, hash, other) -> {
                take(from + length - chosen);
                while (!places.isEmpty() && places.peek() < from) {
                  places.remove();
                }
                if (!places.isEmpty()) {
                  rows.add(hash, other, document, from);
                }
              });
    }

    /** Takes the places up to one. */
    private void take(long last) {
      while (next != null && next[0] == document && next[1] <= last) {
        places.add(next[1]);
        next = repeated.hasNext() ? repeated.next() : null;
      }
    }

    @Override
    void begin(long id) {
      // A document's last places may lie in no window of the whole length.
      take(Long.MAX_VALUE);
      document = id;
      places.clear();
      windows.clear();
    }

    @Override
    void word(byte[] utf8, int from, int to) {
      windows.word(utf8, from, to);
    }
  }

  /** Rows (document, word, first document, first word) of windows that stood before. */
  private static final class Later implements SortedRows.Step {
    private long[] first;

    @Override
    public void row(long[] row, Consumer<long[]> out) {
      if (first == null || first[0] != row[0] || first[1] != row[1]) {
        first = row;
      } else {
        out.accept(new long[] {row[2], row[3], first[2], first[3]});
      }
    }
  }

  /**
   * Puts windows together that follow one another, and whose first occurrences do; where these lie
   * in the document itself, whatever they do: of a word that is repeated over and over one span is
   * told.
   */
  private static final class Spans implements Iterator<long[]> {
    private final Iterator<long[]> later;
    private final int length;
    private long[] next;

    Spans(Iterator<long[]> later, int length) {
      this.later = later;
      this.length = length;
      next = later.hasNext() ? later.next() : null;
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public long[] next() {
      long[] first = next;
      long windows = 0;
      do {
        windows++;
        next = later.hasNext() ? later.next() : null;
      } while (next != null
          && next[0] == first[0]
          && next[1] == first[1] + windows
          && next[2] == first[2]
          && (next[3] == first[3] + windows || first[2] == first[0]));
      return Found.row(
          first[0],
          Found.Kind.SPAN,
          first[1] + 1,
          first[2],
          first[3] + 1,
          Found.ONE,
          first[2],
          windows + length - 1);
    }
  }
}
