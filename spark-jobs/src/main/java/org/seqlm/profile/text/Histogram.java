package org.seqlm.profile.text;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongBinaryOperator;

/**
 * How often each whole number was seen: all of a distribution, so that quantiles are exact. It
 * takes memory for each different value; the lengths of texts that have n tokens together have
 * fewer than √(2n). Parts add up. Not thread-safe.
 */
public final class Histogram implements Serializable { // no record: Kryo cannot read those
  private static final long serialVersionUID = 1L;

  private static final int SMALL = 1 << 10;

  private long[] small = new long[0]; // times of 0 to SMALL - 1
  private final TreeMap<Long, Long> others = new TreeMap<>();
  private long count;

  /** Sees a value once. */
  public void add(long value) {
    add(value, 1);
  }

  /** Sees a value some times. */
  public void add(long value, long times) {
    if (value >= 0 && value < SMALL) {
      if (small.length == 0) {
        small = new long[SMALL];
      }
      small[(int) value] += times;
    } else {
      others.merge(value, times, Long::sum);
    }
    count += times;
  }

  /** Adds what another one has seen. */
  public void add(Histogram other) {
    other.forEach(this::add);
  }

  /** Takes a value and how often it was seen, at least once. */
  @FunctionalInterface
  public interface Visitor {
    void value(long value, long times);
  }

  /** All values, rising. */
  public void forEach(Visitor visitor) {
    for (Map.Entry<Long, Long> one : others.headMap(0L).entrySet()) {
      visitor.value(one.getKey(), one.getValue());
    }
    for (int i = 0; i < small.length; i++) {
      if (small[i] > 0) {
        visitor.value(i, small[i]);
      }
    }
    for (Map.Entry<Long, Long> one : others.tailMap(0L).entrySet()) {
      visitor.value(one.getKey(), one.getValue());
    }
  }

  /** How many values were seen. */
  public long count() {
    return count;
  }

  /** Their sum. */
  public long sum() {
    return fold((sum, product) -> sum + product);
  }

  private long fold(LongBinaryOperator add) {
    long[] sum = new long[1];
    forEach((value, times) -> sum[0] = add.applyAsLong(sum[0], value * times));
    return sum[0];
  }

  /** Their mean; not a number where there are none. */
  public double mean() {
    return (double) sum() / count;
  }

  /** The standard deviation of the values seen, a sum of squares over their number less one. */
  public double deviation() {
    double mean = mean();
    double[] squares = new double[1];
    forEach((value, times) -> squares[0] += times * (value - mean) * (value - mean));
    return Math.sqrt(squares[0] / (count - 1));
  }

  /**
   * The least value that at least a share of those seen do not exceed (Hyndman and Fan 1996,
   * definition 1).
   *
   * @param share 0 to 1; 0 for the least value
   */
  public long quantile(double share) {
    if (count == 0) {
      throw new IllegalStateException("nothing was seen");
    }
    long rank = Math.max(1, (long) Math.ceil(share * count - 1e-9));
    long[] seen = new long[1];
    long[] found = new long[1];
    forEach(
        (value, times) -> {
          if (seen[0] < rank) {
            found[0] = value;
          }
          seen[0] += times;
        });
    return found[0];
  }
}
