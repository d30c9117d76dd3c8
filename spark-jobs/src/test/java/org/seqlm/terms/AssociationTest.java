package org.seqlm.terms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AssociationTest {
  /** Tokens of the New York Times corpus of Manning and Schütze, chapter 5. */
  private static final long NYT = 14_307_668;

  private static double of(
      AssociationMeasure measure, long joint, long first, long second, long n) {
    return measure.of(new PairTable(joint, first, second, n));
  }

  /**
   * The examples of Manning and Schütze 1999, sections 5.3 and 5.4: "new companies" (t and χ²),
   * "Ayatollah Ruhollah" and "Bette Midler" (PMI), and "vache" with "cow" (χ²).
   */
  @Test
  void measuresOfTheTextbook() {
    // E = 15828 · 4675 / N = 5.1718, t = (8 − 5.1718) / √8
    assertThat(of(AssociationMeasure.T, 8, 15_828, 4_675, NYT)).isCloseTo(0.999932, within(1e-6));
    assertThat(of(AssociationMeasure.CHI2, 8, 15_828, 4_675, NYT)).isCloseTo(1.55, within(0.005));
    assertThat(of(AssociationMeasure.PMI, 20, 42, 20, NYT)).isCloseTo(18.38, within(0.005));
    assertThat(of(AssociationMeasure.PMI, 20, 41, 27, NYT)).isCloseTo(17.98, within(0.005));
    assertThat(of(AssociationMeasure.CHI2, 59, 67, 65, 571_007)).isCloseTo(456_400, within(0.5));
  }

  /**
   * The figures of NLTK's likelihood_ratio for two bigrams of Dunning 1993, table 1 ("the swiss").
   */
  @Test
  void logLikelihoodOfDunning() {
    assertThat(of(AssociationMeasure.G2, 110, 2_552, 221, 31_777)).isCloseTo(270.72, within(0.005));
    assertThat(of(AssociationMeasure.G2, 8, 13, 32, 31_777)).isCloseTo(95.29, within(0.005));
  }

  /** O = 2, rows 4 and 6, columns 3 and 7 of N = 10: E = 1.2, 2.8, 1.8, 4.2. */
  @Test
  void byHand() {
    PairTable table = new PairTable(2, 4, 3, 10);
    assertThat(table.expected()).isCloseTo(1.2, within(1e-15));
    assertThat(AssociationMeasure.PMI.of(table))
        .isCloseTo(Math.log(2 / 1.2) / Math.log(2), within(1e-12));
    // log2 (5/3) / −log2 (1/5) = ln (5/3) / ln 5
    assertThat(AssociationMeasure.NPMI.of(table))
        .isCloseTo(Math.log(5 / 3.0) / Math.log(5), within(1e-12));
    // log2 (8 / 1.2)
    assertThat(AssociationMeasure.MI3.of(table)).isCloseTo(2.736966, within(1e-6));
    // 14 + log2 (4 / 7)
    assertThat(AssociationMeasure.LOG_DICE.of(table)).isCloseTo(13.192645, within(1e-6));
    // 2 (2 ln (2/1.2) + 2 ln (2/2.8) + 1 ln (1/1.8) + 5 ln (5/4.2)) = 2 (1.0216512 − 0.6729445 −
    // 0.5877867 + 0.8717669)
    assertThat(AssociationMeasure.G2.of(table)).isCloseTo(1.265374, within(1e-5));
    // 0.64 (1/1.2 + 1/2.8 + 1/1.8 + 1/4.2) = 0.64 · 1.984127
    assertThat(AssociationMeasure.CHI2.of(table)).isCloseTo(1.269841, within(1e-6));
    // 0.09 · 1.984127
    assertThat(AssociationMeasure.CHI2_YATES.of(table)).isCloseTo(0.178571, within(1e-6));
    assertThat(AssociationMeasure.T.of(table)).isCloseTo(0.8 / Math.sqrt(2), within(1e-12));
  }

  /** Three words of frequencies ½, ½ and ¼ in 16 windows: E = 1, and the n-gram is seen 4 times. */
  @Test
  void threeIndependentWords() {
    Association counts = NullModel.WORDS.of(4, new long[] {8, 8, 4}, 16);
    assertThat(counts.expected()).isEqualTo(1);
    assertThat(AssociationMeasure.PMI.of(counts)).isCloseTo(2, within(1e-12));
    // −(3 − 1) log2 (4 / 16) = 4
    assertThat(AssociationMeasure.NPMI.of(counts)).isCloseTo(0.5, within(1e-12));
    assertThat(AssociationMeasure.T.of(counts)).isCloseTo(1.5, within(1e-12));
    // 2 (4 ln 4 + 12 ln (12 / 15)) = 2 (5.5451774 − 2.6777226)
    assertThat(AssociationMeasure.G2.of(counts)).isCloseTo(5.7349097, within(1e-6));
    // 9 (1 + 1 / 15)
    assertThat(AssociationMeasure.CHI2.of(counts)).isCloseTo(9.6, within(1e-12));
    // 14 + log2 (3 · 4 / 20)
    assertThat(AssociationMeasure.LOG_DICE.of(counts))
        .isCloseTo(14 + Math.log(0.6) / Math.log(2), within(1e-12));
  }

  /**
   * "of the x": the beginning "of" expects 10 · 4 / 100 of it, the beginning "of the" 8 · 20 / 100,
   * which is more and counts.
   */
  @Test
  void strongestHalves() {
    Association counts = NullModel.HALVES.of(4, new long[] {10, 4, 8, 20}, 100);
    assertThat(counts).isEqualTo(new PairTable(4, 8, 20, 100));
    assertThat(NullModel.HALVES.of(4, new long[] {8, 20, 10, 4}, 100)).isEqualTo(counts);
    assertThat(NullModel.HALVES.marginals(3)).isEqualTo(4);
    assertThat(NullModel.WORDS.marginals(3)).isEqualTo(3);
    assertThat(NullModel.HALVES.marginals(2)).isEqualTo(2);
    assertThat(NullModel.HALVES.of(2, new long[] {4, 3}, 10))
        .isEqualTo(NullModel.WORDS.of(2, new long[] {4, 3}, 10));
  }

  @Test
  void extremes() {
    PairTable always = new PairTable(10, 10, 10, 10);
    for (AssociationMeasure measure : AssociationMeasure.values()) {
      assertThat(measure.of(always)).as(measure.name()).isNotNaN();
    }
    assertThat(AssociationMeasure.NPMI.of(always)).isEqualTo(1);
    assertThat(AssociationMeasure.NPMI.of(new PairTable(3, 3, 3, 10))).isEqualTo(1);
    PairTable never = new PairTable(0, 5, 5, 10);
    assertThat(AssociationMeasure.NPMI.of(never)).isEqualTo(-1);
    assertThat(AssociationMeasure.T.of(never)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThatThrownBy(() -> new PairTable(1, 6, 6, 10))
        .hasMessageContaining("joint 1, first 6, second 6, total 10");
  }

  @Test
  void everyTableKeepsTheBounds() {
    Random random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      long n = 1L + random.nextInt(1 << (1 + random.nextInt(20)));
      long first = random.nextLong(n + 1);
      long second = random.nextLong(n + 1);
      long least = Math.max(0, first + second - n);
      long joint = least + random.nextLong(Math.min(first, second) - least + 1);
      PairTable table = new PairTable(joint, first, second, n);
      PairTable turned = new PairTable(joint, second, first, n);
      assertThat(table.logLikelihood()).isGreaterThanOrEqualTo(0).isFinite();
      assertThat(table.chiSquare()).isGreaterThanOrEqualTo(0).isFinite();
      assertThat(table.chiSquareYates()).isBetween(0.0, table.chiSquare());
      assertThat(turned.logLikelihood()).isCloseTo(table.logLikelihood(), within(1e-6));
      if (joint > 0) {
        assertThat(AssociationMeasure.NPMI.of(table)).isBetween(-1.0, 1.0);
        assertThat(AssociationMeasure.LOG_DICE.of(table)).isLessThanOrEqualTo(14);
        Association words = NullModel.WORDS.of(joint, new long[] {first, second, n}, n);
        assertThat(words.logLikelihood()).isGreaterThanOrEqualTo(0).isFinite();
        assertThat(AssociationMeasure.NPMI.of(words)).isBetween(-1.0, 1.0);
        // A third word that is everywhere says nothing.
        assertThat(AssociationMeasure.PMI.of(words))
            .isCloseTo(AssociationMeasure.PMI.of(table), within(1e-9));
      }
    }
  }
}
