package org.seqlm.text;

import java.nio.charset.StandardCharsets;

/**
 * Log10 values as text, in bytes, as ARPA files and scores have them: a value as up to seven
 * decimals without an exponent and without trailing zeros, which tells any two values 1e-7 apart.
 */
public final class Log10Number {
  /** The most bytes that {@link #write} takes. */
  public static final int MAX_BYTES = 32;

  private static final int DECIMALS = 7;
  private static final int SCALE = 10_000_000;

  /** Below, a value times {@link #SCALE} fits in an int. */
  private static final double SMALL = 200;

  /** The two digits of 0 to 99. */
  private static final byte[] PAIRS = new byte[200];

  static {
    for (int i = 0; i < 100; i++) {
      PAIRS[2 * i] = (byte) ('0' + i / 10);
      PAIRS[2 * i + 1] = (byte) ('0' + i % 10);
    }
  }

  /** Ten to the 0, 1, ...: the powers that a double holds exactly. */
  private static final double[] POWERS = new double[23];

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = POWERS[i - 1] * 10;
    }
  }

  private Log10Number() {}

  /**
   * Writes a value.
   *
   * @param value between -1e11 and 1e11, or negative infinity, which is written {@code -inf}
   * @return one past the last byte written
   */
  public static int write(double value, byte[] into, int at) {
    int to = at;
    if (value == Double.NEGATIVE_INFINITY) {
      into[to++] = '-';
      into[to++] = 'i';
      into[to++] = 'n';
      into[to++] = 'f';
      return to;
    }
    double size = Math.abs(value);
    // Half up, as Math.round does it, which takes longer; halves and the sum are exact from 0.5 on.
    if (size < SMALL) {
      double exact = size * SCALE;
      int scaled = exact < 0.5 ? 0 : (int) (exact + 0.5);
      return write(value < 0 && scaled > 0, scaled / SCALE, scaled % SCALE, into, to);
    }
    if (!(size < 1e11)) {
      throw new IllegalArgumentException("an ARPA file holds no value like " + value);
    }
    long scaled = Math.round(size * SCALE);
    return write(value < 0, scaled / SCALE, (int) (scaled % SCALE), into, to);
  }

  private static int write(boolean negative, long whole, int fraction, byte[] into, int at) {
    int to = at;
    if (negative) {
      into[to++] = '-';
    }
    if (whole < 10) {
      into[to++] = (byte) ('0' + whole);
    } else {
      to = write(whole, into, to);
    }
    if (fraction == 0) {
      return to;
    }
    into[to] = '.';
    int high = fraction / 100_000;
    int low = fraction - high * 100_000;
    int middle = low / 1_000;
    low -= middle * 1_000;
    pair(high, into, to + 1);
    pair(middle, into, to + 3);
    pair(low / 10, into, to + 5);
    into[to + DECIMALS] = (byte) ('0' + low % 10);
    int end = to + DECIMALS + 1;
    while (into[end - 1] == '0') {
      end--;
    }
    return end;
  }

  private static void pair(int number, byte[] into, int at) {
    into[at] = PAIRS[2 * number];
    into[at + 1] = PAIRS[2 * number + 1];
  }

  private static int write(long whole, byte[] into, int at) {
    int digits = 1;
    for (long rest = whole / 10; rest > 0; rest /= 10) {
      digits++;
    }
    long rest = whole;
    for (int i = at + digits - 1; i >= at; i--) {
      into[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    return at + digits;
  }

  /** The number that the bytes {@code [from, to)} read; NaN if they read none. */
  public static float read(byte[] bytes, int from, int to) {
    int at = from;
    boolean negative = at < to && bytes[at] == '-';
    if (negative || (at < to && bytes[at] == '+')) {
      at++;
    }
    long digits = 0;
    int count = 0;
    int decimals = -1;
    while (at < to) {
      int digit = bytes[at] - '0';
      if (digit >= 0 && digit <= 9 && count < 15) {
        digits = digits * 10 + digit;
        count++;
        decimals += decimals >= 0 ? 1 : 0;
      } else if (bytes[at] == '.' && decimals < 0) {
        decimals = 0;
      } else {
        return slowly(bytes, from, to);
      }
      at++;
    }
    if (count == 0) {
      return Float.NaN;
    }
    // Both are exact, so the quotient is rounded once.
    double value = digits / POWERS[Math.max(0, decimals)];
    return (float) (negative ? -value : value);
  }

  /** Exponents, many digits, infinities. */
  private static float slowly(byte[] bytes, int from, int to) {
    String text = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    if (text.matches("[+-]?(?i:inf|infinity)")) {
      return text.startsWith("-") ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY;
    }
    return text.matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?")
        ? Float.parseFloat(text)
        : Float.NaN;
  }
}
