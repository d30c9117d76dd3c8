package org.seqlm.spark.duplicates;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.seqlm.analysis.AnalysisWriter;
import org.seqlm.corpus.KeptRecord;
import org.seqlm.corpus.filtered.KeptFiles;
import org.seqlm.corpus.filtered.PartPlace;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.corpus.plan.DocumentUnit;
import org.seqlm.store.FileEntry;
import org.seqlm.store.Paths;

/**
 * Writes what a range keeps of its text: each byte of it but for duplicate documents, lines and
 * spans. Of text a file is written for each file of the range, so files that are documents stay
 * files; records keep all of their fields, and those that lose lines or spans have another text. Of
 * a document it holds the places of what goes: 16 bytes for each line or span.
 *
 * <p>With a word goes the white space behind it, and with the last word of a line the line.
 */
final class KeptText extends TextReading.Sink implements Closeable {
  private static final byte[] LINE_FEED = {'\n'};

  private final KeptFiles files;
  private final Iterator<long[]> rows;

  private long[] next;
  private int number = -1; // of the file that documents come of
  private boolean begun; // the file has a file of its own
  private KeptRecord read; // the last one, which comes before its document begins
  private KeptRecord record; // that is the document; null of text
  private final ByteArrayOutputStream text = new ByteArrayOutputStream(); // of the record
  private boolean dropped; // the document
  private boolean whole; // nothing of the document goes
  private boolean openLine; // what was written last is a line that goes on
  private long[] lines = new long[16];
  private int lineCount;
  private int lineAt;
  private long[] spans = new long[16]; // (first word, word behind the last one), by the first
  private int spanCount;
  private int spanAt;
  private long spanEnd;
  private long line;
  private long word;
  private byte[] rest = new byte[256];

  /**
   * @param files that take what is kept; closed with this
   * @param rows of what goes, in the order of the text
   */
  KeptText(KeptFiles files, Iterator<long[]> rows) {
    this.files = files;
    this.rows = rows;
    next = rows.hasNext() ? rows.next() : null;
  }

  @Override
  boolean keepsRecords() {
    return true;
  }

  @Override
  void record(KeptRecord one) {
    read = one;
  }

  @Override
  void begin(long id, CorpusFile from, int fileNumber, long first) throws IOException {
    if (fileNumber != number) {
      files.from(from);
      number = fileNumber;
      begun = false;
    }
    record = from.format() == CorpusFormat.TEXT ? null : read;
    dropped = false;
    lineCount = 0;
    lineAt = 0;
    spanCount = 0;
    spanAt = 0;
    spanEnd = 0;
    line = 0;
    word = 0;
    openLine = false;
    text.reset();
    while (next != null && next[Found.DOCUMENT] == id) {
      switch (Found.Kind.values()[(int) next[Found.KIND]]) {
        case EXACT_DOCUMENT, NEAR_DOCUMENT -> dropped = true;
        case LINE -> {
          lines = room(lines, lineCount);
          lines[lineCount++] = next[Found.AT];
        }
        case SPAN -> {
          spans = room(spans, spanCount + 1);
          spans[spanCount++] = next[Found.AT];
          spans[spanCount++] = next[Found.AT] + next[Found.SIZE];
        }
      }
      next = rows.hasNext() ? rows.next() : null;
    }
    whole = lineCount == 0 && spanCount == 0;
  }

  private static long[] room(long[] values, int at) {
    return at < values.length ? values : Arrays.copyOf(values, 2 * values.length);
  }

  @Override
  void line(byte[] utf8, int from, int to, boolean terminated) throws IOException {
    if (dropped || record != null && whole) {
      return;
    }
    line++;
    boolean goes = lineAt < lineCount && lines[lineAt] == line;
    lineAt += goes ? 1 : 0;
    if (spanCount == 0) {
      write(utf8, from, goes ? -1 : to, terminated);
      return;
    }
    int kept = withoutSpans(utf8, from, to);
    write(rest, 0, goes ? -1 : kept, terminated);
  }

  /** Bytes of the line that are left; -1 if words went and none is left. */
  private int withoutSpans(byte[] utf8, int from, int to) {
    if (rest.length < to - from) {
      rest = new byte[2 * (to - from)];
    }
    int kept = 0;
    boolean went = false;
    boolean left = false;
    boolean drop = false;
    int at = from;
    while (at < to) {
      int end = SpanWords.end(utf8, at, to);
      if (end > at) {
        drop = goes(++word);
        went |= drop;
        left |= !drop;
      } else {
        end = at + 1; // white space stays or goes with the word before it
      }
      if (!drop) {
        System.arraycopy(utf8, at, rest, kept, end - at);
        kept += end - at;
      }
      at = end;
    }
    return went && !left ? -1 : kept;
  }

  /** Whether a word stands in a span; asked of each, one after the other. */
  private boolean goes(long place) {
    while (spanAt < spanCount && spans[spanAt] <= place) {
      spanEnd = Math.max(spanEnd, spans[spanAt + 1]);
      spanAt += 2;
    }
    return place < spanEnd;
  }

  /**
   * @param to -1 if the line goes: its line feed stays where a part before it does
   */
  private void write(byte[] bytes, int from, int to, boolean terminated) throws IOException {
    if (to < 0 && !(terminated && openLine)) {
      return;
    }
    if (to >= 0) {
      put(bytes, from, to);
    }
    if (terminated) {
      put(LINE_FEED, 0, 1);
    }
    openLine = !terminated;
  }

  private void put(byte[] bytes, int from, int to) throws IOException {
    if (record != null) {
      text.write(bytes, from, to - from);
      return;
    }
    if (!begun) {
      begun = true;
      files.startText(DocumentUnit.FILE);
    }
    files.text(bytes, from, to);
  }

  @Override
  void end() throws IOException {
    if (dropped || record == null) {
      return;
    }
    if (whole) {
      files.record(record, null);
    } else if (text.size() > 0) {
      // The last line of a record ends with it.
      files.record(record, Arrays.copyOf(text.toByteArray(), text.size() - 1));
    }
  }

  /** Ends the last file; all that were written. */
  List<FileEntry> keep() throws IOException {
    return files.keep();
  }

  @Override
  public void close() throws IOException {
    files.close();
  }

  /** Writes all ranges: how many files. */
  static long write(AnalysisWriter analysis, TextPasses passes, JavaRDD<long[]> rows) {
    String folder = analysis.folder().toString();
    List<FileEntry[]> written =
        passes
            .<FileEntry[]>asked(
                rows,
                (range, found, task) -> {
                  Path to = new Path(folder);
                  PartPlace place =
                      new PartPlace(
                          Paths.plain(to, passes.settings()),
                          to,
                          range.index(),
                          0,
                          task.taskAttemptId());
                  try (KeptText kept =
                      new KeptText(new KeptFiles(place, passes.textField()), found)) {
                    passes.read(range, kept, task, n -> {});
                    return List.<FileEntry[]>of(kept.keep().toArray(FileEntry[]::new)).iterator();
                  }
                })
            .collect();
    long count = 0;
    for (FileEntry[] entries : written) {
      for (FileEntry entry : entries) {
        analysis.add(entry);
        count++;
      }
    }
    return count;
  }
}
