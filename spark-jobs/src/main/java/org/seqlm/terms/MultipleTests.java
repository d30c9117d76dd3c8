package org.seqlm.terms;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Probabilities corrected for how many words were tested. Those of the smallest are enough: tests
 * come by rising p.
 */
public final class MultipleTests {
  private MultipleTests() {}

  /** Bonferroni's bound on the chance of any false finding: min (1, m p). */
  public static double bonferroni(double p, long tests) {
    return Math.min(1, p * tests);
  }

  /**
   * Holm's step-down probabilities (Scandinavian Journal of Statistics 6, 1979): p̃(i) = max over j
   * ≤ i of min (1, (m − j + 1) p(j)).
   *
   * @param p of the tests with the smallest, rising // (k)
   * @param tests m, at least k
   */
  public static double[] holm(double[] p, long tests) {
    check(p, tests);
    double[] adjusted = new double[p.length];
    double most = 0;
    for (int i = 0; i < p.length; i++) {
      most = Math.max(most, Math.min(1, (tests - i) * p[i]));
      adjusted[i] = most;
    }
    return adjusted;
  }

  /**
   * The same of probabilities in any order, in which p̃ come, too.
   *
   * @param p of the tests with the smallest; what a rounding has above 1 is 1 // (k)
   * @param tests m, at least k
   */
  public static double[] holmOfUnsorted(double[] p, long tests) {
    int[] order =
        IntStream.range(0, p.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> p[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] rising = Arrays.stream(order).mapToDouble(i -> Math.min(1, p[i])).toArray();
    double[] corrected = holm(rising, tests);
    double[] adjusted = new double[p.length];
    for (int i = 0; i < order.length; i++) {
      adjusted[order[i]] = corrected[i];
    }
    return adjusted;
  }

  /**
   * Benjamini and Hochberg's q-values (Journal of the Royal Statistical Society B 57, 1995): q(i) =
   * min over j ≥ i of m p(j) / j; of what has q at most α a share of α is expected to be false.
   *
   * @param p of the tests with the smallest, rising // (k)
   * @param tests m, at least k
   * @param rest the least of {@link #step} of all other tests, 1 where there are none
   */
  public static double[] benjaminiHochberg(double[] p, long tests, double rest) {
    check(p, tests);
    double[] q = new double[p.length];
    double least = Math.min(1, rest);
    for (int i = p.length - 1; i >= 0; i--) {
      least = Math.min(least, step(p[i], tests, i + 1));
      q[i] = least;
    }
    return q;
  }

  /**
   * What q-values are the least of: m p / j.
   *
   * @param rank j, from 1
   */
  public static double step(double p, long tests, long rank) {
    return p / rank * tests;
  }

  private static void check(double[] p, long tests) {
    if (tests < p.length) {
      throw new IllegalArgumentException(p.length + " probabilities of " + tests + " tests");
    }
    for (int i = 0; i < p.length; i++) {
      if (!(p[i] >= 0 && p[i] <= 1) || (i > 0 && p[i] < p[i - 1])) {
        throw new IllegalArgumentException("probabilities must rise from 0 to 1: " + p[i]);
      }
    }
  }
}
