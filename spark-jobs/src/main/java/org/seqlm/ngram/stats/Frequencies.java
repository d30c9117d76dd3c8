package org.seqlm.ngram.stats;

import java.io.Serializable;
import java.util.Arrays;

/**
 * How many types appear how often: what a law of frequencies needs to know of counts, in the memory
 * of the different ones, of which n tokens have less than √(2n). Frequencies of parts add up.
 */
public final class Frequencies implements Serializable { // no record: Kryo cannot read those
  private static final long serialVersionUID = 1L;

  private long[] counts = new long[0]; // rising
  private long[] types = new long[0]; // that have each of these

  /**
   * Adds the counts of some types.
   *
   * @param more in any order, which becomes a rising one; zeros are no types
   */
  public Frequencies add(long[] more) {
    Arrays.sort(more);
    int different = 0;
    for (int i = 0; i < more.length; i++) {
      different += more[i] > 0 && (i == 0 || more[i] != more[i - 1]) ? 1 : 0;
    }
    long[] found = new long[different];
    long[] times = new long[different];
    int n = 0;
    for (long count : more) {
      if (count > 0) {
        n += n > 0 && found[n - 1] == count ? 0 : 1;
        found[n - 1] = count;
        times[n - 1]++;
      }
    }
    return add(found, times, n);
  }

  /** Adds those of another part. */
  public Frequencies add(Frequencies other) {
    return add(other.counts, other.types, other.counts.length);
  }

  private Frequencies add(long[] moreCounts, long[] moreTypes, int size) {
    long[] sumCounts = new long[counts.length + size];
    long[] sumTypes = new long[sumCounts.length];
    int n = 0;
    int here = 0;
    int there = 0;
    while (here < counts.length || there < size) {
      long next =
          Math.min(
              here < counts.length ? counts[here] : Long.MAX_VALUE,
              there < size ? moreCounts[there] : Long.MAX_VALUE);
      sumCounts[n] = next;
      if (here < counts.length && counts[here] == next) {
        sumTypes[n] += types[here++];
      }
      if (there < size && moreCounts[there] == next) {
        sumTypes[n] += moreTypes[there++];
      }
      n++;
    }
    counts = Arrays.copyOf(sumCounts, n);
    types = Arrays.copyOf(sumTypes, n);
    return this;
  }

  /** The different counts, the highest first. */
  public long[] falling() {
    long[] falling = new long[counts.length];
    Arrays.setAll(falling, i -> counts[counts.length - 1 - i]);
    return falling;
  }

  /** How many types have a count. */
  public long types(long count) {
    int at = Arrays.binarySearch(counts, count);
    return at < 0 ? 0 : types[at];
  }

  /** How many types there are. */
  public long types() {
    return Arrays.stream(types).sum();
  }

  /** The sum of all counts. */
  public long tokens() {
    long tokens = 0;
    for (int i = 0; i < counts.length; i++) {
      tokens += counts[i] * types[i];
    }
    return tokens;
  }
}
