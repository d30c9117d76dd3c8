package org.seqlm.ngram.kenlm;

import org.seqlm.store.MappedFile;

/**
 * N-grams in hash tables ({@code lm/search_hashed.hh}). Unigrams are pairs of log10 p and log10 γ
 * by the word's number, with room for one more than there are; then a table an order, whose values
 * are such pairs and in the highest order log10 p alone. An n-gram's key is its words' hash, the
 * last word first. The sign of p, which is never above 1, is 0 where a longer n-gram ends with this
 * one.
 */
final class ProbingSearch implements NgramSearch {
  private static final long CONTEXT_FACTOR = 0x7c9b_a273_3b63_f585L;
  private static final long WORD_FACTOR = 0xf857_4e12_2163_4907L;
  private static final int SIGN = 0x8000_0000;
  private static final int PAIR = 2 * Float.BYTES;

  private final MappedFile file;
  private final long unigrams;
  private final HashTable[] middle; // orders 2 to N - 1
  private final HashTable longest;

  /**
   * @param start where the n-grams begin in the file
   */
  ProbingSearch(MappedFile file, KenlmHeader header, long start) {
    this.file = file;
    this.unigrams = start;
    long[] counts = header.counts();
    middle = new HashTable[counts.length - 2];
    long at = start + (counts[0] + 1) * PAIR;
    for (int i = 0; i < middle.length; i++) {
      middle[i] =
          new HashTable(
              file, at, Long.BYTES + PAIR, HashTable.buckets(counts[i + 1], header.multiplier()));
      at = middle[i].end();
    }
    longest =
        new HashTable(
            file,
            at,
            Long.BYTES + Float.BYTES,
            HashTable.buckets(counts[counts.length - 1], header.multiplier()));
  }

  @Override
  public long end() {
    return longest.end();
  }

  @Override
  public float backoff(int word) {
    return file.getFloat(unigrams + (long) word * PAIR + Float.BYTES);
  }

  @Override
  public void find(int[] context, int length, int word, Lookup lookup) {
    lookup.next = 0;
    long at = unigrams + (long) word * PAIR;
    long key = word;
    int order = 1;
    while (true) {
      int p = file.getInt(at);
      lookup.found(order, Float.intBitsToFloat(p | SIGN), file.getFloat(at + Float.BYTES));
      if (order > length || (p & SIGN) != 0) {
        return;
      }
      key = key * CONTEXT_FACTOR ^ (1L + context[order - 1]) * WORD_FACTOR;
      HashTable table = order > middle.length ? longest : middle[order - 1];
      at = table.find(key);
      if (at < 0) {
        return;
      }
      order++;
      if (table == longest) {
        lookup.longest(order, file.getFloat(at));
        return;
      }
    }
  }
}
