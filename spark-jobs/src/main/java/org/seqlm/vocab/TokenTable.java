package org.seqlm.vocab;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.seqlm.text.Hash128;

/**
 * Numbers tokens by their UTF-8 bytes in the order in which they first come: an arena of bytes and
 * a table with open addressing, no object a token. Not thread-safe; reading alone is.
 */
public final class TokenTable {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The most bytes that all tokens together may have. */
  private static final int MAX_ARENA = Integer.MAX_VALUE - 64;

  private byte[] arena;
  private int[] ends; // ends[id]: one past the last byte of token id; it begins at ends[id - 1]
  private int[] slots; // id + 1, or 0 where free; its length is a power of two
  private int size;

  /** An empty table with room for about so many tokens. */
  public TokenTable(int expected) {
    int capacity = Integer.highestOneBit(Math.max(16, Math.min(expected, 1 << 28)) * 2 - 1) * 2;
    slots = new int[capacity];
    ends = new int[Math.max(8, expected)];
    arena = new byte[Math.max(64, Math.min(expected, 1 << 26) * 8)];
  }

  /** The number of tokens. */
  public int size() {
    return size;
  }

  /** The bytes that all tokens take together. */
  public int bytes() {
    return size == 0 ? 0 : ends[size - 1];
  }

  /** The id of a token, 0 to {@code size() - 1}; a new one where it has none yet. */
  public int add(byte[] utf8, int from, int to) {
    int mask = slots.length - 1;
    int slot = (int) Hash128.of(utf8, from, to) & mask;
    while (true) {
      int entry = slots[slot];
      if (entry == 0) {
        break;
      }
      if (equal(entry - 1, utf8, from, to)) {
        return entry - 1;
      }
      slot = slot + 1 & mask;
    }
    slots[slot] = size + 1;
    append(utf8, from, to);
    if (size > slots.length / 2) {
      rehash();
    }
    return size - 1;
  }

  /** The id of a token, or -1. */
  public int find(byte[] utf8, int from, int to) {
    int mask = slots.length - 1;
    int slot = (int) Hash128.of(utf8, from, to) & mask;
    while (true) {
      int entry = slots[slot];
      if (entry == 0) {
        return -1;
      }
      if (equal(entry - 1, utf8, from, to)) {
        return entry - 1;
      }
      slot = slot + 1 & mask;
    }
  }

  /** Where the bytes of all tokens are; token {@code id} has {@code [start(id), end(id))}. */
  public byte[] arena() {
    return arena;
  }

  public int start(int id) {
    return id == 0 ? 0 : ends[id - 1];
  }

  public int end(int id) {
    return ends[id];
  }

  /** Unsigned order of the bytes of two tokens, which is the order of their code points. */
  public int compare(int a, int b) {
    return Arrays.compareUnsigned(arena, start(a), end(a), arena, start(b), end(b));
  }

  private boolean equal(int id, byte[] utf8, int from, int to) {
    return equal(arena, start(id), ends[id], utf8, from, to);
  }

  /** Whether two tokens are the same bytes. */
  static boolean equal(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    // Most tokens are too short for Arrays.equals, whose way to its loop is longer than this.
    if (aTo - aFrom != bTo - bFrom) {
      return false;
    }
    int i = aFrom;
    int j = bFrom;
    for (; aTo - i >= 8; i += 8, j += 8) {
      if ((long) LONGS.get(a, i) != (long) LONGS.get(b, j)) {
        return false;
      }
    }
    for (; i < aTo; i++, j++) {
      if (a[i] != b[j]) {
        return false;
      }
    }
    return true;
  }

  private void append(byte[] utf8, int from, int to) {
    int start = bytes();
    int length = to - from;
    if ((long) start + length > MAX_ARENA) {
      throw new IllegalStateException("a table of tokens holds at most " + MAX_ARENA + " bytes");
    }
    if (arena.length - start < length) {
      long wanted = Math.max((long) start + length, (long) arena.length * 2);
      arena = Arrays.copyOf(arena, (int) Math.min(wanted, MAX_ARENA));
    }
    System.arraycopy(utf8, from, arena, start, length);
    if (size == ends.length) {
      ends = Arrays.copyOf(ends, size * 2);
    }
    ends[size++] = start + length;
  }

  private void rehash() {
    int mask = slots.length * 2 - 1;
    int[] larger = new int[mask + 1];
    for (int id = 0; id < size; id++) {
      int slot = (int) Hash128.of(arena, start(id), ends[id]) & mask;
      while (larger[slot] != 0) {
        slot = slot + 1 & mask;
      }
      larger[slot] = id + 1;
    }
    slots = larger;
  }
}
