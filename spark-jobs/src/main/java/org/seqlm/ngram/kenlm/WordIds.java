package org.seqlm.ngram.kenlm;

/**
 * The numbers of a KenLM binary's words, by their {@link MurmurHash}: 0 is {@code <unk>}, which no
 * file lists. Safe for any number of threads.
 */
interface WordIds {
  /** KenLM's number of the word with a hash; 0 if there is none. */
  int id(long hash);

  /** How many numbers there are, 0 among them. */
  int size();

  /** Where they begin in the file. */
  long start();

  /** Where they end. */
  long end();
}
