package org.seqlm.ngram.kenlm;

import org.seqlm.store.MappedFile;

/**
 * The pointers of one order of a trie to the next ({@code lm/bhiksha.hh}). Either they stand in the
 * entries; or entries hold their low bits, and a table tells, for each value of the high bits, the
 * first entry whose pointer has it or a larger one (Raj and Whittaker 2003, Lossless compression of
 * language model structure and word identifiers).
 */
final class TriePointers {
  private final MappedFile file;
  private final int bits;
  private final long table; // where it begins in the file, a multiple of 8
  private final long values; // in it; 0 for no table
  private final long end;

  private TriePointers(MappedFile file, int bits, long table, long values, long end) {
    this.file = file;
    this.bits = bits;
    this.table = table;
    this.values = values;
    this.end = end;
  }

  /**
   * Pointers that stand in the entries.
   *
   * @param start where the level begins in the file
   * @param largest pointer
   */
  static TriePointers whole(MappedFile file, long start, long largest) {
    return new TriePointers(file, TrieLevel.bits(largest), start, 0, start);
  }

  /**
   * Pointers that share their high bits, as many as take the least room in all.
   *
   * @param start where the level begins in the file
   * @param entries of the level
   * @param largest pointer
   * @param most high bits, 0 to 255
   */
  static TriePointers shared(MappedFile file, long start, long entries, long largest, int most) {
    int needed = TrieLevel.bits(largest);
    int best = 0;
    long least = Long.MAX_VALUE;
    for (int high = 0; high <= Math.min(needed, most); high++) {
      long change = (largest >>> needed - high) * Long.SIZE - (entries + 1) * high;
      if (change < least) {
        least = change;
        best = high;
      }
    }
    long values = (largest >>> needed - best) + 1;
    // 8 bytes before the table, which lies at a multiple of 8 from the file's beginning.
    long table = (start + 7) / 8 * 8 + Long.BYTES;
    return new TriePointers(
        file, needed - best, table, values, start + Long.BYTES * (1 + values) + 7);
  }

  /** How many stand in an entry. */
  int bits() {
    return bits;
  }

  /** Where what they share ends in the file, and the entries begin. */
  long end() {
    return end;
  }

  /**
   * Reads the pointers of an entry and of the next one.
   *
   * @param start of the entries in the file
   * @param bit of the entry's pointer
   * @param step bits to the next entry's
   * @param index of the entry
   * @param lookup receives where the longer n-grams begin and end
   */
  void read(long start, long bit, int step, long index, Lookup lookup) {
    lookup.begin = TrieLevel.bits(file, start, bit, bits);
    lookup.end = TrieLevel.bits(file, start, bit + step, bits);
    if (values > 0) {
      long high = high(index);
      lookup.begin |= high << bits;
      while (high + 1 < values && file.getLong(table + Long.BYTES * (high + 1)) <= index + 1) {
        high++;
      }
      lookup.end |= high << bits;
    }
  }

  /** The last place in the table that holds at most an entry's index. */
  private long high(long index) {
    long low = 0;
    long above = values;
    while (above - low > 1) {
      long middle = low + above >>> 1;
      if (file.getLong(table + Long.BYTES * middle) <= index) {
        low = middle;
      } else {
        above = middle;
      }
    }
    return low;
  }
}
