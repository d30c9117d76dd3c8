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
  private static final long SCALE = 10_000_000;

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
    if (!(Math.abs(value) < 1e11)) {
      throw new IllegalArgumentException("an ARPA file holds no value like " + value);
    }
    long scaled = Math.round(Math.abs(value) * SCALE);
    if (value < 0 && scaled > 0) {
      into[to++] = '-';
    }
    to = write(scaled / SCALE, into, to);
    int fraction = (int) (scaled % SCALE);
    if (fraction == 0) {
      return to;
    }
    into[to] = '.';
    int end = to + DECIMALS + 1;
    for (int i = end - 1; i > to; i--) {
      into[i] = (byte) ('0' + fraction % 10);
      fraction /= 10;
    }
    while (into[end - 1] == '0') {
      end--;
    }
    return end;
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
