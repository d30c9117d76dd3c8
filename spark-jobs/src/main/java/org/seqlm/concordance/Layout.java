package org.seqlm.concordance;

import java.util.zip.CRC32C;

/**
 * How a file of an index is laid out, in the order of its bytes: blocks of lines and runs of words
 * as they come, each run (blocks of terms, each with the postings of its terms; their directory;
 * the run's documents) behind the lines of its words; the footer, with the place of every block of
 * lines and of every run; the trailer. Numbers are LEB128. Whatever is read in one go has its
 * CRC-32C.
 *
 * <pre>
 * trailer    footer's offset (8), its length (4), its CRC (4), version (4), magic (4), big-endian
 * footer     words, documents, whether the first goes on from before, whether the last goes on,
 *            files (path, first word, first record), blocks of lines, runs
 * </pre>
 */
final class Layout {
  static final int MAGIC = 0x53514958; // SQIX
  static final int VERSION = 1;
  static final int TRAILER = 24;

  /** Words that a run has at most, by whose places its postings count. */
  static final int RUN_WORDS = 1 << 20;

  /** Bytes that a run's different terms have at most; with terms of 255, 131,000 words or more. */
  static final int RUN_TERM_BYTES = 1 << 25;

  /** Terms whose entries and postings are read together. */
  static final int TERMS = 64;

  /** Bytes of text, and words, at which a block of lines ends. */
  static final int TEXT_BYTES = 1 << 15;

  static final int TEXT_WORDS = 1 << 13;

  /** Bytes of a word's spelling, and of what stands between two, that are kept. */
  static final int SPELLING_BYTES = 1024;

  static final int GAP_BYTES = 64;

  private Layout() {}

  static int crc(byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }
}
