package org.seqlm.profile;

import org.apache.commons.math3.special.Gamma;

/**
 * Zipf and Mandelbrot's law: of the tokens whose words have a rank from 1 to V, that of rank r has
 * the share {@code (r + b)^-a / Z}, {@code Z = Σ (r + b)^-a} (Mandelbrot, "An informational theory
 * of the statistical structure of language", 1953, equation 8; with b = 0 it is Zipf's).
 *
 * <p>a and b are those of maximum likelihood over {@link HalvedRanks}: {@code L(a, b) = −a Σ n(r)
 * ln (r + b) − N ln Z}, n(r) the second half's tokens of the word that the first half ranks r.
 * Their errors are the roots of the diagonal of the inverse of the observed information, −∂²L,
 * which takes tokens to be independent; they come in bursts, so the true errors are larger.
 *
 * @param a the exponent
 * @param b the offset, above −1
 * @param aError standard error of a
 * @param bError standard error of b; null, with that of a as for a b that is known, where b is at a
 *     bound of what is tried, −0.99 or a million
 * @param ranks V
 * @param tokens N, of the second half
 * @param distance Kolmogorov and Smirnov's: the largest difference between the law's and the second
 *     half's cumulated shares, 0 to 1, where the first half's ranks are told apart
 */
public record MandelbrotFit(
    double a, double b, double aError, Double bError, long ranks, long tokens, double distance) {
  private static final double LEAST_B = -0.99;
  private static final double MOST_B = 1e6;
  private static final double MOST_A = 20;

  /** The least ranks that a law with two parameters is fitted to. */
  static final int LEAST_RANKS = 10;

  /**
   * Fits the law.
   *
   * @return null where there are fewer than {@value #LEAST_RANKS} ranks, or all words are equally
   *     frequent
   */
  public static MandelbrotFit of(HalvedRanks halves) {
    long ranks = halves.ranked();
    long tokens = halves.tokens();
    if (ranks < LEAST_RANKS || tokens < LEAST_RANKS) {
      return null;
    }
    return new Search(halves, ranks, tokens).fit();
  }

  /** The law's share of a rank, from 1 to V, of the tokens that have one. */
  public Law law() {
    RankSums sums = new RankSums(ranks);
    double z = sums.sum(r -> Math.pow(r + b, -a));
    return rank -> Math.pow(rank + b, -a) / z;
  }

  /** Shares by rank. */
  @FunctionalInterface
  public interface Law {
    double share(double rank);
  }

  /** Newton's method in (a, ln(1 + b)), with steps that are damped until L rises. */
  private static final class Search {
    private final HalvedRanks halves;
    private final long ranks;
    private final long tokens;
    private final RankSums sums;

    Search(HalvedRanks halves, long ranks, long tokens) {
      this.halves = halves;
      this.ranks = ranks;
      this.tokens = tokens;
      sums = new RankSums(ranks);
    }

    /** L and its first and second derivatives by a and b: L, a, b, aa, ab, bb. */
    private double[] likelihood(double a, double b) {
      double[] data = new double[3]; // Σ n ln(r + b), Σ n / (r + b), Σ n / (r + b)²
      halves.forEach(
          (from, to, first, second) -> {
            if (second == 0) {
              return;
            }
            double each = (double) second / (to - from);
            if (to - from <= 16) {
              for (long r = from; r < to; r++) {
                data[0] += each * Math.log(r + b);
                data[1] += each / (r + b);
                data[2] += each / ((r + b) * (r + b));
              }
            } else {
              // Σ over ranks of ln(r + b) is ln Γ(to + b) − ln Γ(from + b), and so on by b.
              data[0] += each * (Gamma.logGamma(to + b) - Gamma.logGamma(from + b));
              data[1] += each * (Gamma.digamma(to + b) - Gamma.digamma(from + b));
              data[2] += each * (Gamma.trigamma(from + b) - Gamma.trigamma(to + b));
            }
          });
      double z = 0;
      double za = 0;
      double zb = 0;
      double zaa = 0;
      double zab = 0;
      double zbb = 0;
      for (int i = 0; i < sums.size(); i++) {
        double at = sums.rank(i) + b;
        double log = Math.log(at);
        double f = sums.weight(i) * Math.exp(-a * log);
        z += f;
        za -= f * log;
        zb -= a * f / at;
        zaa += f * log * log;
        zab += f * (a * log - 1) / at;
        zbb += a * (a + 1) * f / (at * at);
      }
      double n = tokens;
      return new double[] {
        -a * data[0] - n * Math.log(z),
        -data[0] - n * za / z,
        -a * data[1] - n * zb / z,
        -n * (zaa / z - za * za / (z * z)),
        -data[1] - n * (zab / z - za * zb / (z * z)),
        a * data[2] - n * (zbb / z - zb * zb / (z * z))
      };
    }

    MandelbrotFit fit() {
      double a = 1;
      double b = 1;
      double[] here = likelihood(a, b);
      double damping = 1e-3;
      for (int i = 0; i < 500; i++) {
        // By t = ln(1 + b): ∂t = (1 + b) ∂b, ∂tt = (1 + b)² ∂bb + (1 + b) ∂b.
        double s = 1 + b;
        double gt = s * here[2];
        double haa = -here[3];
        double hat = -s * here[4];
        double htt = -(s * s * here[5] + s * here[2]);
        boolean moved = false;
        double stepA = 0;
        double stepT = 0;
        while (damping < 1e12) {
          double daa = haa + damping * Math.max(Math.abs(haa), 1e-12);
          double dtt = htt + damping * Math.max(Math.abs(htt), 1e-12 * tokens);
          double determinant = daa * dtt - hat * hat;
          if (daa > 0 && determinant > 0) {
            stepA = (dtt * here[1] - hat * gt) / determinant;
            stepT = (daa * gt - hat * here[1]) / determinant;
            double nextA = Math.max(0, Math.min(MOST_A, a + stepA));
            double nextB =
                Math.max(
                    LEAST_B, Math.min(MOST_B, s * Math.exp(Math.max(-3, Math.min(3, stepT))) - 1));
            double[] there = likelihood(nextA, nextB);
            if (there[0] >= here[0] || Math.abs(there[0] - here[0]) < 1e-12 * Math.abs(here[0])) {
              stepA = nextA - a;
              stepT = Math.log((1 + nextB) / s);
              a = nextA;
              b = nextB;
              here = there;
              damping = Math.max(1e-12, damping / 10);
              moved = true;
              break;
            }
          }
          damping = Math.max(damping * 10, 1e-6);
        }
        if (!moved || Math.abs(stepA) < 1e-10 && Math.abs(stepT) < 1e-9) {
          break;
        }
      }
      if (a < 1e-6) {
        return null;
      }
      double determinant = here[3] * here[5] - here[4] * here[4];
      boolean bound = b <= LEAST_B || b >= MOST_B || !(determinant > 0 && here[5] < 0);
      return new MandelbrotFit(
          a,
          b,
          bound ? Math.sqrt(-1 / here[3]) : Math.sqrt(-here[5] / determinant),
          bound ? null : Math.sqrt(-here[3] / determinant),
          ranks,
          tokens,
          distance(a, b));
    }

    private double distance(double a, double b) {
      double z = sums.sum(r -> Math.pow(r + b, -a));
      double[] at = new double[3]; // the law's share, the text's share, the largest difference
      halves.forEach(
          (from, to, first, second) -> {
            at[0] += sum(from, to, a, b) / z;
            at[1] += (double) second / tokens;
            at[2] = Math.max(at[2], Math.abs(at[0] - at[1]));
          });
      return at[2];
    }

    /** Σ (r + b)^-a over some ranks. */
    private static double sum(long from, long to, double a, double b) {
      if (to - from <= 1024) {
        double sum = 0;
        for (long r = from; r < to; r++) {
          sum += Math.pow(r + b, -a);
        }
        return sum;
      }
      RankSums upTo = new RankSums(to - 1);
      RankSums before = new RankSums(from - 1);
      return upTo.sum(r -> Math.pow(r + b, -a)) - before.sum(r -> Math.pow(r + b, -a));
    }
  }
}
