package org.seqlm.text;

/** What becomes of capital letters. */
public enum LetterCase {
  KEEP,
  LOWER
}
