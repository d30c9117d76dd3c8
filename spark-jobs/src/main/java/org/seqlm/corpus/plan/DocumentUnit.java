package org.seqlm.corpus.plan;

/** What is one document: contexts and hashed splits may end where it ends. */
public enum DocumentUnit {
  /** A file of text, a record of JSON lines, Parquet or WARC. */
  AUTO,
  /** A file, whatever its format. */
  FILE,
  /** A record of JSON lines, Parquet or WARC; a line of text. */
  RECORD,
  /** A line. */
  LINE,
  /**
   * What blank lines separate: a document begins with a file (or a JSON or Parquet record) and with
   * every line that is not blank after one that is. A line is blank that holds nothing but up to
   * 1,024 spaces, tabs and carriage returns.
   */
  BLANK_LINE;

  /** The longest line that is blank, in bytes. */
  public static final int MOST_BLANK = 1024;

  /** Whether a line holds nothing but a few spaces. */
  public static boolean isBlank(byte[] utf8, int from, int to) {
    if (to - from > MOST_BLANK) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (utf8[i] != ' ' && utf8[i] != '\t' && utf8[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  /** Whether a line only parts documents of this kind. */
  public boolean isParting(byte[] utf8, int from, int to) {
    return this == BLANK_LINE && isBlank(utf8, from, to);
  }
}
