package org.seqlm.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.seqlm.ngram.stats.Frequencies;
import org.seqlm.profile.text.Diversity;

/**
 * The figures of published implementations for counts of our own, as they printed them: SciPy
 * 1.10.1, statsmodels 0.13.5 and LexicalRichness 0.5.1.
 */
class PublishedFiguresTest {
  private static final double[] PLACES = {1, 2, 3, 5, 8, 9, 12};
  private static final long[] COUNTS = {2, 17, 5, 9, 30, 9, 41};
  private static final long[] TOKENS = {1000, 1200, 900, 1500, 1600, 800, 2000};

  /** The words of some text, by how often each stands. */
  private static final long[] WORDS = {40, 25, 9, 3, 3, 2, 2, 1, 1, 1, 1, 1};

  private static void same(double ours, double theirs) {
    assertThat(ours).isCloseTo(theirs, within(1e-10 * Math.abs(theirs)));
  }

  /**
   * statsmodels' {@code WLS(counts / tokens, add_constant(places), weights=tokens).fit()}: {@code
   * params[1]}, {@code bse[1]}, {@code tvalues[1]}, {@code pvalues[1]}, and {@code scale} by the
   * mean rate. It is the same where the rates vary by more than Poisson's law, which is the least
   * that ours takes.
   */
  @Test
  void trendOfStatsmodels() {
    RateTrend trend = RateTrend.of(PLACES, COUNTS, TOKENS);
    same(trend.slope(), 0.0013467671788924328);
    same(trend.error(), 0.00048439551347539684);
    same(trend.t(), 2.780304815851349);
    same(trend.p(), 0.038888059960739706);
    same(trend.dispersion(), 2.5782051742585392);
  }

  /** SciPy's {@code kendalltau(places, counts / tokens)}, without and with ties on either side. */
  @Test
  void tauOfScipy() {
    same(RateTrend.tau(PLACES, COUNTS, TOKENS), 0.6190476190476191);
    double[] tied = {1, 2, 2, 3, 4, 6};
    long[] counts = {5, 4, 9, 10, 10, 10};
    same(
        RateTrend.tau(tied, counts, new long[] {1000, 1000, 1500, 1000, 2000, 1000}),
        0.44474958999666075);
  }

  /** SciPy's {@code linregress(log(tokens), log(types))}; s of its residuals. */
  @Test
  void heapsOfScipy() {
    HeapsFit fit =
        HeapsFit.of(
            new long[] {100, 200, 400, 800, 1600, 3200}, new long[] {71, 120, 204, 331, 560, 902});
    same(fit.beta(), 0.7343320527885304);
    same(fit.betaError(), 0.006132497496215862);
    same(fit.k(), 2.4504434121354395);
    same(fit.logKError(), 0.03954013004647779);
    same(fit.deviation(), 0.01778205155105968);
  }

  /** {@code sum(1 - hypergeom.pmf(0, 89, f, n))} over the words, for n = 10, 42 and 80. */
  @Test
  void randomOrderOfScipy() {
    Frequencies words = new Frequencies().add(WORDS);
    same(Growth.expected(words, 10), 4.240379075480404);
    same(Growth.expected(words, 42), 8.519746951798437);
    same(Growth.expected(words, 80), 11.474516572151575);
  }

  /** HD-D is the same sum for 42, by 42. */
  @Test
  void hddOfScipy() {
    int[] text = new int[89];
    int at = 0;
    for (int word = 0; word < WORDS.length; word++) {
      for (long i = 0; i < WORDS[word]; i++) {
        text[at++] = word;
      }
    }
    same(Diversity.hdd(text), 0.2028511178999628);
  }

  /**
   * LexicalRichness 0.5.1 of 300 words: {@code mattr(window_size=100)}, {@code
   * mtld(threshold=0.72)}, {@code hdd(draws=42)}, {@code ttr}, {@code rttr}, {@code Herdan}, {@code
   * yulek} and {@code simpsond}. Its HD-D is the sum of the words' shares, as McCarthy and Jarvis
   * have it.
   */
  @Test
  void diversityOfLexicalRichness() {
    int[] text = new int[300];
    long[] counts = new long[53];
    for (int i = 0; i < text.length; i++) {
      text[i] = (i * i * 7 + i / 9) % 53;
      counts[text[i]]++;
    }
    same(Diversity.mattr(text, 100), 0.4446268656716428);
    same(Diversity.mtld(text), 31.172985781990523);
    same(Diversity.hdd(text), 0.6931214543633127);
    Frequencies words = new Frequencies();
    words.add(Arrays.stream(counts).filter(count -> count > 0).toArray());
    Richness richness = Richness.of(words);
    same(richness.ratio(), 0.17333333333333334);
    same(richness.guiraud(), 3.0022213997860536);
    same(richness.herdan(), 0.692740954995762);
    same(richness.yule(), 186.88888888888886);
    same(richness.simpson(), 0.01875139353400223);
  }

  /**
   * The likelihood that SciPy's {@code minimize(method="Nelder-Mead")} finds largest, errors by the
   * inverse of statsmodels' {@code approx_hess3} there: two searches and two derivatives, which
   * agree as far as theirs go.
   */
  @Test
  void mandelbrotOfScipy() {
    HalvedRanks halves = new HalvedRanks();
    for (int rank = 1; rank <= 40; rank++) {
      long second = Math.round(20_000 * Math.pow(rank + 2, -1.3)) + rank * 7 % 5 - 2;
      halves.add(/* first= */ 1_000 - rank, second);
    }
    MandelbrotFit fit = MandelbrotFit.of(halves);
    assertThat(fit.tokens()).isEqualTo(28_871);
    assertThat(fit.a()).isCloseTo(1.300550157662258, within(1e-6));
    assertThat(fit.b()).isCloseTo(2.002299931181609, within(1e-5));
    assertThat(fit.aError()).isCloseTo(0.02332982, within(1e-6));
    assertThat(fit.bError()).isCloseTo(0.13685053, within(1e-5));
    assertThat(fit.distance()).isCloseTo(8.301922745146406e-05, within(1e-8));
  }

  /** SciPy's {@code zipfian.pmf([1, 2, 12], 1.3, 12)}: the law without an offset. */
  @Test
  void zipfOfScipy() {
    MandelbrotFit.Law law = new MandelbrotFit(1.3, 0, 0, 0.0, 12, 100, 0).law();
    same(law.share(1), 0.4220009575692192);
    same(law.share(2), 0.17138564452511218);
    same(law.share(12), 0.01668698273339673);
  }
}
