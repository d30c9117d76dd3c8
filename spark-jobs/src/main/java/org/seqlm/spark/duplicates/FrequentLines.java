package org.seqlm.spark.duplicates;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.spark.duplicates.FoundDuplicates.FrequentLine;

/** Reads the lines that are most frequent, where each stands first. */
final class FrequentLines {
  /** Bytes of a line that are shown, at most. */
  static final int BYTES = 400;

  private FrequentLines() {}

  /**
   * Reads them.
   *
   * @param frequent rows (times, document, line, documents)
   */
  static List<FrequentLine> of(TextPasses text, JavaRDD<long[]> frequent, int most) {
    List<long[]> top = frequent.takeOrdered(most, new EqualLines.MostFrequent());
    if (top.isEmpty()) {
      return List.of();
    }
    List<long[]> places = new ArrayList<>();
    for (int i = 0; i < top.size(); i++) {
      places.add(new long[] {top.get(i)[1], top.get(i)[2], i});
    }
    JavaRDD<long[]> asked =
        SortedRows.by(text.spark().parallelize(places, 1), 2, SortedRows.BY_RANGE, text.ranges());
    Map<Integer, String> lines = new HashMap<>();
    text.<Object[]>asked(
            asked,
            (range, rows, task) -> {
              if (!rows.hasNext()) {
                return Collections.emptyIterator();
              }
              Wanted wanted = new Wanted(rows);
              text.read(range, wanted, task, n -> {});
              return wanted.found.iterator();
            })
        .collect()
        .forEach(
            found ->
                lines.put(
                    ((Long) found[0]).intValue(),
                    new String((byte[]) found[1], StandardCharsets.UTF_8)));
    List<FrequentLine> result = new ArrayList<>();
    for (int i = 0; i < top.size(); i++) {
      result.add(new FrequentLine(top.get(i)[0], top.get(i)[3], lines.get(i)));
    }
    return result;
  }

  private static final class Wanted extends TextReading.Sink {
    private final java.util.Iterator<long[]> rows;
    private final List<Object[]> found = new ArrayList<>();
    private long[] next;
    private long document;
    private long line;

    Wanted(java.util.Iterator<long[]> rows) {
      this.rows = rows;
      next = rows.next();
    }

    @Override
    void begin(long id, CorpusFile file, int number, long record) {
      document = id;
      line = 0;
    }

    @Override
    void line(byte[] utf8, int from, int to, boolean terminated) {
      line++;
      if (next == null || next[0] != document || next[1] != line) {
        return;
      }
      int[] part = EqualLines.trimmed(utf8, from, to);
      int end = Math.min(part[1], part[0] + BYTES);
      // No character is cut.
      while (end < part[1] && end > part[0] && (utf8[end] & 0xC0) == 0x80) {
        end--;
      }
      found.add(new Object[] {next[2], java.util.Arrays.copyOfRange(utf8, part[0], end)});
      next = rows.hasNext() ? rows.next() : null;
    }

    @Override
    void end() {}
  }
}
