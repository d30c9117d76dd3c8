package org.seqlm.corpus.plan;

/** How the files of a corpus hold their text. */
public enum CorpusFormat {
  /**
   * By each file's extension: {@code .jsonl .ndjson .json}, {@code .parquet}, {@code .warc .wet},
   * otherwise text.
   */
  AUTO,
  /** Lines of UTF-8, each a record. */
  TEXT,
  /** A JSON object a line, one of whose keys holds the text. */
  JSONL,
  /** Rows, one of whose columns holds the text. */
  PARQUET,
  /** Records of a web archive, of which those hold text that are plain text. */
  WARC,
  /** Rows of text, the first of which names the columns; of labelled examples only. */
  CSV
}
