package org.seqlm.ngram.compiled;

import org.seqlm.store.MappedFile;

/**
 * The n-grams of one order as a trie's level, in packed bits: a record has the word that an n-gram
 * adds before the shorter one, its log10 p, and but for the highest order its log10 γ and where the
 * longer ones that it begins are in the next level. Records stand in the order of their keys, so
 * those of one shorter n-gram are consecutive and their words rise.
 *
 * <p>Of the places in the next level, which rise, the lower bits stand in the record and the upper
 * ones aside: {@code jumps} has, for each of their values from 1 on, the first record that reaches
 * it (Raj &amp; Whittaker 2003; the array of KenLM's compressed trie), and {@code samples} the
 * value at every so many records, so that few jumps are looked at.
 */
final class PackedOrder {
  private final MappedFile file;
  private final long offset;
  private final int stride; // bits of a record, and where in it its parts begin
  private final int probabilityAt;
  private final int backoffAt;
  private final int pointerAt;
  private final int pointerBits;
  private final int sampleBits;
  private final long wordMask;
  private final long probabilityMask;
  private final long backoffMask;
  private final long pointerMask;
  private final long jumps;
  private final boolean wideJumps;
  private final long samples;

  /**
   * Bits of a record.
   *
   * @param word of an id
   * @param probability 31, or those of a quantised one
   * @param backoff 32, or those of a quantised one; 0 of the highest order
   * @param pointer the lower bits of a place; 0 of the highest order
   * @param sample binary logarithm of the records between two samples
   */
  record Widths(int word, int probability, int backoff, int pointer, int sample) {
    int all() {
      return word + probability + backoff + pointer;
    }
  }

  /**
   * @param name of the section; those of jumps and samples go on from it
   * @param records that it has, without the one that ends all
   */
  PackedOrder(CompiledFile compiled, String name, Widths widths, long records, boolean highest) {
    CompiledHeader header = compiled.header();
    this.file = compiled.bytes();
    this.stride = widths.all();
    this.probabilityAt = widths.word();
    this.backoffAt = probabilityAt + widths.probability();
    this.pointerAt = backoffAt + widths.backoff();
    this.pointerBits = widths.pointer();
    this.sampleBits = widths.sample();
    this.offset = header.section(name).offset();
    this.wordMask = mask(widths.word());
    this.probabilityMask = mask(widths.probability());
    this.backoffMask = mask(widths.backoff());
    this.pointerMask = mask(widths.pointer());
    this.jumps = highest ? 0 : header.section(jumps(name)).offset();
    this.wideJumps = wideJumps(records);
    this.samples = highest ? 0 : header.section(samples(name)).offset();
  }

  /** Whether a record's number may not fit into an int. */
  static boolean wideJumps(long records) {
    return records >= Integer.MAX_VALUE;
  }

  static String jumps(String name) {
    return name + "-jumps";
  }

  static String samples(String name) {
    return name + "-samples";
  }

  private static long mask(int bits) {
    return (1L << bits) - 1;
  }

  private long bits(long bit) {
    return file.getLong(offset + (bit >>> 3)) >>> (bit & 7);
  }

  /** The word of a record. */
  int word(long record) {
    return (int) (bits(record * stride) & wordMask);
  }

  /** The bits of its probability. */
  int probability(long record) {
    return (int) (bits(record * stride + probabilityAt) & probabilityMask);
  }

  /** The bits of its weight. */
  int backoff(long record) {
    return (int) (bits(record * stride + backoffAt) & backoffMask);
  }

  private long low(long record) {
    return bits(record * stride + pointerAt) & pointerMask;
  }

  private long jump(long number) {
    return wideJumps ? file.getLong(jumps + 8 * number) : file.getInt(jumps + 4 * number);
  }

  /** The upper bits of a record's place in the next level. */
  long high(long record) {
    long sample = samples + Integer.BYTES * (record >>> sampleBits);
    long from = file.getInt(sample);
    long to = file.getInt(sample + Integer.BYTES);
    // How many jumps are not behind the record.
    while (from < to) {
      long middle = (from + to) >>> 1;
      if (jump(middle) <= record) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  /** Where what a record begins starts in the next level. */
  long begin(long record, long high) {
    return high << pointerBits | low(record);
  }

  /** Where that of the next record starts. */
  long end(long record, long high) {
    long next = high;
    // The last record is one that ends all, and is itself the end of no search.
    while (jump(next) == record + 1) {
      next++;
    }
    return next << pointerBits | low(record + 1);
  }
}
