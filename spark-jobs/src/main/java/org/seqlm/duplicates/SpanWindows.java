package org.seqlm.duplicates;

import java.util.SplittableRandom;
import org.seqlm.text.Hash128;

/**
 * Hashes of all windows of a length over the words of a document, one after the other, as in Karp
 * &amp; Rabin (1987), "Efficient randomized pattern-matching algorithms"; and which of them are
 * chosen, so that equal stretches have the same ones chosen: the least of every {@code choose}
 * consecutive windows, of equal ones the last (Schleimer, Wilkerson &amp; Aiken 2003, "Winnowing",
 * definition 1). One instance a thread.
 *
 * <p>A window has two hashes modulo 2^61 - 1, each a polynomial in two bases that the seed draws:
 * one over a word's length and its bytes, seven at a time, and one over the window's words. So two
 * windows of L words that differ, of at most k times seven bytes a word, have one hash the same
 * with a probability of at most (L + k) / 2^61, and both with at most its square, whatever the text
 * is that was written without knowing the seed.
 */
public final class SpanWindows {
  /** Takes windows. */
  @FunctionalInterface
  public interface Sink {
    /**
     * A window.
     *
     * @param from the place of its first word in the document, from 0
     * @param hash of its words
     * @param other hash of them: both are equal where windows are
     */
    void window(long from, long hash, long other);
  }

  private final int length;
  private final int choose;
  private final Sink sink;
  private final Lane first;
  private final Lane second;
  private final long[] hashes; // (place mod choose) of the last windows
  private final long[] others; // the same
  private long place;
  private long chosen; // the place of the window chosen last; -1 for none

  /**
   * All windows of {@code length} words, 1 or more.
   *
   * @param seed the same for documents that are compared
   */
  public SpanWindows(int length, long seed, Sink sink) {
    this(length, 1, seed, sink);
  }

  /**
   * Chosen windows of {@code length} words.
   *
   * @param choose of so many consecutive windows at least one: equal stretches of {@code length +
   *     choose - 1} words have one in common
   * @param seed the same for documents that are compared
   */
  public SpanWindows(int length, int choose, long seed, Sink sink) {
    this.length = length;
    this.choose = choose;
    this.sink = sink;
    SplittableRandom random = new SplittableRandom(seed);
    first = new Lane(length, random);
    second = new Lane(length, random);
    hashes = new long[choose];
    others = new long[choose];
    clear();
  }

  /** Begins a document: no window lies in two. */
  public void clear() {
    place = 0;
    first.hash = 0;
    second.hash = 0;
    chosen = -1;
  }

  /** The next word, any bytes. */
  public void word(byte[] bytes, int from, int to) {
    int slot = (int) (place % length);
    boolean full = place >= length;
    first.word(bytes, from, to, slot, full);
    second.word(bytes, from, to, slot, full);
    place++;
    if (place >= length) {
      // Mixed, or the least would be those of small polynomials.
      window(place - length, Hash128.mix(first.hash), second.hash);
    }
  }

  private void window(long from, long mixed, long other) {
    hashes[(int) (from % choose)] = mixed;
    others[(int) (from % choose)] = other;
    long earliest = from - choose + 1;
    if (earliest < 0) {
      return;
    }
    if (chosen >= earliest) {
      // The old choice stands unless the new window is as small.
      if (mixed > hashes[(int) (chosen % choose)]) {
        return;
      }
      chosen = from;
    } else {
      chosen = earliest;
      for (long i = earliest + 1; i <= from; i++) {
        if (hashes[(int) (i % choose)] <= hashes[(int) (chosen % choose)]) {
          chosen = i;
        }
      }
    }
    int slot = (int) (chosen % choose);
    sink.window(chosen, hashes[slot], others[slot]);
  }

  /** One of the hashes of the last window. */
  private static final class Lane {
    private static final long MODULUS = (1L << 61) - 1;
    private static final int CHUNK = 7; // bytes that are less than the modulus together

    private final long ofBytes;
    private final long ofWords;
    private final long gone; // ofWords^length
    private final long[] last; // (place mod length): hashes of words
    private long hash;

    Lane(int length, SplittableRandom random) {
      ofBytes = random.nextLong(2, MODULUS - 1);
      ofWords = random.nextLong(2, MODULUS - 1);
      long power = 1;
      for (int i = 0; i < length; i++) {
        power = times(power, ofWords);
      }
      gone = power;
      last = new long[length];
    }

    void word(byte[] bytes, int from, int to, int slot, boolean full) {
      long word = to - from;
      for (int at = from; at < to; at += CHUNK) {
        long chunk = 0;
        for (int i = at; i < Math.min(to, at + CHUNK); i++) {
          chunk = chunk << 8 | bytes[i] & 0xFF;
        }
        word = plus(times(word, ofBytes), chunk);
      }
      hash = plus(times(hash, ofWords), word);
      if (full) {
        hash = plus(hash, MODULUS - times(last[slot], gone));
      }
      last[slot] = word;
    }

    private static long plus(long a, long b) {
      long sum = a + b;
      return sum >= MODULUS ? sum - MODULUS : sum;
    }

    /** Of two that are less than the modulus. */
    private static long times(long a, long b) {
      long low = a * b;
      // 2^61 is 1 here.
      return plus(low & MODULUS, reduced(Math.multiplyHigh(a, b) << 3 | low >>> 61));
    }

    private static long reduced(long a) {
      return a >= MODULUS ? a - MODULUS : a;
    }
  }
}
