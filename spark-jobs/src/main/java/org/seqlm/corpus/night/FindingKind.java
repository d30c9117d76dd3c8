package org.seqlm.corpus.night;

import java.util.Locale;

/** What can be told about the text that a night finds; all but what is early is odd. */
public enum FindingKind {
  /** A partition of a date before the newest one taken that was not there when that was taken. */
  LATE,
  /** A partition of a date after the night's. */
  EARLY,
  /** Dates up to the night's without a partition. */
  MISSING,
  /** A partition without files, bytes or documents. */
  EMPTY,
  /** A partition with much less than those before it: of bytes or, once read, documents. */
  SHRUNKEN,
  /** A partition with much more than those before it. */
  GROWN,
  /** A partition that was taken and has other files now. */
  CHANGED,
  /** A partition with the text of another one, taken before or in the same night. */
  DUPLICATE,
  /** The night itself is of a date that has not come. */
  FUTURE;

  /** The key of the policy. */
  public String key() {
    return "night." + name().toLowerCase(Locale.ROOT);
  }

  /** Whether there is a partition that could be taken or left out. */
  public boolean isOfPartition() {
    return this != MISSING && this != FUTURE;
  }
}
