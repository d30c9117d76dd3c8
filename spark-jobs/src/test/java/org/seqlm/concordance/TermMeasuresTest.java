package org.seqlm.concordance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/**
 * Four documents: "tide tide boat", "boat pilot", "pilot pilot pilot lamp" and "boat lamp tide". 12
 * words; boat stands in three of them, 3 times, pilot in two, 4 times.
 */
class TermMeasuresTest {
  private static final TermMeasures TEXT = new TermMeasures(12, 4);

  @Test
  void byHand() {
    assertThat(TEXT.perMillion(3)).isEqualTo(250_000);
    assertThat(TEXT.idf(4)).isZero();
    assertThat(TEXT.idf(2)).isCloseTo(Math.log(2), within(1e-15));
    assertThat(TEXT.tfIdf(4, 2)).isCloseTo(4 * Math.log(2), within(1e-15));
  }

  /**
   * scikit-learn 1.2.1, {@code TfidfVectorizer(smooth_idf=False, norm=None)}: its {@code idf_} is
   * ln (D / d) + 1, so that words of all documents keep a weight, and its tf-idf larger than ours
   * by tf.
   */
  @Test
  void ofScikitLearn() {
    assertThat(TEXT.idf(3)).isCloseTo(1.2876820724517808 - 1, within(1e-15));
    assertThat(TEXT.idf(2)).isCloseTo(1.6931471805599454 - 1, within(1e-15));
    assertThat(TEXT.tfIdf(2, 2))
        .isCloseTo(3.386294361119891 - 2, within(1e-14)); // tide in the first
    assertThat(TEXT.tfIdf(3, 2))
        .isCloseTo(5.079441541679836 - 3, within(1e-14)); // pilot in the third
  }
}
