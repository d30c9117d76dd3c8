package org.seqlm.ngram.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ZipfFitTest {

  @Test
  void findsTheExponentOfALaw() {
    for (double s : new double[] {0.4, 1, 1.07, 2.5}) {
      long[] counts =
          LongStream.rangeClosed(1, 2000)
              .map(r -> Math.round(1e13 * Math.pow((double) r, -s)))
              .toArray();
      ZipfFit fit = ZipfFit.of(counts, 500);
      assertThat(fit.exponent()).isCloseTo(s, within(1e-6));
      assertThat(fit.distance()).isLessThan(1e-6);
      assertThat(fit.types()).isEqualTo(2000);
      assertThat(fit.points()).hasSizeLessThanOrEqualTo(500);
      assertThat(fit.points().get(0).rank()).isEqualTo(1);
      assertThat(fit.points().get(fit.points().size() - 1).rank()).isEqualTo(2000);
      for (ZipfFit.Point point : fit.points()) {
        assertThat(point.fitted())
            .isCloseTo((double) point.frequency(), within(1e-4 * point.frequency()));
      }
    }
  }

  /** Two types with counts 3 and 1: 2^-s = 1/3. */
  @Test
  void workedByHand() {
    ZipfFit fit = ZipfFit.of(new long[] {0, 1, 3}, 10);
    assertThat(fit.exponent()).isCloseTo(Math.log(3) / Math.log(2), within(1e-9));
    assertThat(fit.tokens()).isEqualTo(4);
    assertThat(ZipfFit.of(new long[] {5, 5, 5, 5}, 10).exponent()).isCloseTo(0, within(1e-9));
  }

  /** No other exponent makes the text more likely. */
  @Test
  void isTheMostLikely() {
    long[] counts = {50, 20, 19, 7, 3, 3, 1, 1, 1, 1};
    double best = ZipfFit.of(counts, 10).exponent();
    double likelihood = logLikelihood(counts, best);
    for (double off : new double[] {-0.5, -0.01, 0.01, 0.5}) {
      assertThat(logLikelihood(counts, best + off)).isLessThan(likelihood);
    }
  }

  private static double logLikelihood(long[] counts, double s) {
    double harmonic = 0;
    for (int r = 1; r <= counts.length; r++) {
      harmonic += Math.pow(r, -s);
    }
    double sum = 0;
    for (int r = 1; r <= counts.length; r++) {
      sum += counts[r - 1] * (-s * Math.log(r) - Math.log(harmonic));
    }
    return sum;
  }

  @Test
  void needsTwoTypes() {
    assertThat(ZipfFit.of(new long[] {7}, 10).exponent()).isNull();
    assertThat(ZipfFit.of(new long[0], 10).points()).isEmpty();
    assertThat(ZipfFit.of(new long[] {7}, 10).points().get(0).frequency()).isEqualTo(7);
    // As far from even as counts can be.
    assertThat(ZipfFit.of(new long[] {Long.MAX_VALUE / 2, 1}, 10).exponent()).isBetween(60.0, 64.0);
  }

  /** Counts that were gathered from parts give the same fit, whatever the parts. */
  @Test
  void isTheSameOfParts() {
    SplittableRandom random = new SplittableRandom(9);
    long[] counts = random.longs(5000, 0, 40).map(c -> c * c * c / 100).toArray();
    ZipfFit whole = ZipfFit.of(counts, 100);
    Frequencies gathered = new Frequencies();
    for (int from = 0; from < counts.length; ) {
      int to = Math.min(counts.length, from + 1 + random.nextInt(900));
      gathered.add(new Frequencies().add(Arrays.copyOfRange(counts, from, to)));
      from = to;
    }
    assertThat(ZipfFit.of(gathered, 100)).isEqualTo(whole);
    assertThat(gathered.types()).isEqualTo(Arrays.stream(counts).filter(c -> c > 0).count());
    assertThat(gathered.tokens()).isEqualTo(Arrays.stream(counts).sum());
  }
}
