package org.seqlm.ngram.kenlm;

import org.seqlm.UserException;
import org.seqlm.store.MappedFile;

/**
 * N-grams in a trie, the last word first ({@code lm/search_trie.hh}). Where numbers come from
 * tables, the file begins with these: the version of tables, 2, the bits of p and those of γ, a
 * byte each, and five bytes of padding; then p's table and γ's of orders 2 to N - 1, and p's of
 * order N. Then unigrams by the word's number, with room for two more than there are: log10 p,
 * log10 γ and, in 64 bits, where the bigrams begin that end with the word; those of the next word
 * begin where they end. Then a {@link TrieLevel} an order.
 */
final class TrieSearch implements NgramSearch {
  private static final int TABLES_VERSION = 2;
  private static final int SHARED_VERSION = 0;
  private static final int MOST_TABLE_BITS = 25;
  private static final int UNIGRAM = 2 * Float.BYTES + Long.BYTES;

  private final MappedFile file;
  private final long unigrams;
  private final TrieLevel[] levels; // orders 2 to N

  /**
   * @param start where the n-grams begin in the file
   * @throws UserException with exit code 3 if the file says what no such file can
   */
  TrieSearch(MappedFile file, KenlmHeader header, long start, String name) {
    this.file = file;
    long[] counts = header.counts();
    int order = counts.length;
    levels = new TrieLevel[order - 1];
    TrieTables[] tables = new TrieTables[order - 1];
    unigrams = header.type().quantized() ? tables(file, start, name, tables) : start;
    long at = unigrams + (counts[0] + 2) * UNIGRAM;
    int most = header.type().sharesPointers() && order > 2 ? mostShared(file, at, name) : 0;
    for (int n = 2; n <= order; n++) {
      TriePointers pointers = null;
      if (n < order) {
        pointers =
            header.type().sharesPointers()
                ? TriePointers.shared(file, at, counts[n - 1], counts[n], most)
                : TriePointers.whole(file, at, counts[n]);
        at = pointers.end();
      }
      levels[n - 2] = new TrieLevel(file, at, counts[0], counts[n - 1], tables[n - 2], pointers);
      at = levels[n - 2].end();
    }
  }

  /**
   * Finds the tables.
   *
   * @param into receives those of each order from 2 on
   * @return where they end
   */
  private static long tables(MappedFile file, long start, String name, TrieTables[] into) {
    if (file.size() < start + Long.BYTES) {
      throw KenlmHeader.cut(name, file, start + Long.BYTES);
    }
    int version = file.get(start);
    int probabilityBits = file.get(start + 1);
    int backoffBits = file.get(start + 2);
    if (version != TABLES_VERSION) {
      throw KenlmHeader.damaged(
          name, "its tables must be of version " + TABLES_VERSION + ", but are of " + version);
    }
    if (Math.min(probabilityBits, backoffBits) < 1
        || Math.max(probabilityBits, backoffBits) > MOST_TABLE_BITS) {
      throw KenlmHeader.damaged(
          name,
          "its tables must be of 1 to "
              + MOST_TABLE_BITS
              + " bits, but are of "
              + probabilityBits
              + " and "
              + backoffBits);
    }
    long at = start + Long.BYTES;
    for (int i = 0; i < into.length; i++) {
      boolean last = i == into.length - 1;
      long backoffs = at + ((long) Float.BYTES << probabilityBits);
      into[i] = new TrieTables(file, at, probabilityBits, backoffs, last ? 0 : backoffBits);
      at = last ? backoffs : backoffs + ((long) Float.BYTES << backoffBits);
    }
    return at;
  }

  private static int mostShared(MappedFile file, long at, String name) {
    if (file.size() < at + 2) {
      throw KenlmHeader.cut(name, file, at + 2);
    }
    if (file.get(at) != SHARED_VERSION) {
      throw KenlmHeader.damaged(
          name,
          "its pointers must be of version " + SHARED_VERSION + ", but are of " + file.get(at));
    }
    return file.get(at + 1) & 0xff;
  }

  @Override
  public long end() {
    return levels[levels.length - 1].end();
  }

  @Override
  public float backoff(int word) {
    return file.getFloat(unigrams + (long) word * UNIGRAM + Float.BYTES);
  }

  @Override
  public void find(int[] context, int length, int word, Lookup lookup) {
    long at = unigrams + (long) word * UNIGRAM;
    lookup.next = 0;
    lookup.found(1, file.getFloat(at), file.getFloat(at + Float.BYTES));
    lookup.begin = file.getLong(at + 2 * Float.BYTES);
    lookup.end = file.getLong(at + UNIGRAM + 2 * Float.BYTES);
    for (int m = 0;
        m < length && lookup.begin < lookup.end && levels[m].find(context[m], m + 2, lookup);
        m++) {
      // The last level leaves the pointers, but no context is longer than what leads to it.
    }
  }
}
