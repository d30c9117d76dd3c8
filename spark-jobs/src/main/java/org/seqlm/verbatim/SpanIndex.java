package org.seqlm.verbatim;

import java.util.Arrays;
import java.util.List;
import org.seqlm.text.RollingHash;

/**
 * The different spans of some samples, by hash: a span is L consecutive tokens of one sample, and
 * has a number, from 0 by first appearance. The hash of a window is rolled on token by token
 * ({@link RollingHash}, of mixed ids); a window of an equal hash is compared token by token, so
 * none counts that is not equal.
 */
public final class SpanIndex {
  private static final int NONE = -1;

  private final int length;
  private final long mask; // of hashes: all bits but in tests
  private final RollingHash rolling;
  private final int[][] samples;
  private final int[][] numbers; // (sample; place): its span, or NONE
  private long[] hashes; // (span)
  private int[] sampleOf; // (span): where it first stands
  private int[] placeOf; // (span)
  private int[] slots; // open addressing: span + 1, or 0
  private int size;

  private SpanIndex(List<int[]> samples, int length, long mask) {
    this.length = length;
    this.mask = mask;
    this.rolling = new RollingHash(length);
    this.samples = samples.toArray(int[][]::new);
    this.numbers = new int[samples.size()][];
    int windows = 16;
    for (int[] sample : samples) {
      windows = Math.addExact(windows, sample.length);
    }
    hashes = new long[windows];
    sampleOf = new int[windows];
    placeOf = new int[windows];
    slots = new int[Integer.highestOneBit(windows) << 2];
    for (int s = 0; s < this.samples.length; s++) {
      add(s);
    }
    hashes = Arrays.copyOf(hashes, size);
  }

  /**
   * The spans of samples.
   *
   * @param samples ids of a text's vocabulary; a negative one is a token that the text does not
   *     have, and stands in no span
   * @param length tokens of a span, 1 or more
   */
  public static SpanIndex of(List<int[]> samples, int length) {
    return of(samples, length, -1L);
  }

  /**
   * @param mask of the bits of a hash that are used
   */
  static SpanIndex of(List<int[]> samples, int length, long mask) {
    return new SpanIndex(samples, length, mask);
  }

  private void add(int s) {
    int[] sample = samples[s];
    numbers[s] = new int[Math.max(0, sample.length - length + 1)];
    Arrays.fill(numbers[s], NONE);
    long hash = 0;
    int run = 0;
    for (int i = 0; i < sample.length; i++) {
      if (sample[i] < 0) {
        run = 0;
        hash = 0;
        continue;
      }
      hash = run < length ? next(hash, sample[i]) : next(hash, sample[i - length], sample[i]);
      run++;
      if (run >= length) {
        int place = i - length + 1;
        int slot = slot(hash, sample, place);
        if (slots[slot] == 0) {
          hashes[size] = hash & mask;
          sampleOf[size] = s;
          placeOf[size] = place;
          slots[slot] = ++size;
        }
        numbers[s][place] = slots[slot] - 1;
      }
    }
  }

  /** The slot of a window, or the one where it belongs. */
  private int slot(long hash, int[] tokens, int from) {
    long key = hash & mask;
    int slot = (int) (mix(key) & (slots.length - 1));
    while (slots[slot] != 0) {
      int span = slots[slot] - 1;
      int place = placeOf[span];
      if (hashes[span] == key
          && Arrays.equals(
              tokens, from, from + length, samples[sampleOf[span]], place, place + length)) {
        break;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }

  /** Tokens of a span. */
  public int length() {
    return length;
  }

  /** How many different ones there are. */
  public int size() {
    return size;
  }

  /**
   * The span that begins at each place of a sample, (place), shorter than the sample by a span but
   * for one token; -1 where none does. Not a copy.
   */
  public int[] spans(int sample) {
    return numbers[sample];
  }

  /** The hash of a window with one token more, while it is not full. */
  long next(long hash, int token) {
    return RollingHash.with(hash, mix(token));
  }

  /** The hash of a full window that loses its first token and gets another last one. */
  long next(long hash, int first, int token) {
    return rolling.next(hash, mix(first), mix(token));
  }

  /**
   * The span that the tokens {@code [from, from + length)} are, or -1.
   *
   * @param hash of them
   */
  int find(long hash, int[] tokens, int from) {
    return slots[slot(hash, tokens, from)] - 1;
  }

  /** SplitMix64's finaliser (Steele, Lea &amp; Flood 2014): equal ids are far apart. */
  private static long mix(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
