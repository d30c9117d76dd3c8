package org.seqlm.ngram.heldout;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A sum of logarithms that does not depend on the order of its terms: each is rounded to a multiple
 * of 2^-40 and added as an integer of 128 bits. The mean of many is right to 1e-12.
 */
public final class ExactSum {
  private static final double SCALE = 0x1p40;

  private long high;
  private long low;

  public ExactSum() {}

  public ExactSum(long high, long low) {
    this.high = high;
    this.low = low;
  }

  /** Adds a finite value of magnitude below 2^22. */
  public void add(double value) {
    add(Math.round(value * SCALE) >> 63, Math.round(value * SCALE));
  }

  /** Adds a value so many times. */
  void add(double value, long times) {
    long units = Math.round(value * SCALE);
    add(Math.multiplyHigh(units, times), units * times);
  }

  public void add(ExactSum other) {
    add(other.high, other.low);
  }

  private void add(long otherHigh, long otherLow) {
    long sum = low + otherLow;
    high += otherHigh + (Long.compareUnsigned(sum, low) < 0 ? 1 : 0);
    low = sum;
  }

  public long high() {
    return high;
  }

  public long low() {
    return low;
  }

  /** The sum, rounded once. */
  public double value() {
    BigInteger units =
        BigInteger.valueOf(high).shiftLeft(64).add(new BigInteger(Long.toUnsignedString(low)));
    return new BigDecimal(units).divide(new BigDecimal(BigInteger.ONE.shiftLeft(40))).doubleValue();
  }
}
