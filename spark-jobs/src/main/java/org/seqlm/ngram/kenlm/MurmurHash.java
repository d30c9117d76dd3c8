package org.seqlm.ngram.kenlm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * MurmurHash64A with seed 0, by which KenLM knows its words (Austin Appleby's MurmurHash2 for
 * 64-bit machines, in the public domain).
 */
final class MurmurHash {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long FACTOR = 0xc6a4a7935bd1e995L;
  private static final int SHIFT = 47;

  private MurmurHash() {}

  /** The hash of the bytes {@code [from, to)}. */
  static long of(byte[] bytes, int from, int to) {
    long hash = (to - from) * FACTOR;
    int at = from;
    for (; at + Long.BYTES <= to; at += Long.BYTES) {
      long part = (long) LONGS.get(bytes, at) * FACTOR;
      part ^= part >>> SHIFT;
      hash = (hash ^ part * FACTOR) * FACTOR;
    }
    if (at < to) {
      for (int i = to - 1; i >= at; i--) {
        hash ^= (bytes[i] & 0xffL) << Byte.SIZE * (i - at);
      }
      hash *= FACTOR;
    }
    hash ^= hash >>> SHIFT;
    hash *= FACTOR;
    return hash ^ hash >>> SHIFT;
  }
}
