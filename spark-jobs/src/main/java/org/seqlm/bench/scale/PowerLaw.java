package org.seqlm.bench.scale;

import java.util.Arrays;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * A power law y = c + a n^b. The constant c is given, what a count costs whose text is next to
 * nothing; a and b are fitted to measurements at k sizes by least squares of z = ln(y − c) over x =
 * ln n:
 *
 * <pre>
 * b = Σ (x − x̄)(z − z̄) / S,  S = Σ (x − x̄)²,  ln a = z̄ − b x̄,  s² = Σ (z − ln a − b x)² / (k − 2)
 * </pre>
 *
 * <p>Where errors of z are independent and normal, a new measurement at n lies with probability
 * 0.95 within c + a n^b exp(± h(n)), h(n) = t s √(1 + 1/k + (x − x̄)² / S), t the 0.975 quantile of
 * Student's distribution with k − 2 degrees of freedom (Draper and Smith 1998, section 3.1). That
 * the law goes on beyond the sizes is another assumption, which only a test can try.
 *
 * @param constant c, at least 0
 * @param factor a
 * @param exponent b
 * @param deviation s, in units of z; 0.01 is about a hundredth
 * @param sizes k, at least 3
 * @param meanLog x̄
 * @param squares S
 */
public record PowerLaw(
    double constant,
    double factor,
    double exponent,
    double deviation,
    int sizes,
    double meanLog,
    double squares) {
  private static final double CONFIDENCE = 0.95;

  /** A law needs a degree of freedom to tell how well it fits. */
  static final int LEAST_SIZES = 3;

  /**
   * Fits one.
   *
   * @param n at least {@value #LEAST_SIZES} different sizes, above 0
   * @param y what was measured at each, above c
   * @param constant c, 0 for none
   */
  public static PowerLaw fit(double[] n, double[] y, double constant) {
    int k = n.length;
    if (k < LEAST_SIZES || y.length != k) {
      throw new IllegalArgumentException(k + " sizes, " + y.length + " measurements");
    }
    double meanX = 0;
    double meanZ = 0;
    for (int i = 0; i < k; i++) {
      meanX += Math.log(n[i]) / k;
      meanZ += Math.log(y[i] - constant) / k;
    }
    double squares = 0;
    double products = 0;
    for (int i = 0; i < k; i++) {
      double dx = Math.log(n[i]) - meanX;
      squares += dx * dx;
      products += dx * (Math.log(y[i] - constant) - meanZ);
    }
    double slope = products / squares;
    double rest = 0;
    for (int i = 0; i < k; i++) {
      double off = Math.log(y[i] - constant) - meanZ - slope * (Math.log(n[i]) - meanX);
      rest += off * off;
    }
    return new PowerLaw(
        constant,
        Math.exp(meanZ - slope * meanX),
        slope,
        Math.sqrt(rest / (k - 2)),
        k,
        meanX,
        squares);
  }

  /**
   * The law with the constant or the one without, whichever is nearer to what was measured: by Σ
   * (ln y − ln of the law)².
   *
   * @param constant what a law with a constant takes for c; one that some y does not exceed has
   *     none
   */
  public static PowerLaw best(double[] n, double[] y, double constant) {
    PowerLaw plain = fit(n, y, 0);
    if (constant <= 0 || Arrays.stream(y).anyMatch(value -> value <= constant)) {
      return plain;
    }
    PowerLaw shifted = fit(n, y, constant);
    return shifted.misfit(n, y) < plain.misfit(n, y) ? shifted : plain;
  }

  private double misfit(double[] n, double[] y) {
    double sum = 0;
    for (int i = 0; i < n.length; i++) {
      double off = Math.log(y[i] / at(n[i]));
      sum += off * off;
    }
    return sum;
  }

  /** c + a n^b. */
  public double at(double n) {
    return at(n, 0);
  }

  /** c + a n^b exp(shift). */
  double at(double n, double shift) {
    return constant + factor * Math.pow(n, exponent) * Math.exp(shift);
  }

  /**
   * How far a measurement is from the law: ln((y − c) / (a n^b)); infinite where it is not above c.
   */
  double off(double n, double y) {
    return y <= constant
        ? Double.NEGATIVE_INFINITY
        : Math.log((y - constant) / (factor * Math.pow(n, exponent)));
  }

  /** h(n): half of the 95 % interval of a new measurement's z. */
  public double halfWidth(double n) {
    double dx = Math.log(n) - meanLog;
    return new TDistribution(sizes - 2.0).inverseCumulativeProbability((1 + CONFIDENCE) / 2)
        * deviation
        * Math.sqrt(1 + 1.0 / sizes + dx * dx / squares);
  }
}
