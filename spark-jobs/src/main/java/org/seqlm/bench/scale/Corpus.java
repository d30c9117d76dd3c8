package org.seqlm.bench.scale;

/** Kinds of generated text; each strains something else. */
public enum Corpus {
  /** Words as frequent as Zipf's law has them: a few in most windows, most in few. */
  ZIPF,
  /** Lines {@code aI bJ of the cK}: every fifth context is the same two words. */
  OF_THE,
  /** One line, over and over: few n-grams, and each as frequent as there are lines. */
  ONE_LINE,
  /** Letters a, c, g and t, for high orders: few short n-grams, and all of them. */
  FOUR_LETTERS,
  /** No word twice: as many types as tokens. */
  DISTINCT,
  /** Every other token, more or less, is one word. */
  HALF_ONE_WORD,
  /** As {@link #ZIPF}, in files of 2 KB. */
  SMALL_FILES;

  /** Whether its frequencies are those of Zipf's law. */
  public boolean followsZipf() {
    return this == ZIPF || this == SMALL_FILES;
  }
}
