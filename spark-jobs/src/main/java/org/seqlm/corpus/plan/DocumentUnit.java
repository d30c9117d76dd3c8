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
  BLANK_LINE
}
