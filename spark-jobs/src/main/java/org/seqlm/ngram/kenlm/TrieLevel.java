package org.seqlm.ngram.kenlm;

import org.seqlm.store.MappedFile;

/**
 * The n-grams of one order above 1 of a trie ({@code lm/trie.hh}, {@code lm/quantize.hh}), as many
 * entries of so many bits one after the other: a word, log10 p and, below the highest order, log10
 * γ and a pointer to the first entry of the next order that goes on with this one. The entries that
 * go on with one of the order below stand together, by rising word; the pointer of the next entry
 * is where those of this one end. Bits are taken from the lowest on.
 *
 * <p>Without tables p takes 31 bits, its sign left out, and γ the 32 after them. With tables γ's
 * place in its table comes first, then p's.
 */
final class TrieLevel {
  private static final int SIGN = 0x8000_0000;
  private static final int P_BITS = 31;
  private static final int PAIR_BITS = 63;

  private final MappedFile file;
  private final long start;
  private final int wordBits;
  private final long maxWord;
  private final int entryBits;
  private final long count;
  private final TrieTables tables; // null where numbers stand in full
  private final TriePointers pointers; // null in the highest order
  private final long end;

  /**
   * A level that lies behind what its pointers share.
   *
   * @param start where the entries begin in the file
   * @param words of the vocabulary
   * @param count entries
   * @param tables of numbers, or null
   * @param pointers null in the highest order
   */
  TrieLevel(
      MappedFile file,
      long start,
      long words,
      long count,
      TrieTables tables,
      TriePointers pointers) {
    this.file = file;
    this.start = start;
    this.wordBits = bits(words);
    this.maxWord = words;
    this.count = count;
    this.tables = tables;
    this.pointers = pointers;
    int numbers =
        pointers == null
            ? tables == null ? P_BITS : tables.probabilityBits()
            : tables == null ? PAIR_BITS : tables.probabilityBits() + tables.backoffBits();
    entryBits = wordBits + numbers + (pointers == null ? 0 : pointers.bits());
    end = start + ((1 + count) * entryBits + 7) / 8 + Long.BYTES;
  }

  /** How many bits numbers up to {@code most} take. */
  static int bits(long most) {
    return Long.SIZE - Long.numberOfLeadingZeros(most);
  }

  /** So many bits of the file, at most 57. */
  static long bits(MappedFile file, long start, long bit, int length) {
    return file.getLong(start + (bit >>> 3)) >>> (bit & 7) & (1L << length) - 1;
  }

  /** Where the level ends in the file. */
  long end() {
    return end;
  }

  /**
   * Finds a word among the entries that the lookup's pointers stand for, and takes it, its pointers
   * too.
   *
   * @param order of the n-grams here
   * @return whether it is there
   */
  boolean find(int word, int order, Lookup lookup) {
    if (lookup.end > count || lookup.end - lookup.begin > maxWord) {
      throw new IndexOutOfBoundsException(
          "pointers to entries " + lookup.begin + " to " + lookup.end + " of " + count);
    }
    long index = index(word, lookup.begin, lookup.end);
    if (index < 0) {
      return false;
    }
    long bit = index * entryBits + wordBits;
    if (pointers == null) {
      lookup.longest(order, probability(bit));
      return true;
    }
    if (tables == null) {
      lookup.found(
          order, probability(bit), Float.intBitsToFloat((int) bits(file, start, bit + P_BITS, 32)));
      bit += PAIR_BITS;
    } else {
      lookup.found(
          order,
          probability(bit + tables.backoffBits()),
          tables.backoff((int) bits(file, start, bit, tables.backoffBits())));
      bit += tables.backoffBits() + tables.probabilityBits();
    }
    pointers.read(start, bit, entryBits, index, lookup);
    return true;
  }

  private float probability(long bit) {
    return tables == null
        ? Float.intBitsToFloat((int) bits(file, start, bit, P_BITS) | SIGN)
        : tables.probability((int) bits(file, start, bit, tables.probabilityBits()));
  }

  /** The entry of a word in {@code [from, to)}, or -1. Words are spread about evenly. */
  private long index(int word, long from, long to) {
    long before = from - 1;
    long after = to;
    long low = 0;
    long high = maxWord;
    while (after - before > 1) {
      long between = after - before - 1;
      long guess = (word - low) * between / (high - low + 1);
      long pivot = before + 1 + guess;
      long here = bits(file, start, pivot * entryBits, wordBits);
      if (here == word) {
        return pivot;
      }
      if (here < word) {
        before = pivot;
        low = here;
      } else {
        after = pivot;
        high = here;
      }
    }
    return -1;
  }
}
