package org.seqlm.duplicates;

import org.seqlm.text.Hash128;

/**
 * Hashes of all windows of a length over the tokens of a document, one after the other, as in Karp
 * &amp; Rabin (1987); and which of them are chosen, so that equal stretches have the same ones
 * chosen: the least of every {@code least} consecutive windows, of equal ones the last (Schleimer,
 * Wilkerson &amp; Aiken 2003, "Winnowing", definition 1). One instance a thread.
 */
public final class SpanWindows {
  /** Takes windows. */
  @FunctionalInterface
  public interface Sink {
    /**
     * A window.
     *
     * @param from the place of its first token in the document, from 0
     * @param hash of its tokens
     */
    void window(long from, long hash);
  }

  private static final long BASE = 0x9E3779B97F4A7C15L;

  private final int length;
  private final int choose;
  private final Sink sink;
  private final long highest; // BASE^(length - 1)
  private final long[] last; // (place mod length)
  private final long[] hashes; // (place mod choose) of the last windows
  private long place;
  private long hash;
  private long chosen; // the place of the window chosen last; -1 for none

  /** All windows of {@code length} tokens, 1 or more. */
  public SpanWindows(int length, Sink sink) {
    this(length, 1, sink);
  }

  /**
   * Chosen windows of {@code length} tokens.
   *
   * @param choose of so many consecutive windows at least one: equal stretches of {@code length +
   *     choose - 1} tokens have one in common
   */
  public SpanWindows(int length, int choose, Sink sink) {
    this.length = length;
    this.choose = choose;
    this.sink = sink;
    long power = 1;
    for (int i = 1; i < length; i++) {
      power *= BASE;
    }
    highest = power;
    last = new long[length];
    hashes = new long[choose];
    clear();
  }

  /** Begins a document: no window lies in two. */
  public void clear() {
    place = 0;
    hash = 0;
    chosen = -1;
  }

  /** The next token. */
  public void token(long value) {
    long mixed = Hash128.mix(value + BASE);
    int slot = (int) (place % length);
    boolean full = place >= length;
    hash = (full ? hash - last[slot] * highest : hash) * BASE + mixed;
    last[slot] = mixed;
    place++;
    long from = place - length;
    if (from >= 0) {
      window(from, Hash128.mix(hash));
    }
  }

  private void window(long from, long mixed) {
    hashes[(int) (from % choose)] = mixed;
    long first = from - choose + 1;
    if (first < 0) {
      return;
    }
    if (chosen >= first) {
      // The old choice stands unless the new window is as small.
      if (mixed > hashes[(int) (chosen % choose)]) {
        return;
      }
      chosen = from;
    } else {
      chosen = first;
      for (long i = first + 1; i <= from; i++) {
        if (hashes[(int) (i % choose)] <= hashes[(int) (chosen % choose)]) {
          chosen = i;
        }
      }
    }
    sink.window(chosen, hashes[(int) (chosen % choose)]);
  }
}
