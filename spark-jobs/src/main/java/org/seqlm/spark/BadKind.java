package org.seqlm.spark;

import org.seqlm.artifact.Json;

/** Why a record, or a file, was left out. */
enum BadKind {
  INVALID_UTF8,
  OVER_LONG,
  BAD_JSON,
  /** The key or column is absent, null or no text. */
  MISSING_FIELD,
  /**
   * A file that cannot be opened, or breaks off; the records before the break are kept. It counts
   * as a file, not as a record.
   */
  UNREADABLE_FILE;

  /** Its place in arrays that count kinds. */
  @SuppressWarnings("EnumOrdinal") // arrays of primitives cross the wire; nothing stores the number
  int index() {
    return ordinal();
  }

  /** The name in reports and files, for instance {@code invalid-utf8}. */
  String label() {
    return Json.name(this);
  }
}
