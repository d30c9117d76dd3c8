package org.seqlm.text;

/** How a record is cut into tokens. */
public enum TokenizerKind {
  /** Every code point, line feeds included; nothing is inserted. */
  CHAR,
  /** Words by Unicode's letters, marks and digits. */
  WORD,
  /** Runs between KenLM's five separators: NUL, tab, line feed, carriage return and space. */
  WHITESPACE,
  /** As the stages of a list say; in all else as words. */
  CHAIN
}
