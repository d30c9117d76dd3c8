package org.seqlm.duplicates;

import java.util.Arrays;
import java.util.function.LongConsumer;
import org.seqlm.text.Hash128;
import org.seqlm.text.RollingHash;
import org.seqlm.text.WordsHash;

/**
 * The shingles of a document as a set of hashes of 64 bits. Lines go in; a shingle is {@link
 * ShingleRules#length} consecutive units, across lines too. A document with fewer units, but at
 * least one, has one shingle, which is all of it.
 *
 * <p>A set holds at most {@code most} hashes, the least ones: of a longer document it is a sample,
 * the bottom sketch of Broder (1997), section 4, by which {@link Jaccard} estimates. So a document
 * of any length takes 16 bytes for each of these at most. One instance a thread.
 */
public final class Shingles {
  /**
   * Hashes of a set, unless told otherwise: above it the standard error of a Jaccard similarity is
   * less than 0.001.
   */
  public static final int MOST = 1 << 18;

  private final int length;
  private final boolean characters;
  private final int most;
  private final LongConsumer each;
  private final WordsHash cutter = new WordsHash(this::word);
  private final long[] last; // (place mod length): hashes of the last units
  private final RollingHash rolling;
  private long units;
  private long words;
  private long hash;

  private long[] set = new long[256];
  private int size;
  private long bound; // greater hashes are not wanted

  public Shingles(ShingleRules rules) {
    this(rules, MOST, hash -> {});
  }

  /**
   * @param most hashes of a set
   * @param each takes every shingle, also repeated ones and those that the set has no room for
   */
  public Shingles(ShingleRules rules, int most, LongConsumer each) {
    length = rules.length();
    characters = rules.unit() == ShingleRules.Unit.CHARACTERS;
    this.most = most;
    this.each = each;
    last = new long[length];
    rolling = new RollingHash(length);
    clear();
  }

  /** Begins a document. */
  public Shingles clear() {
    units = 0;
    words = 0;
    hash = 0;
    size = 0;
    bound = Long.MAX_VALUE;
    cutter.clear();
    return this;
  }

  /** Adds a line, valid UTF-8. */
  public Shingles add(byte[] utf8, int from, int to) {
    cutter.add(utf8, from, to);
    return this;
  }

  /**
   * Ends the document.
   *
   * @return its set, rising; empty if it has no word; a new array
   */
  public long[] end() {
    if (units > 0 && units < length) {
      put(Hash128.mix(hash ^ units * RollingHash.BASE));
      units = length; // once
    }
    shrink();
    return Arrays.copyOf(set, size);
  }

  private void word(byte[] utf8, int bytes, long wordHash) {
    words++;
    if (!characters) {
      unit(wordHash);
      return;
    }
    if (words > 1) {
      unit(' ');
    }
    int i = 0;
    while (i < bytes) {
      int c = utf8[i++] & 0xFF;
      while (i < bytes && (utf8[i] & 0xC0) == 0x80) {
        c = c << 8 | utf8[i++] & 0xFF;
      }
      unit(c);
    }
  }

  private void unit(long value) {
    long mixed = Hash128.mix(value + RollingHash.BASE);
    int place = (int) (units % length);
    hash = units < length ? RollingHash.with(hash, mixed) : rolling.next(hash, last[place], mixed);
    last[place] = mixed;
    units++;
    if (units >= length) {
      put(Hash128.mix(hash));
    }
  }

  private void put(long shingle) {
    each.accept(shingle);
    if (shingle > bound) {
      return;
    }
    if (size == set.length) {
      if (size < 2 * most) {
        set = Arrays.copyOf(set, Math.min(2 * size, 2 * most));
      } else {
        shrink();
      }
    }
    set[size++] = shingle;
  }

  /** Sorts, leaves out what is there twice and what there is no room for. */
  private void shrink() {
    Arrays.sort(set, 0, size);
    int kept = 0;
    for (int i = 0; i < size && kept < most; i++) {
      if (kept == 0 || set[kept - 1] != set[i]) {
        set[kept++] = set[i];
      }
    }
    size = kept;
    if (kept == most) {
      bound = set[kept - 1];
    }
  }
}
