package org.seqlm.text;

/** Which characters of a record survive. */
public enum Alphabet {
  ALL,
  /**
   * Every run of characters other than {@code A-Z a-z} becomes one space; the record's ends are
   * stripped.
   */
  LETTERS_ONLY
}
