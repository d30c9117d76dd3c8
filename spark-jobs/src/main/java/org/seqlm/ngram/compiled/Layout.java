package org.seqlm.ngram.compiled;

/** How a compiled model's n-grams lie in its file. */
public enum Layout {
  /** In tables with open addressing: one look-up a context word, at about 1.5 slots an n-gram. */
  FAST,
  /** In a trie of packed bits: several times less, and slower. */
  SMALL
}
