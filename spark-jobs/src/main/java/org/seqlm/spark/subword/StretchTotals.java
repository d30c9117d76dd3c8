package org.seqlm.spark.subword;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.seqlm.corpus.RangeSummary;

/**
 * What is told of a range, or of a part of the different stretches, or of all: sums, and the
 * summaries of ranges. Its size does not grow with the text but by these.
 */
public final class StretchTotals implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Counts below have a bucket each. */
  private static final int EXACT = 1 << 16;

  /** Buckets of each further power of two. */
  private static final int FINE = 256;

  private static final int BUCKETS = EXACT + (63 - 16) * FINE;

  private int[] ranges = {};
  private RangeSummary[] summaries = {};
  private long stretches;
  private long bytes;
  private long cut;
  private long rare;
  private long[] types; // different stretches by the bucket of their count; null for none
  private long[] typeBytes; // of these

  StretchTotals() {}

  /** Of a range. */
  StretchTotals(int range, RangeSummary summary, StretchCounts counts) {
    ranges = new int[] {range};
    summaries = new RangeSummary[] {summary};
    stretches = counts.stretches();
    bytes = counts.bytes();
    cut = counts.cut();
  }

  /** Of higher counts the bucket is no lower. */
  static int bucket(long count) {
    if (count < EXACT) {
      return (int) count;
    }
    int power = 63 - Long.numberOfLeadingZeros(count); // from 16 on
    return EXACT + (power - 16) * FINE + (int) (count >>> (power - 8) & FINE - 1);
  }

  /** A different stretch of so many bytes. */
  void type(long count, int length) {
    if (types == null) {
      types = new long[BUCKETS];
      typeBytes = new long[BUCKETS];
    }
    types[bucket(count)]++;
    typeBytes[bucket(count)] += length;
  }

  /** A different stretch that is too rare. */
  void rare() {
    rare++;
  }

  StretchTotals plus(StretchTotals other) {
    StretchTotals sum = new StretchTotals();
    int n = ranges.length;
    sum.ranges = Arrays.copyOf(ranges, n + other.ranges.length);
    System.arraycopy(other.ranges, 0, sum.ranges, n, other.ranges.length);
    sum.summaries = Arrays.copyOf(summaries, n + other.summaries.length);
    System.arraycopy(other.summaries, 0, sum.summaries, n, other.summaries.length);
    sum.stretches = stretches + other.stretches;
    sum.bytes = bytes + other.bytes;
    sum.cut = cut + other.cut;
    sum.rare = rare + other.rare;
    if (types == null || other.types == null) {
      sum.types = types == null ? other.types : types;
      sum.typeBytes = types == null ? other.typeBytes : typeBytes;
    } else {
      sum.types = types.clone();
      sum.typeBytes = typeBytes.clone();
      for (int i = 0; i < BUCKETS; i++) {
        sum.types[i] += other.types[i];
        sum.typeBytes[i] += other.typeBytes[i];
      }
    }
    return sum;
  }

  /** Those of the ranges, in their order. */
  List<RangeSummary> summaries() {
    Integer[] order = new Integer[ranges.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingInt(i -> ranges[i]));
    return Arrays.stream(order).map(i -> summaries[i]).toList();
  }

  long stretches() {
    return stretches;
  }

  long bytes() {
    return bytes;
  }

  long cut() {
    return cut;
  }

  /** Different stretches. */
  long types() {
    return rare + (types == null ? 0 : Arrays.stream(types).sum());
  }

  /** Different stretches from a bucket on. */
  long typesFrom(int bucket) {
    return types == null ? 0 : Arrays.stream(types, bucket, BUCKETS).sum();
  }

  /** Bytes of the different stretches from a bucket on. */
  long bytesFrom(int bucket) {
    return types == null ? 0 : Arrays.stream(typeBytes, bucket, BUCKETS).sum();
  }

  /**
   * The lowest bucket from which on there are no more than {@code most} different stretches, of no
   * more than {@code mostBytes} together.
   */
  int lowest(long most, long mostBytes) {
    if (types == null) {
      return 0;
    }
    long left = most;
    long leftBytes = mostBytes;
    int bucket = BUCKETS;
    while (bucket > 0 && types[bucket - 1] <= left && typeBytes[bucket - 1] <= leftBytes) {
      bucket--;
      left -= types[bucket];
      leftBytes -= typeBytes[bucket];
    }
    return bucket;
  }
}
