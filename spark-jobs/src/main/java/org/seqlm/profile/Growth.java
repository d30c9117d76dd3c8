package org.seqlm.profile;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.special.Gamma;
import org.seqlm.ngram.stats.Frequencies;

/**
 * How a vocabulary grows with a text: how many different words its first n tokens have, at fixed
 * numbers of tokens, and how many they would have, on average, were all tokens in random order.
 */
public final class Growth {
  /** Points a decade. */
  private static final int A_DECADE = 10;

  /** From here on, frequencies take the binomial form: the difference is below 1e-6 there. */
  private static final long LARGE = 1L << 30;

  private Growth() {}

  /**
   * Where growth is looked at: ten numbers a decade, rounded up, that do not depend on the text, up
   * to all of it.
   */
  public static long[] points(long tokens) {
    List<Long> points = new ArrayList<>();
    for (int i = 0; ; i++) {
      long at = (long) Math.ceil(Math.pow(10, (double) i / A_DECADE) - 1e-9);
      if (at >= tokens) {
        break;
      }
      if (points.isEmpty() || points.get(points.size() - 1) != at) {
        points.add(at);
      }
    }
    if (tokens > 0) {
      points.add(tokens);
    }
    return points.stream().mapToLong(Long::longValue).toArray();
  }

  /**
   * The expected number of different words among n tokens drawn without replacement: {@code V − Σ
   * V_f C(N − f, n) / C(N, n)}, V_f the words that stand f times among N (Baayen, "Word Frequency
   * Distributions", 2001, equation 2.30, there in the binomial form {@code (1 − n/N)^f}, which is
   * taken above 2^30 tokens).
   *
   * @param n 0 to N
   */
  public static double expected(Frequencies words, long n) {
    long all = words.tokens();
    if (n < 0 || n > all) {
      throw new IllegalArgumentException(n + " of " + all + " tokens");
    }
    double missing = 0;
    for (long f : words.falling()) {
      missing += words.types(f) * absent(all, f, n);
    }
    return words.types() - missing;
  }

  /** The probability that none of f tokens is among n of all. */
  private static double absent(long all, long f, long n) {
    if (n > all - f) {
      return 0;
    }
    if (f <= 64) {
      double product = 1;
      for (long i = 0; i < f; i++) {
        product *= (double) (all - n - i) / (all - i);
      }
      return product;
    }
    if (all > LARGE) {
      return Math.exp(f * Math.log1p(-(double) n / all));
    }
    return Math.exp(
        Gamma.logGamma(all - f + 1.0)
            - Gamma.logGamma(all - f - n + 1.0)
            - Gamma.logGamma(all + 1.0)
            + Gamma.logGamma(all - n + 1.0));
  }
}
