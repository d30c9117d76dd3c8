package org.seqlm.spark.duplicates;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.corpus.KeptRecord;
import org.seqlm.corpus.kept.KeptFile;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.corpus.plan.CorpusFormat;
import org.seqlm.store.FileEntry;
import org.seqlm.store.HashedFile;

/**
 * Writes what a range keeps of its text: each byte of it but for duplicate documents, lines and
 * spans. A file is written for each file of the range, so files that are documents stay files. Of a
 * document it holds the places of what goes: 16 bytes for each line or span.
 *
 * <p>With a word goes the white space behind it, and with the last word of a line the line.
 */
final class KeptText extends TextReading.Sink implements Closeable {
  static final String FOLDER = "text";

  private final FileSystem fs;
  private final Path folder;
  private final int range;
  private final long attempt;
  private final Iterator<long[]> rows;
  private final boolean records;
  private final List<FileEntry> written = new ArrayList<>();

  private long[] next;
  private int number = -1;
  private int files;
  private CorpusFile source;
  private KeptFile file; // null until something is kept of the file
  private KeptRecord record;
  private boolean dropped; // the document
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
   * @param rows of what goes, in the order of the text
   * @param records whether records are written as they are, and not their text
   */
  KeptText(
      FileSystem fs,
      Path folder,
      int range,
      long attempt,
      Iterator<long[]> rows,
      Contents records) {
    this.fs = fs;
    this.folder = folder;
    this.range = range;
    this.attempt = attempt;
    this.rows = rows;
    this.records = records == Contents.RECORDS;
    next = rows.hasNext() ? rows.next() : null;
  }

  /** What is written. */
  enum Contents {
    /** Lines, as they are. */
    TEXT,
    /** Records with all of their fields. */
    RECORDS
  }

  @Override
  boolean keepsRecords() {
    return records;
  }

  @Override
  void record(KeptRecord one) {
    record = one;
  }

  @Override
  void begin(long id, CorpusFile from, int fileNumber, long first) throws IOException {
    if (fileNumber != number) {
      endFile();
      number = fileNumber;
      source = from;
      files++;
    }
    dropped = false;
    lineCount = 0;
    lineAt = 0;
    spanCount = 0;
    spanAt = 0;
    spanEnd = 0;
    line = 0;
    word = 0;
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
    if (!dropped && record != null) {
      file().record(record);
    }
  }

  private static long[] room(long[] values, int at) {
    return at < values.length ? values : Arrays.copyOf(values, 2 * values.length);
  }

  @Override
  void line(byte[] utf8, int from, int to, boolean terminated) throws IOException {
    if (dropped || records) {
      return;
    }
    line++;
    boolean goes = lineAt < lineCount && lines[lineAt] == line;
    lineAt += goes ? 1 : 0;
    if (spanCount == 0) {
      if (!goes) {
        write(utf8, from, to, terminated);
      }
      return;
    }
    int kept = withoutSpans(utf8, from, to);
    if (!goes && kept >= 0) {
      write(rest, 0, kept, terminated);
    }
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

  private void write(byte[] bytes, int from, int to, boolean terminated) throws IOException {
    OutputStream out = file().stream();
    out.write(bytes, from, to - from);
    if (terminated) {
      out.write('\n');
    }
  }

  private KeptFile file() throws IOException {
    if (file == null) {
      String extension =
          !records ? "txt" : source.format() == CorpusFormat.PARQUET ? "parquet" : "jsonl";
      String name =
          String.format(Locale.ROOT, "%s/part-%05d-%05d.%s", FOLDER, range, files - 1, extension);
      file = new KeptFile(HashedFile.open(fs, folder, name, attempt), fs.getConf());
    }
    return file;
  }

  private void endFile() throws IOException {
    if (file != null) {
      KeptFile whole = file;
      file = null;
      try (whole) {
        written.add(whole.keep());
      }
    }
  }

  @Override
  void end() {}

  /** Ends the last file; all that were written. */
  List<FileEntry> keep() throws IOException {
    endFile();
    return written;
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
