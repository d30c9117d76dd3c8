package org.seqlm.terms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/**
 * The figures of published implementations for tables of our own, as they printed them: NLTK 3.8
 * ({@code nltk.metrics.association}), SciPy 1.10.1 ({@code scipy.stats}), gensim 4.2.0 and
 * statsmodels 0.13.5. Equal to ten digits unless it says why not.
 */
class PublishedFiguresTest {
  private static void same(double ours, double theirs) {
    assertThat(ours).isCloseTo(theirs, within(1e-10 * Math.max(Math.abs(theirs), 1e-290)));
  }

  /**
   * A pair's measures.
   *
   * @param theirs NLTK's {@code BigramAssocMeasures.pmi}, {@code student_t}, {@code
   *     likelihood_ratio}, {@code chi_sq}, {@code dice} and {@code mi_like(power=3)} of {@code
   *     (joint, (first, second), total)}; SciPy's {@code chi2_contingency(table, correction=True)};
   *     gensim's {@code npmi_scorer(first, second, joint, 0, 1, total)}
   */
  private static void pair(PairTable table, double... theirs) {
    same(AssociationMeasure.PMI.of(table), theirs[0]);
    same(AssociationMeasure.T.of(table), theirs[1]);
    same(AssociationMeasure.G2.of(table), theirs[2]);
    same(AssociationMeasure.CHI2.of(table), theirs[3]);
    // logDice is 14 + log2 Dice (Rychlý 2008); their mi_like is O³ / (f1 f2), ours O³ N / (f1 f2).
    same(AssociationMeasure.LOG_DICE.of(table), 14 + Cells.log2(theirs[4]));
    same(AssociationMeasure.MI3.of(table), Cells.log2(theirs[5] * table.total()));
    same(AssociationMeasure.CHI2_YATES.of(table), theirs[6]);
    same(AssociationMeasure.NPMI.of(table), theirs[7]);
  }

  @Test
  void pairsOfNltkScipyAndGensim() {
    pair(
        new PairTable(8, 20, 15, 200),
        2.415037499278844,
        2.2980970388562794,
        20.45048608932806,
        33.83383383383383,
        0.45714285714285713,
        1.7066666666666668,
        28.828828828828833,
        0.5200500189037935);
    pair(
        new PairTable(3, 3, 40, 120),
        1.5849625007211552,
        1.1547005383792517,
        6.7468867315737935,
        6.153846153846153,
        0.13953488372093023,
        0.225,
        3.4615384615384612,
        0.2978173459810155);
    pair(
        new PairTable(1, 30, 12, 90),
        -1.9999999999999991,
        -3.0,
        4.743457090199042,
        3.894230769230769,
        0.047619047619047616,
        0.002777777777777778,
        2.704326923076923,
        -0.3080784439085271);
  }

  /**
   * NLTK's {@code TrigramAssocMeasures.pmi} and {@code student_t} of {@code (4, (6, 5, 7), (20, 12,
   * 16), 300)} are those of independent words. Its {@code likelihood_ratio} and {@code chi_sq},
   * 47.81 and 389.0, are of all eight cells, for which it needs counts of pairs with a gap; ours
   * are of two, the n-gram and all else: SciPy's {@code power_divergence([4, 296], [E, 300 - E],
   * lambda_="log-likelihood")} and the same with {@code lambda_=None}.
   */
  @Test
  void threeWordsOfNltkAndScipy() {
    Association counts = NullModel.WORDS.of(4, new long[] {20, 12, 16}, 300);
    same(AssociationMeasure.PMI.of(counts), 6.550746785383245);
    same(AssociationMeasure.T.of(counts), 1.9786666666666666);
    same(AssociationMeasure.G2.of(counts), 28.462826825539654);
    same(AssociationMeasure.CHI2.of(counts), 367.09487571565734);
  }

  /**
   * A key word's measures.
   *
   * @param theirs SciPy's {@code chi2_contingency([[a, c - a], [b, d - b]], correction=False,
   *     lambda_="log-likelihood")}, its p, {@code power_divergence([a, b], [E1, E2],
   *     lambda_="log-likelihood")} and {@code contingency.odds_ratio([[2a + 1, 2(c - a) + 1], [2b +
   *     1, 2(d - b) + 1]], kind="sample")}
   */
  private static void key(Keyness word, double... theirs) {
    same(word.logLikelihoodOfTable(), theirs[0]);
    same(word.p(), theirs[1]);
    same(word.logLikelihood(), theirs[2]);
    same(word.oddsRatio(), theirs[3]);
  }

  @Test
  void keyWordsOfScipy() {
    Keyness more = new Keyness(30, 10, 1000, 2000);
    key(more, 29.46272930097768, 5.7002411825203365e-08, 29.0392279127452, 5.9576801354235664);
    Keyness less = new Keyness(7, 25, 4000, 3500);
    key(less, 13.341486731606508, 0.00025959845333869145, 13.28695938526, 0.2559674176419034);
    Keyness alone = new Keyness(12, 0, 5000, 9000);
    key(alone, 24.729400425714772, 6.597011987237387e-07, 24.7108660123478, 45.106244362032676);
    // log2 of contingency.relative_risk(a, c, b, d)
    same(more.logRatio(), 2.584962500721156);
    same(less.logRatio(), -2.0291463456595165);
  }

  /** SciPy's {@code chi2.sf(x, 1)}, far into the tail. */
  @Test
  void tailOfScipy() {
    same(ChiSquareTail.oneDegree(0.1), 0.7518296340458492);
    same(ChiSquareTail.oneDegree(12), 0.0005320055051392492);
    same(ChiSquareTail.oneDegree(40), 2.5396285894708634e-10);
    same(ChiSquareTail.oneDegree(300), 3.2943623833139784e-67);
  }

  /** statsmodels' {@code multipletests(p, method=...)}: bonferroni, holm and fdr_bh. */
  @Test
  void manyTestsOfStatsmodels() {
    double[] p = {0.0004, 0.003, 0.009, 0.011, 0.02, 0.31, 0.5, 0.74};
    assertThat(MultipleTests.holm(p, 8))
        .containsExactly(
            new double[] {0.0032, 0.021, 0.054, 0.055, 0.08, 0.93, 1, 1}, within(1e-15));
    assertThat(MultipleTests.benjaminiHochberg(p, 8, 1))
        .containsExactly(
            new double[] {
              0.0032, 0.012, 0.022, 0.022, 0.032, 0.41333333333333333, 0.5714285714285714, 0.74
            },
            within(1e-15));
    assertThat(MultipleTests.bonferroni(p[4], 8)).isCloseTo(0.16, within(1e-15));
  }
}
