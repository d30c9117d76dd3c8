package org.seqlm.text;

/** What the word tokeniser makes of a visible character that belongs to no word. */
public enum Punctuation {
  /** It only separates words. */
  DROP,
  /** It is a token of its own. */
  KEEP
}
