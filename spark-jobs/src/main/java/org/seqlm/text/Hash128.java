package org.seqlm.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * MurmurHash3, x64, 128 bits (Austin Appleby, public domain): fast and well mixed, for tables and
 * fingerprints; not for secrets. The two halves of the state may start at different seeds, so that
 * a hash can go on from another.
 */
public final class Hash128 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long C1 = 0x87c37b91114253d5L;
  private static final long C2 = 0x4cf5ad432745937fL;

  private long high;
  private long low;

  /** The upper 64 bits of the last hash. */
  public long high() {
    return high;
  }

  /** The lower 64 bits of the last hash. */
  public long low() {
    return low;
  }

  /** Hashes {@code [from, to)}; the result is in {@link #high} and {@link #low}. */
  public Hash128 hash(byte[] bytes, int from, int to, long seed1, long seed2) {
    long h1 = seed1;
    long h2 = seed2;
    int length = to - from;
    int i = from;
    for (; to - i >= 16; i += 16) {
      h1 ^= mix1((long) LONGS.get(bytes, i));
      h1 = Long.rotateLeft(h1, 27) + h2;
      h1 = h1 * 5 + 0x52dce729;
      h2 ^= mix2((long) LONGS.get(bytes, i + 8));
      h2 = Long.rotateLeft(h2, 31) + h1;
      h2 = h2 * 5 + 0x38495ab5;
    }
    int rest = to - i;
    long k1 = 0;
    long k2 = 0;
    for (int k = rest - 1; k >= 8; k--) {
      k2 = (k2 << 8) | (bytes[i + k] & 0xFF);
    }
    for (int k = Math.min(rest, 8) - 1; k >= 0; k--) {
      k1 = (k1 << 8) | (bytes[i + k] & 0xFF);
    }
    h2 ^= mix2(k2);
    h1 ^= mix1(k1);
    h1 ^= length;
    h2 ^= length;
    h1 += h2;
    h2 += h1;
    h1 = mix(h1);
    h2 = mix(h2);
    h1 += h2;
    h2 += h1;
    low = h1;
    high = h2;
    return this;
  }

  /** A 64-bit hash of {@code [from, to)}. */
  public static long of(byte[] bytes, int from, int to) {
    // Most tokens are short: one multiplication a word of eight bytes is enough for a table.
    long h = (to - from) * C2;
    int i = from;
    for (; to - i >= 8; i += 8) {
      h = (h ^ mix1((long) LONGS.get(bytes, i))) * C1;
      h = Long.rotateLeft(h, 29);
    }
    long k = 0;
    if (to >= 8) {
      // The bytes that are left are the upper ones of the last eight.
      k = i == to ? 0 : (long) LONGS.get(bytes, to - 8) >>> 8 * (8 - (to - i));
    } else {
      for (int j = to - 1; j >= i; j--) {
        k = (k << 8) | (bytes[j] & 0xFF);
      }
    }
    return mix(h ^ mix1(k));
  }

  /** Murmur's finaliser: every bit of the result depends on every bit of {@code k}. */
  public static long mix(long k) {
    k ^= k >>> 33;
    k *= 0xff51afd7ed558ccdL;
    k ^= k >>> 33;
    k *= 0xc4ceb9fe1a85ec53L;
    k ^= k >>> 33;
    return k;
  }

  private static long mix1(long k) {
    return Long.rotateLeft(k * C1, 31) * C2;
  }

  private static long mix2(long k) {
    return Long.rotateLeft(k * C2, 33) * C1;
  }
}
