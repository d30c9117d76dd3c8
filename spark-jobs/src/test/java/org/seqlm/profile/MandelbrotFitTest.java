package org.seqlm.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MandelbrotFitTest {
  /** Counts of words that are drawn from the law, halved by the words' numbers. */
  private static HalvedRanks drawn(double a, double b, int types, double tokens, long seed) {
    double z = 0;
    for (int r = 1; r <= types; r++) {
      z += Math.pow(r + b, -a);
    }
    Random random = new Random(seed);
    HalvedRanks halves = new HalvedRanks();
    for (int r = 1; r <= types; r++) {
      long count = poisson(tokens * Math.pow(r + b, -a) / z, random);
      if (count > 0) {
        long half = HalvedRanks.half(random.nextLong(), count, seed);
        halves.add(half, count - half);
      }
    }
    return halves;
  }

  private static long poisson(double mean, Random random) {
    if (mean > 500) {
      return Math.round(mean + Math.sqrt(mean) * random.nextGaussian());
    }
    long count = -1;
    for (double p = 0; p < mean; p -= Math.log(1 - random.nextDouble())) {
      count++;
    }
    return Math.max(0, count);
  }

  /**
   * Planted parameters come back within a few errors where every word is frequent enough to be
   * ranked right. (Where they are not, the law of ranks is not that of the words: ranks of rare
   * words are of chance.)
   */
  @Test
  void findsPlantedParameters() {
    for (double[] ab : new double[][] {{1.1, 2.7}, {1, 0}, {0.8, 10}, {1.6, 40}}) {
      MandelbrotFit fit = MandelbrotFit.of(drawn(ab[0], ab[1], 400, 4e6, 7));
      assertThat(fit.ranks()).isEqualTo(400);
      assertThat(fit.a()).isCloseTo(ab[0], within(4 * fit.aError()));
      assertThat(fit.b()).isCloseTo(ab[1], within(4 * fit.bError()));
      assertThat(fit.aError()).isBetween(1e-5, 0.05);
      assertThat(fit.distance()).isLessThan(0.01);
    }
  }

  /** The errors are those of the estimates: of 60 texts, about 57 lie within two. */
  @Test
  void errorsAreThoseOfManyTexts() {
    int within = 0;
    for (int seed = 0; seed < 60; seed++) {
      MandelbrotFit fit = MandelbrotFit.of(drawn(1.1, 2.7, 100, 2e5, seed));
      within += Math.abs(fit.a() - 1.1) < 2 * fit.aError() ? 1 : 0;
    }
    assertThat(within).isBetween(49, 60);
  }

  /** At the estimate no neighbour is more likely, by a sum over all ranks one by one. */
  @Test
  void isTheMostLikely() {
    HalvedRanks halves = drawn(1.2, 3, 9000, 1e5, 3);
    MandelbrotFit fit = MandelbrotFit.of(halves);
    double best = likelihood(halves, fit.a(), fit.b());
    for (double[] off : new double[][] {{1e-3, 0}, {-1e-3, 0}, {0, 1e-2}, {0, -1e-2}}) {
      assertThat(likelihood(halves, fit.a() + off[0], fit.b() + off[1])).isLessThan(best);
    }
    // The information by differences of second order.
    double h = 1e-3;
    double aa =
        (likelihood(halves, fit.a() + h, fit.b())
                + likelihood(halves, fit.a() - h, fit.b())
                - 2 * best)
            / (h * h);
    double bb =
        (likelihood(halves, fit.a(), fit.b() + h)
                + likelihood(halves, fit.a(), fit.b() - h)
                - 2 * best)
            / (h * h);
    double ab =
        (likelihood(halves, fit.a() + h, fit.b() + h)
                + likelihood(halves, fit.a() - h, fit.b() - h)
                - likelihood(halves, fit.a() + h, fit.b() - h)
                - likelihood(halves, fit.a() - h, fit.b() + h))
            / (4 * h * h);
    double determinant = aa * bb - ab * ab;
    assertThat(fit.aError()).isCloseTo(Math.sqrt(-bb / determinant), within(1e-2 * fit.aError()));
    assertThat(fit.bError()).isCloseTo(Math.sqrt(-aa / determinant), within(1e-2 * fit.bError()));
  }

  private static double likelihood(HalvedRanks halves, double a, double b) {
    double[] sums = new double[3];
    halves.forEach(
        (from, to, first, second) -> {
          for (long r = from; r < to; r++) {
            sums[0] += (double) second / (to - from) * Math.log(r + b);
            sums[1] += Math.pow(r + b, -a);
          }
          sums[2] += second;
        });
    return -a * sums[0] - sums[2] * Math.log(sums[1]);
  }

  @Test
  void fewOrEqualWordsHaveNoLaw() {
    HalvedRanks halves = new HalvedRanks();
    assertThat(MandelbrotFit.of(halves)).isNull();
    halves.add(3, 4);
    assertThat(MandelbrotFit.of(halves)).isNull();
    HalvedRanks equal = new HalvedRanks();
    for (int i = 0; i < 50; i++) {
      equal.add(5, 5);
    }
    assertThat(MandelbrotFit.of(equal)).isNull();
  }

  /** One word of nearly all tokens: whatever is told is a number. */
  @Test
  void extremeTextsGiveNumbers() {
    HalvedRanks halves = new HalvedRanks();
    halves.add(1_000_000_000_000L, 1_000_000_000_000L);
    for (int i = 0; i < 30; i++) {
      halves.add(1, 1);
    }
    MandelbrotFit fit = MandelbrotFit.of(halves);
    assertThat(fit.a()).isBetween(0.0, 20.0);
    assertThat(fit.aError()).isFinite();
    assertThat(fit.distance()).isBetween(0.0, 1.0);
  }

  /** Of 130 tokens a half has 65 on average, with the variance 130 / 4. */
  @Test
  void halvesAreBinomial() {
    double sum = 0;
    double squares = 0;
    int words = 20_000;
    for (int w = 0; w < words; w++) {
      long half = HalvedRanks.half(w * 0x1234567L, 130, 9);
      sum += half;
      squares += (half - 65.0) * (half - 65);
    }
    assertThat(sum / words).isCloseTo(65, within(0.16)); // four errors of the mean
    assertThat(squares / words).isCloseTo(32.5, within(1.3));
    assertThat(LongStream.range(0, 4000).map(w -> HalvedRanks.half(w, 1, 9)).sum())
        .isBetween(1870L, 2130L);
    assertThat(HalvedRanks.half(5, 1000, 1)).isEqualTo(HalvedRanks.half(5, 1000, 1));
    assertThat(HalvedRanks.half(5, 0, 1)).isZero();
  }

  /** Words of one count share its ranks; those without one are apart. */
  @Test
  void ranksByHand() {
    HalvedRanks halves = new HalvedRanks();
    halves.add(2, 5);
    halves.add(0, 1);
    halves.add(7, 3);
    HalvedRanks more = new HalvedRanks();
    more.add(2, 0);
    halves.add(more);
    StringBuilder seen = new StringBuilder();
    halves.forEach((from, to, first, second) -> seen.append(from + "-" + to + ":" + second + " "));
    assertThat(seen.toString()).isEqualTo("1-2:3 2-4:5 ");
    assertThat(halves.ranked()).isEqualTo(3);
    assertThat(halves.tokens()).isEqualTo(8);
    assertThat(halves.unranked()).isEqualTo(1);
  }

  @Test
  void sumsOverManyRanks() {
    for (int n : new int[] {1, 4096, 4097, 5000, 1_000_000}) {
      double exact = 0;
      for (int r = n; r >= 1; r--) {
        exact += Math.pow(r + 2.5, -1.1);
      }
      assertThat(new RankSums(n).sum(r -> Math.pow(r + 2.5, -1.1)))
          .isCloseTo(exact, within(1e-8 * exact));
    }
  }
}
