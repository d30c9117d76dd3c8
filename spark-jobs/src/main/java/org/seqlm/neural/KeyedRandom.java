package org.seqlm.neural;

import java.nio.charset.StandardCharsets;

/**
 * Random numbers that are a function of a key and a counter: any number can be drawn alone, in any
 * order, on any machine. The mixer is SplitMix64's (Steele, Lea and Flood 2014, figure 15).
 */
public final class KeyedRandom {
  /** What counters are multiplied by. */
  public static final long GOLDEN = 0x9e3779b97f4a7c15L;

  /** The mixer's first factor. */
  public static final long FIRST = 0xbf58476d1ce4e5b9L;

  /** The mixer's second factor. */
  public static final long SECOND = 0x94d049bb133111ebL;

  private final long key;

  private KeyedRandom(long key) {
    this.key = key;
  }

  /**
   * A generator for one purpose.
   *
   * @param seed of the run
   * @param purpose keeps uses apart, for instance a tensor's name
   * @param place where in the run, for instance worker, step, layer
   */
  public static KeyedRandom of(long seed, String purpose, long... place) {
    long key = mix(seed + GOLDEN);
    for (byte b : purpose.getBytes(StandardCharsets.UTF_8)) {
      key = mix(key ^ (b & 0xff)) + GOLDEN;
    }
    for (long part : place) {
      key = mix(key + GOLDEN) ^ mix(part * GOLDEN + 1);
    }
    return new KeyedRandom(mix(key));
  }

  /** What the numbers are a function of, for who draws many at once elsewhere. */
  public long key() {
    return key;
  }

  /** 64 random bits. */
  public long bits(long counter) {
    return mix(key + (counter + 1) * GOLDEN);
  }

  /** Uniform in [0, 1), a multiple of 2^-53. */
  public double uniform(long counter) {
    return (bits(counter) >>> 11) * 0x1.0p-53;
  }

  /** Standard normal (Box and Muller 1958); uses the counters {@code 2c} and {@code 2c + 1}. */
  public double normal(long counter) {
    double radius = Math.sqrt(-2 * StrictMath.log(1 - uniform(2 * counter)));
    return radius * StrictMath.cos(2 * Math.PI * uniform(2 * counter + 1));
  }

  private static long mix(long z) {
    long y = (z ^ (z >>> 30)) * FIRST;
    y = (y ^ (y >>> 27)) * SECOND;
    return y ^ (y >>> 31);
  }
}
