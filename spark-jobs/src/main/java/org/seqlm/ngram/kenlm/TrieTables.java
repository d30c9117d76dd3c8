package org.seqlm.ngram.kenlm;

import org.seqlm.store.MappedFile;

/**
 * The numbers of one order of a quantized trie: the log10 p that its n-grams have, and below the
 * highest order the log10 γ.
 *
 * @param probabilities where those of p begin in the file
 * @param probabilityBits binary logarithm of how many there are, 1 to 25
 * @param backoffs where those of γ begin
 * @param backoffBits binary logarithm of how many there are, 1 to 25; 0 for none
 */
record TrieTables(
    MappedFile file, long probabilities, int probabilityBits, long backoffs, int backoffBits) {

  float probability(int place) {
    return file.getFloat(probabilities + (long) Float.BYTES * place);
  }

  float backoff(int place) {
    return file.getFloat(backoffs + (long) Float.BYTES * place);
  }
}
