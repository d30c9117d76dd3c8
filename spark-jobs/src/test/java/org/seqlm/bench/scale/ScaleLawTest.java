package org.seqlm.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Laws of made-up runs: what is tested, what is refuted, and what is carried on. */
class ScaleLawTest {
  /** A run whose seconds and files are given; what else there is is nothing. */
  private static ScaleRun run(long tokens, double seconds, long files) {
    return new ScaleRun(
        "made up",
        3,
        tokens,
        tokens,
        null,
        seconds,
        0,
        0,
        new HeapMeter.Usage(100, 10, 50, 20, 1),
        new SpillMeter.Usage(0, 0, 0),
        files,
        0,
        List.of());
  }

  private static ScaleLaw law(List<ScaleLaw> laws, Figure figure) {
    return laws.stream().filter(law -> law.figure() == figure).findFirst().orElseThrow();
  }

  private static final List<ScaleRun> FIT = List.of(run(100, 1, 7), run(200, 2, 7), run(400, 4, 7));

  @Test
  void figuresThatAreNothingHaveNoLaw() {
    List<ScaleLaw> laws = ScaleLaw.of(null, FIT, List.of(run(800, 8, 7)), 1e6);
    assertThat(laws)
        .extracting(ScaleLaw::figure)
        .containsExactly(
            Figure.SECONDS,
            Figure.HEAP_PEAK_BYTES,
            Figure.HEAP_AFTER_COLLECTION_BYTES,
            Figure.FILES);
    assertThat(law(laws, Figure.FILES).prediction().value()).isCloseTo(7, within(1e-9));
    assertThat(ScaleLaw.of(null, FIT.subList(0, 2), List.of(), 1e6)).isEmpty();
  }

  @Test
  void aTestTellsItsErrorAndWidensWhatIsCarriedOn() {
    // The law says 8 s and 16 s.
    ScaleLaw law =
        law(
            ScaleLaw.of(null, FIT, List.of(run(800, 8, 7), run(1600, 32, 7)), 12_800),
            Figure.SECONDS);
    assertThat(law.law().exponent()).isCloseTo(1, within(1e-12));
    assertThat(law.tests().get(0).error()).isCloseTo(0, within(1e-9));
    assertThat(law.tests().get(0).expected()).isTrue();
    assertThat(law.tests().get(1).error()).isCloseTo(-0.5, within(1e-9));
    assertThat(law.tests().get(1).expected()).isFalse();
    // 1600 is 8 times the middle, 200, and 12800 64 times: twice as far, so off by 2 twice.
    assertThat(law.prediction().value()).isCloseTo(128, within(1e-6));
    assertThat(law.prediction().high()).isCloseTo(128 * 4, Percentage.withPercentage(1e-4));
    assertThat(law.prediction().low()).isCloseTo(128 / 4.0, Percentage.withPercentage(1e-4));
  }

  @Test
  void aConstantStaysWhatItIs() {
    List<ScaleRun> fit = List.of(run(100, 11, 7), run(200, 12, 7), run(400, 14, 7));
    ScaleLaw law =
        law(ScaleLaw.of(run(1, 10, 7), fit, List.of(run(800, 26, 7)), 6400), Figure.SECONDS);
    // 10 + n / 100 says 18 of the test, which has twice the 8 that are the text's: x̄ is ln 200, so
    // it is off by ln 2 at ln 4 and by ln 2 · 2.5 at ln 32.
    assertThat(law.law().constant()).isEqualTo(10);
    assertThat(law.prediction().value()).isCloseTo(74, within(1e-6));
    assertThat(law.prediction().high())
        .isCloseTo(10 + 64 * Math.pow(2, 2.5), Percentage.withPercentage(1e-4));
    assertThat(law.prediction().low())
        .isCloseTo(10 + 64 / Math.pow(2, 2.5), Percentage.withPercentage(1e-4));
  }
}
