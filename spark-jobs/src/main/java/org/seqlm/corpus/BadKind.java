package org.seqlm.corpus;

import org.seqlm.artifact.Json;
import org.seqlm.corpus.plan.CorpusSource;

/** Why a record, or a file, was left out. */
public enum BadKind {
  /** Bytes that are no UTF-8, or escapes that are no Unicode text. */
  INVALID_UTF8,
  /** Longer than {@link CorpusSource#maxRecordBytes}. */
  OVER_LONG,
  /** A line that is no JSON object. */
  BAD_JSON,
  /** The key or column is absent, null or no text. */
  MISSING_FIELD,
  /** A record of WARC whose payload cannot be read, though the next record can. */
  BAD_WARC,
  /** A record of WARC whose payload is of another type than plain text, HTML for instance. */
  OTHER_TYPE,
  /** A record of WARC that is no document: a request, metadata, a revisit, of the file itself. */
  NO_DOCUMENT,
  /**
   * A file that cannot be opened, or breaks off; the records before the break are kept. It counts
   * as a file, not as a record.
   */
  UNREADABLE_FILE;

  /** Its place in arrays that count kinds; nothing stores the number. */
  int index() {
    return ordinal();
  }

  /** Whether it is a fault of the text; the others are left out by what they are. */
  boolean isFault() {
    return this != OTHER_TYPE && this != NO_DOCUMENT;
  }

  /** The name in reports and files, for instance {@code invalid-utf8}. */
  public String label() {
    return Json.name(this);
  }
}
