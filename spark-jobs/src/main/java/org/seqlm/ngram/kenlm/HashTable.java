package org.seqlm.ngram.kenlm;

import org.seqlm.store.MappedFile;

/**
 * A hash table of KenLM's in a mapped file ({@code util/probing_hash_table.hh}): buckets of one
 * size, each a 64-bit key, 0 where it is free, and a value; a key lies in the first free bucket
 * from {@code key mod buckets} on.
 */
final class HashTable {
  private final MappedFile file;
  private final long start;
  private final int entry;
  private final long buckets;
  private final long inverse; // floor((2^64 - 1) / buckets)

  /**
   * @param start where it begins in the file
   * @param entry bytes of a bucket, 12 or 16
   * @param buckets 1 to 2^62
   */
  HashTable(MappedFile file, long start, int entry, long buckets) {
    this.file = file;
    this.start = start;
    this.entry = entry;
    this.buckets = buckets;
    this.inverse = Long.divideUnsigned(-1, buckets);
  }

  /** How many buckets KenLM makes for so many entries: a product in float32. */
  static long buckets(long entries, float multiplier) {
    return Math.max(entries + 1, (long) (multiplier * (float) entries));
  }

  /** Where the table ends. */
  long end() {
    return start + buckets * entry;
  }

  /** The place of a key's value, or -1 if it is not there. */
  long find(long key) {
    long bucket = ideal(key);
    // A sound table has a free bucket; the count ends the search in one that is damaged.
    for (long tried = 0; tried < buckets; tried++) {
      long at = start + bucket * entry;
      long here = file.getLong(at);
      if (here == key) {
        return at + Long.BYTES;
      }
      if (here == 0) {
        return -1;
      }
      bucket = bucket + 1 == buckets ? 0 : bucket + 1;
    }
    return -1;
  }

  /**
   * {@code key mod buckets} of unsigned numbers, by a product in place of a division: the quotient
   * {@code floor(key * inverse / 2^64)} is right or one too small, as {@code key * (1 / buckets -
   * inverse / 2^64) < 1}.
   */
  long ideal(long key) {
    long quotient = Math.multiplyHigh(key, inverse) + (key >> 63 & inverse) + (inverse >> 63 & key);
    long rest = key - quotient * buckets;
    return rest >= buckets ? rest - buckets : rest;
  }
}
