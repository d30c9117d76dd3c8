package org.seqlm.ngram.kenlm;

/** Looks n-grams up, the last word first. Safe for any number of threads. */
interface NgramSearch {
  /**
   * Finds a word after a context: its longest n-gram, and on the way the back-offs of the n-grams
   * that end with it, which are the contexts of the next word.
   *
   * @param context KenLM's numbers of the words before, the nearest first
   * @param length of the context, 0 to N - 1
   * @param word KenLM's number of the word
   * @param lookup receives what was found
   */
  void find(int[] context, int length, int word, Lookup lookup);

  /** log10 γ of one word. */
  float backoff(int word);

  /** Where the n-grams end in the file. */
  long end();
}
