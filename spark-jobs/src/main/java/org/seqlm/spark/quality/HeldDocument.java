package org.seqlm.spark.quality;

import java.util.Arrays;
import org.seqlm.corpus.plan.CorpusFile;
import org.seqlm.quality.Document;
import org.seqlm.quality.FilterChain;

/** The lines of a document that is being read, or of its beginning. */
final class HeldDocument {
  private static final int SMALL = 1 << 12;

  private CorpusFile file;
  private long record;
  private byte[] bytes = new byte[SMALL];
  private int length;
  private long lines;
  private boolean terminated;

  /** Begins one. */
  void start(CorpusFile of) {
    file = of;
    record = 0;
    length = 0;
    lines = 0;
    if (bytes.length > 1 << 20) {
      bytes = new byte[SMALL]; // one long document does not hold its memory for ever
    }
  }

  /** Notes where a document's first line is. */
  void at(long firstRecord) {
    if (record == 0) {
      record = firstRecord;
    }
  }

  /**
   * Adds a line.
   *
   * @param ended whether a line feed, or its record's end, ended it
   */
  void line(byte[] utf8, int from, int to, boolean ended) {
    int needed = Math.addExact(length, to - from + 1);
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, (int) Math.min(1L << 30, bytes.length * 2L)));
    }
    System.arraycopy(utf8, from, bytes, length, to - from);
    length = needed;
    bytes[length - 1] = '\n';
    terminated = ended;
    lines++;
  }

  /** Whether a line only parts this kind of documents. */
  boolean parts(byte[] utf8, int from, int to) {
    return file.document().isParting(utf8, from, to);
  }

  CorpusFile file() {
    return file;
  }

  /** Its first record's place in the file, from 1. */
  long record() {
    return record;
  }

  /** What is held: lines, each with a line feed. */
  byte[] bytes() {
    return bytes;
  }

  /** How much is held, line feeds among it. */
  int length() {
    return length;
  }

  long lines() {
    return lines;
  }

  /** Where its text ends that is written as it is: before a line feed that it has not. */
  int end() {
    return terminated || length == 0 ? length : length - 1;
  }

  /** The text that is judged: all, or its first lines. */
  Document judged(int most) {
    Document text = new Document(bytes, 0, Math.max(0, length - 1));
    return new Document(bytes, 0, FilterChain.judgedEnd(text, most));
  }
}
