package org.seqlm.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.seqlm.ngram.stats.Frequencies;

class GrowthTest {
  @Test
  void pointsAreTenADecadeAndTheEnd() {
    assertThat(Growth.points(0)).isEmpty();
    assertThat(Growth.points(1)).containsExactly(1);
    assertThat(Growth.points(30)).containsExactly(1, 2, 3, 4, 6, 7, 8, 10, 13, 16, 20, 26, 30);
    long[] large = Growth.points(1_000_000_000_000L);
    assertThat(large).contains(1000, 1_000_000).endsWith(1_000_000_000_000L);
    assertThat(Arrays.stream(large).distinct().count()).isEqualTo(large.length);
  }

  /**
   * a a b: of two tokens b is missing in 1 of the 3 pairs, a in none: 2 - 1/3. Of one, a is missing
   * with 1/3 and b with 2/3.
   */
  @Test
  void expectedByHand() {
    Frequencies words = new Frequencies().add(new long[] {2, 1});
    assertThat(Growth.expected(words, 0)).isCloseTo(0, within(1e-12));
    assertThat(Growth.expected(words, 1)).isCloseTo(1, within(1e-12));
    assertThat(Growth.expected(words, 2)).isCloseTo(2 - 1.0 / 3, within(1e-12));
    assertThat(Growth.expected(words, 3)).isCloseTo(2, within(1e-12));
    assertThatThrownBy(() -> Growth.expected(words, 4))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** It is the mean over random orders, of words of few and of many tokens. */
  @Test
  void expectedIsTheMeanOverOrders() {
    long[] counts = {300, 150, 70, 20, 8, 3, 2, 1, 1, 1};
    List<Integer> text = new ArrayList<>();
    for (int w = 0; w < counts.length; w++) {
      for (int i = 0; i < counts[w]; i++) {
        text.add(w);
      }
    }
    Random random = new Random(2);
    double sum = 0;
    for (int order = 0; order < 2000; order++) {
      java.util.Collections.shuffle(text, random);
      sum += text.subList(0, 60).stream().distinct().count();
    }
    assertThat(Growth.expected(new Frequencies().add(counts), 60))
        .isCloseTo(sum / 2000, within(0.06));
  }

  /** Both forms agree where one gives way to the other. */
  @Test
  void largeTextsTakeTheBinomialForm() {
    Frequencies small = new Frequencies().add(new long[] {(1L << 30) - 1000, 900, 100});
    Frequencies large = new Frequencies().add(new long[] {(1L << 30) + 1000, 900, 100});
    assertThat(Growth.expected(small, 1 << 20))
        .isCloseTo(Growth.expected(large, 1 << 20), within(1e-4));
  }

  /** V = n from 100 tokens on: K and β are 1, without error. */
  @Test
  void heapsByHand() {
    long[] tokens = {10, 100, 1000, 10_000, 1_000_000};
    long[] types = {99, 100, 1000, 10_000, 1_000_000};
    HeapsFit line = HeapsFit.of(tokens, types); // V = n; what is below 100 tokens does not count
    assertThat(line.beta()).isCloseTo(1, within(1e-12));
    assertThat(line.k()).isCloseTo(1, within(1e-9));
    assertThat(line.betaError()).isCloseTo(0, within(1e-12));
    assertThat(line.points()).isEqualTo(4);
    assertThat(HeapsFit.of(new long[] {100, 200, 300}, new long[] {1, 2, 3})).isNull();
  }

  /**
   * ln n = 5, 6, 7, 8 (as whole numbers near e^5 ...) and ln V = 1, 2, 2, 3 by hand: x̄ = 6.5, S =
   * 5, products -1.5 · -1 + -0.5 · 0 + 0.5 · 0 + 1.5 · 1 = 3, β = 0.6; residuals 0.1 · (-1, 3, -3,
   * 1)²: 0.01 + 0.09 + 0.09 + 0.01 = 0.2, s² = 0.1, error √(0.1 / 5) = 0.1414.
   */
  @Test
  void heapsErrorsByHand() {
    long scale = 1_000_000_000L;
    long[] tokens = {
      Math.round(scale * Math.exp(5)),
      Math.round(scale * Math.exp(6)),
      Math.round(scale * Math.exp(7)),
      Math.round(scale * Math.exp(8))
    };
    long[] types = {
      Math.round(scale * Math.exp(1)),
      Math.round(scale * Math.exp(2)),
      Math.round(scale * Math.exp(2)),
      Math.round(scale * Math.exp(3))
    };
    HeapsFit fit = HeapsFit.of(tokens, types);
    assertThat(fit.beta()).isCloseTo(0.6, within(1e-8));
    assertThat(fit.betaError()).isCloseTo(Math.sqrt(0.02), within(1e-8));
    assertThat(fit.deviation()).isCloseTo(Math.sqrt(0.1), within(1e-8));
    double mean = 6.5 + Math.log(scale);
    assertThat(fit.logKError()).isCloseTo(Math.sqrt(0.1 * (0.25 + mean * mean / 5)), within(1e-6));
  }

  /** Words drawn from r^-2 grow like n^0.5: a power law of exponent 1 / 2. */
  @Test
  void heapsOfATextOfAKnownLaw() {
    Random random = new Random(4);
    java.util.Set<Long> seen = new java.util.HashSet<>();
    long[] points = Growth.points(300_000);
    long[] types = new long[points.length];
    for (int n = 1, at = 0; n <= 300_000; n++) {
      seen.add((long) Math.pow(random.nextDouble(), -1)); // P(rank > r) = 1 / r
      if (n == points[at]) {
        types[at++] = seen.size();
      }
    }
    assertThat(HeapsFit.of(points, types).beta()).isCloseTo(0.5, within(0.03));
  }

  /** Counts 5, 3, 1, 1: 5 of 10 is half, 8 is 80 %, 9 is 90 %, 95 % takes all. */
  @Test
  void coverageByHand() {
    Frequencies words = new Frequencies().add(new long[] {1, 5, 1, 3});
    assertThat(Coverage.needed(words, 0.5)).isEqualTo(1);
    assertThat(Coverage.needed(words, 0.51)).isEqualTo(2);
    assertThat(Coverage.needed(words, 0.8)).isEqualTo(2);
    assertThat(Coverage.needed(words, 0.9)).isEqualTo(3);
    assertThat(Coverage.needed(words, 0.95)).isEqualTo(4);
    assertThat(Coverage.needed(words, 1)).isEqualTo(4);
    HalvedRanks halves = new HalvedRanks();
    halves.add(3, 2);
    halves.add(1, 2); // two words share ranks 2 and 3: one token each
    halves.add(1, 0);
    halves.add(0, 1);
    // Of 8 tokens held out 3 are of the word of count 5, 1 of that of count 3, 2 of those of count
    // 1,
    // which share them, and 2 of no word: 3/8, 4/8, 5/8, 6/8.
    TreeMap<Long, Long> heldOut = new TreeMap<>(Map.of(5L, 3L, 3L, 1L, 1L, 2L, 0L, 2L));
    List<Coverage.Point> curve = Coverage.curve(words, halves, heldOut);
    assertThat(curve)
        .containsExactly(
            new Coverage.Point(1, 0.5, 0.4, 0.375),
            new Coverage.Point(2, 0.8, 0.6, 0.5),
            new Coverage.Point(3, 0.9, 0.8, 0.625),
            new Coverage.Point(4, 1, 0.8, 0.75));
    assertThat(Coverage.curve(words, halves, new TreeMap<>()).get(0).heldOut()).isNull();
  }
}
