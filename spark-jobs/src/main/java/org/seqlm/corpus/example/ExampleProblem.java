package org.seqlm.corpus.example;

import org.seqlm.artifact.Json;
import org.seqlm.corpus.BadKind;

/** Why an example, or a file of examples, was left out. */
public enum ExampleProblem {
  /** Bytes that are no UTF-8, or escapes that are no Unicode text. */
  INVALID_UTF8,
  /** Longer than a record may be. */
  OVER_LONG,
  /** A line that is no JSON object. */
  BAD_JSON,
  /** A row that has not as many fields as its file's first one names. */
  BAD_ROW,
  /** A column is absent or null. */
  MISSING_COLUMN,
  /** A value is not what its role asks for. */
  WRONG_TYPE,
  /** A sequence, or a text, without any element. */
  EMPTY,
  /** Tags are not as many as elements, or times not as many as steps. */
  UNEQUAL_LENGTHS,
  /** A number that is NaN, infinite or outside float32. */
  NOT_FINITE,
  /** A whole number outside its range. */
  OUT_OF_RANGE,
  /** Values are not as many as their shape says. */
  WRONG_SHAPE,
  /** The shape, or the kind of values, is not that of the first example. */
  OTHER_SHAPE,
  /** A series of which no value is there. */
  ALL_MISSING,
  /** What the column of splits holds names none. */
  NO_SPLIT,
  /** A file that cannot be opened, or breaks off; it counts as a file, not as an example. */
  UNREADABLE_FILE;

  /** Its place in arrays that count problems; nothing stores the number. */
  public int index() {
    return ordinal();
  }

  /** The name in reports and files, for instance {@code unequal-lengths}. */
  public String label() {
    return Json.name(this);
  }

  /** What a reader of records found. */
  static ExampleProblem of(BadKind kind) {
    return switch (kind) {
      case INVALID_UTF8 -> INVALID_UTF8;
      case OVER_LONG -> OVER_LONG;
      case BAD_JSON -> BAD_JSON;
      case MISSING_FIELD -> MISSING_COLUMN;
      case UNREADABLE_FILE -> UNREADABLE_FILE;
      case BAD_WARC, OTHER_TYPE, NO_DOCUMENT ->
          throw new IllegalArgumentException("no example is of a web archive, but " + kind);
    };
  }
}
