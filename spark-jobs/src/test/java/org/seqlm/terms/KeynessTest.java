package org.seqlm.terms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeynessTest {
  /** 30 of 1,000 and 10 of 2,000: 40 of 3,000 expect 13⅓ and 26⅔. */
  @Test
  void byHand() {
    Keyness word = new Keyness(30, 10, 1_000, 2_000);
    // 2 (30 ln 2.25 + 10 ln 0.375) = 2 (24.3279065 − 9.8082925)
    assertThat(word.logLikelihood()).isCloseTo(29.0392280, within(1e-6));
    // and 2 (970 ln (970 / 986.6667) + 1990 ln (1990 / 1973.3333)) = 2 (−16.525102 + 16.736852)
    assertThat(word.logLikelihoodOfTable()).isCloseTo(29.4627293, within(1e-6));
    assertThat(word.logRatio()).isCloseTo(Math.log(6) / Math.log(2), within(1e-12));
    // (30.5 / 970.5) / (10.5 / 1990.5)
    assertThat(word.oddsRatio()).isCloseTo(5.957680, within(1e-5));
    assertThat(word.targetPerMillion()).isEqualTo(30_000);
    assertThat(word.referencePerMillion()).isEqualTo(5_000);
    assertThat(word.positive()).isTrue();
    assertThat(word.p()).isCloseTo(5.7e-8, within(2e-9));
  }

  /** A count of 0 is ½ in the log ratio: 8 / 100 to ½ / 100 is 16. */
  @Test
  void zeros() {
    assertThat(new Keyness(8, 0, 100, 100).logRatio()).isCloseTo(4, within(1e-12));
    assertThat(new Keyness(0, 8, 100, 100).logRatio()).isCloseTo(-4, within(1e-12));
    assertThat(new Keyness(0, 0, 100, 100).logRatio()).isNaN();
    assertThat(new Keyness(0, 0, 100, 100).logLikelihood()).isZero();
    assertThatThrownBy(() -> new Keyness(5, 0, 4, 1)).hasMessageContaining("5 of 4");
  }

  @Test
  void exchangingTheCorporaTurnsTheSign() {
    Random random = new Random(3);
    for (int i = 0; i < 5_000; i++) {
      long c = 1L + random.nextInt(1_000_000);
      long d = 1L + random.nextInt(1_000_000);
      Keyness word = new Keyness(random.nextLong(c + 1), 1 + random.nextLong(d), c, d);
      Keyness turned =
          new Keyness(/* target= */ word.reference(), /* reference= */ word.target(), d, c);
      assertThat(turned.logRatio()).isCloseTo(-word.logRatio(), within(1e-9));
      assertThat(turned.oddsRatio() * word.oddsRatio()).isCloseTo(1, within(1e-9));
      assertThat(turned.logLikelihood()).isCloseTo(word.logLikelihood(), within(1e-4));
      assertThat(word.logLikelihood()).isGreaterThanOrEqualTo(0);
      assertThat(word.logLikelihoodOfTable()).isGreaterThan(word.logLikelihood() - 1e-4);
    }
  }

  /**
   * The quantiles of χ² with one degree of freedom: 3.841 at 5 %, 6.635 at 1 %, 10.828 at 0.1 %.
   */
  @Test
  void tailOfChiSquare() {
    assertThat(ChiSquareTail.oneDegree(0)).isEqualTo(1);
    assertThat(ChiSquareTail.oneDegree(3.841459)).isCloseTo(0.05, within(1e-7));
    assertThat(ChiSquareTail.oneDegree(6.634897)).isCloseTo(0.01, within(1e-8));
    assertThat(ChiSquareTail.oneDegree(10.827566)).isCloseTo(0.001, within(1e-9));
    assertThat(ChiSquareTail.oneDegree(1e5)).isZero();
  }

  /** p = 0.01, 0.02, 0.03, 0.04 of m = 4: Holm 0.04, 0.06, 0.06, 0.06; q = 0.04 for all. */
  @Test
  void correctionsByHand() {
    double[] p = {0.01, 0.02, 0.03, 0.04};
    assertThat(MultipleTests.holm(p, 4))
        .containsExactly(new double[] {0.04, 0.06, 0.06, 0.06}, within(1e-12));
    assertThat(MultipleTests.benjaminiHochberg(p, 4, 1))
        .containsExactly(new double[] {0.04, 0.04, 0.04, 0.04}, within(1e-12));
    assertThat(MultipleTests.bonferroni(0.3, 4)).isEqualTo(1);
    assertThatThrownBy(() -> MultipleTests.holm(new double[] {0.2, 0.1}, 4))
        .hasMessageContaining("must rise");
  }

  /** The first of many, with the least of the others' steps, are corrected as among all. */
  @Test
  void theFirstAreCorrectedAsAmongAll() {
    Random random = new Random(5);
    for (int round = 0; round < 100; round++) {
      double[] p = random.doubles(50).map(x -> x * x * x).sorted().toArray();
      double[] all = MultipleTests.benjaminiHochberg(p, 50, 1);
      double rest = 1;
      for (int i = 20; i < 50; i++) {
        rest = Math.min(rest, MultipleTests.step(p[i], 50, i + 1));
      }
      double[] first = Arrays.copyOf(p, 20);
      assertThat(MultipleTests.benjaminiHochberg(first, 50, rest))
          .isEqualTo(Arrays.copyOf(all, 20));
      assertThat(MultipleTests.holm(first, 50))
          .isEqualTo(Arrays.copyOf(MultipleTests.holm(p, 50), 20));
      assertThat(all).isSorted();
    }
  }
}
