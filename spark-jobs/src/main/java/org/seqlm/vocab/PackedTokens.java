package org.seqlm.vocab;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Tokens with their counts as three arrays; what crosses the wire.
 *
 * @see TokenTable
 */
public final class PackedTokens implements Serializable {
  private static final long serialVersionUID = 1L;

  private final byte[] arena;
  private final int[] ends;
  private final long[] counts;

  /**
   * @param arena the UTF-8 bytes of all tokens, one after another
   * @param ends one past the last byte of each token
   * @param counts of each token
   */
  public PackedTokens(byte[] arena, int[] ends, long[] counts) {
    if (ends.length != counts.length) {
      throw new IllegalArgumentException(ends.length + " tokens, but " + counts.length + " counts");
    }
    this.arena = arena;
    this.ends = ends;
    this.counts = counts;
  }

  /** The tokens of a table in the order of {@code ids}. */
  public static PackedTokens of(TokenTable table, long[] counts, int[] ids, int length) {
    long bytes = 0;
    for (int i = 0; i < length; i++) {
      bytes += table.end(ids[i]) - table.start(ids[i]);
    }
    byte[] arena = new byte[Math.toIntExact(bytes)];
    int[] ends = new int[length];
    long[] ordered = new long[length];
    int at = 0;
    for (int i = 0; i < length; i++) {
      int id = ids[i];
      int n = table.end(id) - table.start(id);
      System.arraycopy(table.arena(), table.start(id), arena, at, n);
      at += n;
      ends[i] = at;
      ordered[i] = counts[id];
    }
    return new PackedTokens(arena, ends, ordered);
  }

  /** All tokens of a table in the order of their ids; {@code counts} may be longer. */
  public static PackedTokens of(TokenTable table, long[] counts) {
    int n = table.size();
    int[] ends = new int[n];
    for (int id = 0; id < n; id++) {
      ends[id] = table.end(id);
    }
    return new PackedTokens(
        Arrays.copyOf(table.arena(), table.bytes()), ends, Arrays.copyOf(counts, n));
  }

  public int size() {
    return ends.length;
  }

  public byte[] arena() {
    return arena;
  }

  public int[] ends() {
    return ends;
  }

  public long[] counts() {
    return counts;
  }

  public int start(int index) {
    return index == 0 ? 0 : ends[index - 1];
  }

  public int end(int index) {
    return ends[index];
  }

  /** The length of a token in bytes. */
  public int length(int index) {
    return ends[index] - start(index);
  }

  /** The first tokens. */
  public PackedTokens first(int length) {
    return length >= size()
        ? this
        : new PackedTokens(
            Arrays.copyOf(arena, length == 0 ? 0 : ends[length - 1]),
            Arrays.copyOf(ends, length),
            Arrays.copyOf(counts, length));
  }

  /** Collects tokens one by one. Not thread-safe. */
  public static final class Builder {
    private byte[] arena = new byte[64];
    private int[] ends = new int[8];
    private long[] counts = new long[8];
    private int size;

    /** Adds the token that stands in {@code [from, to)}; it may be one that is there already. */
    public void add(byte[] utf8, int from, int to, long count) {
      int start = bytes();
      int length = to - from;
      if (size == ends.length) {
        ends = Arrays.copyOf(ends, size * 2);
        counts = Arrays.copyOf(counts, size * 2);
      }
      if (arena.length - start < length) {
        long wanted = Math.max((long) start + length, (long) arena.length * 2);
        arena = Arrays.copyOf(arena, (int) Math.min(wanted, Integer.MAX_VALUE - 64));
      }
      System.arraycopy(utf8, from, arena, start, length);
      ends[size] = start + length;
      counts[size++] = count;
    }

    public int size() {
      return size;
    }

    /** UTF-8 bytes of all tokens. */
    public int bytes() {
      return size == 0 ? 0 : ends[size - 1];
    }

    /** What was added; empty from then on. */
    public PackedTokens take() {
      PackedTokens taken =
          new PackedTokens(
              Arrays.copyOf(arena, bytes()),
              Arrays.copyOf(ends, size),
              Arrays.copyOf(counts, size));
      size = 0;
      return taken;
    }
  }
}
