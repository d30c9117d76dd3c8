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
}
