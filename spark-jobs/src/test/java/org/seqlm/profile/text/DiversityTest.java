package org.seqlm.profile.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.seqlm.ngram.stats.Frequencies;
import org.seqlm.profile.Richness;

class DiversityTest {
  /** Windows of 3 of a b a a c: aba, baa, aac have 2 types each: 6 / 3 / 3. */
  @Test
  void mattrByHand() {
    assertThat(Diversity.mattr(new int[] {7, 9, 7, 7, 2}, 3)).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(Diversity.mattr(new int[] {7, 9, 7, 7, 2}, 5)).isCloseTo(3.0 / 5, within(1e-12));
    assertThat(Diversity.mattr(new int[] {7, 9, 7, 7, 2}, 1)).isEqualTo(1);
  }

  @Test
  void mattrIsTheMeanOfItsWindows() {
    int[] text = new Random(3).ints(400, 0, 60).toArray();
    double sum = 0;
    for (int i = 0; i + 100 <= 400; i++) {
      Set<Integer> types = new HashSet<>();
      IntStream.range(i, i + 100).forEach(k -> types.add(text[k]));
      sum += types.size() / 100.0;
    }
    assertThat(Diversity.mattr(text, 100)).isCloseTo(sum / 301, within(1e-12));
  }

  /**
   * a b a b c d: forwards a 1/1, ab 2/2, aba 2/3 = 0.667 ends a factor; b c d has the ratio 1,
   * which is no part of one: 6 / 1 = 6. Backwards d c b a (1 each), then b: 4/5 = 0.8, a: 4/6 =
   * 0.667 ends one: 6 / 1. The mean is 6.
   */
  @Test
  void mtldByHand() {
    assertThat(Diversity.mtld(new int[] {1, 2, 1, 2, 3, 4})).isCloseTo(6, within(1e-12));
  }

  /**
   * a a b c b: forwards aa 1/2 ends a factor; b c b has the ratio 2/3 = 0.667, which ends another:
   * 5 / 2 = 2.5. Backwards b c b ends one, a a another: 2.5.
   */
  @Test
  void mtldOfTwoFactors() {
    assertThat(Diversity.mtld(new int[] {1, 1, 2, 3, 2})).isCloseTo(2.5, within(1e-12));
  }

  /**
   * a b c d a: forwards the ratio is 4/5 at the end, a part of (1 - 0.8) / 0.28 = 0.714286 of a
   * factor: 5 / 0.714286 = 7; backwards likewise.
   */
  @Test
  void mtldOfAPartOfAFactor() {
    assertThat(Diversity.mtld(new int[] {1, 2, 3, 4, 1})).isCloseTo(7, within(1e-12));
    assertThat(Diversity.mtld(new int[] {1, 2, 3})).isInfinite();
  }

  /** A ratio of 18 / 25 is the threshold, and ends a factor. */
  @Test
  void mtldAtTheThreshold() {
    int[] text = IntStream.concat(IntStream.range(0, 18), IntStream.range(11, 18)).toArray();
    int[] backwards = IntStream.range(0, 25).map(i -> text[24 - i]).toArray();
    // Backwards 17 .. 11, 17 .. 11, ...: 7 types of 10 words = 0.7 end one, the next 8 of 15 have
    // no
    // repetition but 10 .. 0, all of them new: 1 factor in all.
    assertThat(Diversity.mtld(text)).isCloseTo((25 + 25) / 2.0, within(1e-12));
    assertThat(Diversity.mtld(backwards)).isCloseTo((25 + 25) / 2.0, within(1e-12));
  }

  /**
   * 84 words, 42 of them one word and 42 different others: the one word is missing in C(42, 42) of
   * C(84, 42) draws, as good as none; each other in C(83, 42) / C(84, 42) = 1/2. (1 + 42 / 2) / 42.
   */
  @Test
  void hddByHand() {
    int[] text = new int[84];
    Arrays.setAll(text, i -> i < 42 ? 0 : i);
    assertThat(Diversity.hdd(text)).isCloseTo(22.0 / 42, within(1e-9));
    assertThat(Diversity.hdd(new int[42])).isCloseTo(1.0 / 42, within(1e-12));
  }

  /** It is the mean ratio of draws. */
  @Test
  void hddIsWhatDrawsGive() {
    Random random = new Random(5);
    int[] text = random.ints(200, 0, 40).map(i -> i * i / 40).toArray();
    int[] mixed = text.clone();
    double sum = 0;
    int draws = 4000;
    for (int d = 0; d < draws; d++) {
      for (int i = 0; i < Diversity.DRAW; i++) {
        int other = i + random.nextInt(mixed.length - i);
        int word = mixed[i];
        mixed[i] = mixed[other];
        mixed[other] = word;
      }
      sum += Arrays.stream(mixed, 0, Diversity.DRAW).distinct().count();
    }
    assertThat(Diversity.hdd(text)).isCloseTo(sum / draws / Diversity.DRAW, within(0.003));
  }

  /**
   * Counts 3, 2, 1, 1: N = 7, V = 4. Yule: 10^4 (9 + 4 + 1 + 1 - 7) / 49 = 1632.65. Simpson: (3 · 2
   * + 2 · 1) / (7 · 6) = 8 / 42.
   */
  @Test
  void richnessByHand() {
    Richness richness = Richness.of(new Frequencies().add(new long[] {3, 1, 2, 1}));
    assertThat(richness.yule()).isCloseTo(1e4 * 8 / 49, within(1e-9));
    assertThat(richness.simpson()).isCloseTo(8.0 / 42, within(1e-12));
    assertThat(richness.ratio()).isCloseTo(4.0 / 7, within(1e-12));
    assertThat(richness.guiraud()).isCloseTo(4 / Math.sqrt(7), within(1e-12));
    assertThat(richness.herdan()).isCloseTo(Math.log(4) / Math.log(7), within(1e-12));
    assertThat(richness.once()).isEqualTo(0.5);
    assertThat(Richness.of(new Frequencies().add(new long[] {1}))).isNull();
  }
}
