package org.seqlm.spark.duplicates;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.util.LongAccumulator;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.duplicates.DocumentSketch;
import org.seqlm.duplicates.DocumentSketcher;
import org.seqlm.duplicates.DuplicateSettings;

/**
 * The first pass: of each document a row {@code (document, file, record, bytes, words, lines, high,
 * low, keys...)} in the order of the text, kept on the executors' disks.
 */
final class DocumentPass {
  static final int FILE = 1;
  static final int RECORD = 2;
  static final int BYTES = 3;
  static final int WORDS = 4;
  static final int LINES = 5;
  static final int HIGH = 6;
  static final int LOW = 7;
  static final int KEYS = 8;

  private final TextPasses text;
  private final JavaRDD<Object> kept;
  private final List<RangeSummary> summaries;

  private DocumentPass(TextPasses text, JavaRDD<Object> kept, List<RangeSummary> summaries) {
    this.text = text;
    this.kept = kept;
    this.summaries = summaries;
  }

  /** Reads the text. */
  static DocumentPass read(TextPasses text, DuplicateSettings settings, LongAccumulator bytes) {
    // A range's summary comes before its rows.
    JavaRDD<Object> all =
        text.hold(
            text.<Object>each(
                (range, task) -> {
                  LongRows rows = LongRows.open(task);
                  RangeSummary summary =
                      text.read(range, new Rows(rows, sketcher(settings)), task, bytes::add);
                  return behind(summary, rows.read());
                }));
    List<RangeSummary> summaries =
        all.mapPartitions(part -> List.of((RangeSummary) part.next()).iterator()).collect();
    return new DocumentPass(text, all, new ArrayList<>(summaries));
  }

  private static Iterator<Object> behind(RangeSummary summary, Iterator<long[]> rows) {
    return new Iterator<>() {
      private boolean begun;

      @Override
      public boolean hasNext() {
        return !begun || rows.hasNext();
      }

      @Override
      public Object next() {
        if (begun) {
          return rows.next();
        }
        begun = true;
        return summary;
      }
    };
  }

  /** What makes sketches of documents, of which near ones are looked for or not. */
  static DocumentSketcher sketcher(DuplicateSettings settings) {
    return settings.finds(DuplicateSettings.Find.NEAR)
        ? new DocumentSketcher(settings.shingles(), settings.bands(), settings.seed())
        : new DocumentSketcher();
  }

  /** One a range, in their order. */
  List<RangeSummary> summaries() {
    return summaries;
  }

  /** The rows of known documents and of the text, a partition a part or range, in their order. */
  JavaRDD<long[]> rows() {
    JavaRDD<long[]> own = ownRows();
    return text.known().parts() == 0 ? own : text.knownRows().union(own);
  }

  /** The rows of the text alone. */
  JavaRDD<long[]> ownRows() {
    return kept.mapPartitions(DocumentPass::withoutSummary);
  }

  private static Iterator<long[]> withoutSummary(Iterator<Object> part) {
    part.next();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return part.hasNext();
      }

      @Override
      public long[] next() {
        return (long[]) part.next();
      }
    };
  }

  /** What is held of them. */
  JavaRDD<?> held() {
    return kept;
  }

  /** Words of a line, as white space parts them. */
  static long words(byte[] utf8, int from, int to) {
    long words = 0;
    for (int i = from; i < to; i++) {
      boolean space = utf8[i] >= 0 && utf8[i] <= ' ';
      boolean begins = i == from || utf8[i - 1] >= 0 && utf8[i - 1] <= ' ';
      words += begins && !space ? 1 : 0;
    }
    return words;
  }

  /**
   * A document's row.
   *
   * @param place its values before those of the sketch
   */
  static long[] row(long[] place, DocumentSketch sketch) {
    long[] row = Arrays.copyOf(place, KEYS + sketch.keys().length);
    row[HIGH] = sketch.high();
    row[LOW] = sketch.low();
    System.arraycopy(sketch.keys(), 0, row, KEYS, sketch.keys().length);
    return row;
  }

  private static final class Rows extends TextReading.Sink {
    private final LongRows rows;
    private final DocumentSketcher sketcher;
    private long[] place; // the row's values before those of the sketch

    Rows(LongRows rows, DocumentSketcher sketcher) {
      this.rows = rows;
      this.sketcher = sketcher;
    }

    @Override
    void begin(long id, CorpusFile file, int number, long record) {
      place = new long[] {id, number, record, 0, 0, 0};
      sketcher.clear();
    }

    @Override
    void line(byte[] utf8, int from, int to, boolean terminated) {
      place[BYTES] += to - from + (terminated ? 1 : 0);
      place[WORDS] += words(utf8, from, to);
      place[LINES]++;
      sketcher.line(utf8, from, to);
    }

    @Override
    void end() {
      rows.add(row(place, sketcher.end()));
    }
  }
}
