package org.seqlm.ngram.smooth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.Exhaustive;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.ngram.count.CountKind;
import org.seqlm.ngram.count.CountsOfCounts;
import org.seqlm.ngram.model.NaiveBackoff;

public final class SmoothingTest {
  /** Two lines, n-grams to order 2; V is a, b, {@code </s>} and {@code <unk>}. */
  private static final List<List<String>> LINES =
      List.of(List.of("a", "b", "a"), List.of("a", "b"));

  static List<Estimator> backingOff() {
    return Stream.of(Estimator.values()).filter(Estimator::backsOff).toList();
  }

  private static SmoothedTable table(NaiveBackoff naive, int order, SmoothingRules rules) {
    return new SmoothedTable(naive, order, fit(naive, rules).smoothing());
  }

  private static SmoothingFit fit(NaiveBackoff naive, SmoothingRules rules) {
    return SmoothingFit.of(
        rules, naive.countsOfCounts(CountKind.RAW), naive.countsOfCounts(CountKind.ADJUSTED));
  }

  /** Checks p(w|h), where {@code ngram} is "h w", of the classes and of the oracle. */
  private static void expect(Estimator estimator, int[] pruning, Map<String, Double> expected) {
    SmoothingRules rules = SmoothingRules.of(estimator);
    NaiveBackoff naive = NaiveBackoff.of(LINES, 2, rules, pruning);
    SmoothedTable table = table(naive, 2, rules);
    expected.forEach(
        (ngram, value) -> {
          if (ngram.startsWith("weight")) {
            List<String> h = Arrays.stream(ngram.split(" ")).skip(1).toList();
            assertThat(table.weight(h)).as(ngram).isCloseTo(value, within(1e-12));
            assertThat(naive.weight(h)).as(ngram).isCloseTo(value, within(1e-12));
            return;
          }
          List<String> words = List.of(ngram.split(" "));
          List<String> h = words.subList(0, words.size() - 1);
          String w = words.get(words.size() - 1);
          assertThat(table.p(h, w)).as(ngram).isCloseTo(value, within(1e-12));
          assertThat(naive.probability(h, w)).as(ngram).isCloseTo(value, within(1e-12));
        });
  }

  /**
   * Bigrams, raw: "{@code <s>} a" 2, "a b" 2, "b a" 1, "a {@code </s>}" 1, "b {@code </s>}" 1. Left
   * words: a follows {@code <s>} and b, 2; b follows a, 1; {@code </s>} follows a and b, 2. No
   * unigram has adjusted count 3 and no bigram count 3, so both orders take 0.5, 1, 1.5.
   */
  @Test
  void kneserNeyByHand() {
    expect(
        Estimator.KNESER_NEY,
        new int[0],
        Map.ofEntries(
            Map.entry("weight", (1 * 0.5 + 2 * 1) / 5), // 0.5
            Map.entry("a", 1 / 5.0 + 0.5 / 4), // 0.325
            Map.entry("b", 0.5 / 5 + 0.5 / 4), // 0.225
            Map.entry("</s>", 0.325),
            Map.entry("<unk>", 0.125),
            Map.entry("weight <s>", 1 / 2.0),
            Map.entry("<s> a", 1 / 2.0 + 0.5 * 0.325),
            Map.entry("weight a", (1 + 0.5) / 3), // 0.5
            Map.entry("a b", 1 / 3.0 + 0.5 * 0.225),
            Map.entry("a </s>", 0.5 / 3 + 0.5 * 0.325),
            Map.entry("a a", 0.5 * 0.325),
            Map.entry("weight b", (0.5 + 0.5) / 2),
            Map.entry("b a", 0.5 / 2 + 0.5 * 0.325),
            Map.entry("b <unk>", 0.5 * 0.125)));
    // Bigrams seen once are left out: their whole counts go to the shorter context.
    expect(
        Estimator.KNESER_NEY,
        new int[] {0, 1},
        Map.of(
            "weight a",
            (1 + 1) / 3.0,
            "a b",
            1 / 3.0 + 2 / 3.0 * 0.225,
            "a </s>",
            2 / 3.0 * 0.325,
            "weight b",
            1.0,
            "b a",
            0.325));
  }

  /** Unigrams, raw: a 3, b 2, {@code </s>} 2. */
  @Test
  void theOthersByHand() {
    // Three words of seven tokens: a quarter of 3/10 for each of the four words.
    expect(
        Estimator.WITTEN_BELL,
        new int[0],
        Map.of("a", 0.375, "b", 0.275, "<unk>", 0.075, "weight a", 0.4, "a b", 0.51, "a a", 0.15));
    expect(
        Estimator.WITTEN_BELL,
        new int[] {0, 1},
        Map.of("weight a", 0.6, "a b", 0.4 + 0.6 * 0.275, "weight b", 1.0));
    expect(
        Estimator.JELINEK_MERCER,
        new int[0],
        Map.of("b", 1 / 7.0 + 1 / 8.0, "a b", 1 / 3.0 + 0.5 * (1 / 7.0 + 1 / 8.0)));
    expect(
        Estimator.JELINEK_MERCER,
        new int[] {0, 1},
        Map.of("weight a", 0.5 + 0.5 / 3, "weight b", 1.0));
    // No unigram is seen once: D is 0.5. Three bigrams once and two twice: D is 3/7.
    expect(
        Estimator.ABSOLUTE_DISCOUNTING,
        new int[0],
        Map.of(
            "b",
            1.5 / 7 + 1.5 / 7 / 4,
            "weight a",
            2 / 7.0,
            "a b",
            11 / 21.0 + 2 / 7.0 * (1.5 / 7 + 1.5 / 7 / 4)));
    // Unigrams are of eight; of bigrams every count gives up 0.5.
    expect(
        Estimator.KATZ,
        new int[0],
        Map.of(
            "a",
            3 / 8.0,
            "<unk>",
            1 / 8.0,
            "a b",
            0.5,
            "a </s>",
            0.5 / 3,
            "weight a",
            1 / 3.0 / 0.5,
            "a a",
            0.25,
            "weight <s>",
            0.25 / (5 / 8.0)));
    expect(
        Estimator.STUPID_BACKOFF,
        new int[] {0, 1},
        Map.of("a", 3 / 7.0, "<unk>", 0.1, "a b", 2 / 3.0, "a a", 0.4 * 3 / 7, "b <unk>", 0.1));
  }

  /**
   * Without b, {@code a}, {@code </s>} and {@code <unk>} are left, each with a third of what the
   * empty context gives up, b's whole count among it.
   */
  @Test
  void droppedUnigramsByHand() {
    Map<Estimator, double[]> expected = new EnumMap<>(Estimator.class); // p(a), p(<unk>)
    // Adjusted: a 2, b 1, </s> 2; D2 is 1.
    expected.put(Estimator.KNESER_NEY, new double[] {1 / 5.0 + 3 / 15.0, 3 / 15.0});
    // Raw: a 3, b 2, </s> 2.
    expected.put(Estimator.ABSOLUTE_DISCOUNTING, new double[] {2.5 / 7 + 3 / 21.0, 3 / 21.0});
    expected.put(Estimator.WITTEN_BELL, new double[] {3 / 10.0 + 5 / 30.0, 5 / 30.0});
    double half = 0.5 + 0.5 * 2 / 7;
    expected.put(Estimator.JELINEK_MERCER, new double[] {1.5 / 7 + half / 3, half / 3});
    expected.put(Estimator.KATZ, new double[] {3 / 7.0, 2 / 7.0});
    expected.put(Estimator.STUPID_BACKOFF, new double[] {3 / 7.0, 0.4 / 3});
    assertThat(expected).containsOnlyKeys(backingOff());
    expected.forEach(
        (estimator, p) -> {
          SmoothingRules rules = SmoothingRules.of(estimator);
          NaiveBackoff naive = NaiveBackoff.of(LINES, 2, rules, new int[0]).limit(Set.of("a", "c"));
          SmoothedTable table = table(naive, 2, rules);
          for (int i = 0; i < 2; i++) {
            String word = i == 0 ? "a" : "<unk>";
            assertThat(table.p(List.of(), word)).as("%s", estimator).isCloseTo(p[i], within(1e-12));
            assertThat(naive.probability(List.of(), word)).isCloseTo(p[i], within(1e-12));
          }
          assertThat(naive.probability(List.of(), "b"))
              .isEqualTo(naive.probability(List.of(), "z"));
        });
  }

  /**
   * Where a large vocabulary stays and only {@code <unk>} is new, Katz gives it all that the
   * dropped words had, however often that is 1/V.
   */
  @Test
  void katzGivesUnknownWhatDroppedWordsHad() {
    int words = 20_000;
    long[] counts = new long[words + 1];
    Arrays.fill(counts, 3);
    boolean[] kept = new boolean[words + 1];
    Arrays.fill(kept, 0, words, true); // the last is dropped
    counts[words] = 3L * words;
    double[] lower = new double[words + 1];
    Arrays.fill(lower, 1.0 / (words + 1));
    double gamma = new Katz(new double[][] {{}}).context(1, words + 1, counts, kept, lower, lower);
    assertThat(gamma / (words + 1)).isCloseTo(0.5, within(1e-12));
    assertThat(lower[0]).isCloseTo(0.5 / words, within(1e-15));
  }

  /** n1 to n4 are 8, 4, 2, 1: Y is 1/2. */
  @Test
  void discountsByHand() {
    CountsOfCounts counts = new CountsOfCounts(new long[] {8, 4, 2, 1, 1, 1, 1, 0}, 100);
    assertThat(KneserNey.discounts(counts)).containsExactly(0.5, 1.25, 2.0);
    // k = 2: A = 3*2/8 = 3/4; 1*/1 = 2*4/8 = 1: d = (1 - 3/4)/(1/4). 2*/2 = 3*2/8 = 3/4: d = 0.
    assertThat(Katz.ratios(counts, 2)).containsExactly(1, 0);
    CountsOfCounts steep = new CountsOfCounts(new long[] {80, 20, 8, 4, 2, 1, 1, 1}, 300);
    // A = 3*8/80 = 0.3; 2*20/80 = 0.5; 3*8/40 = 0.6.
    assertThat(Katz.ratios(steep, 2)[0]).isCloseTo(0.2 / 0.7, within(1e-15));
    assertThat(Katz.ratios(steep, 2)[1]).isCloseTo(0.3 / 0.7, within(1e-15));
  }

  @Test
  void discountsThatCannotBeUsedAreReportedOrRefused() {
    CountsOfCounts good = new CountsOfCounts(new long[] {800, 200, 90, 50, 30, 20, 14, 10}, 5000);
    CountsOfCounts noTwos = new CountsOfCounts(new long[] {8, 0, 2, 1, 1, 1, 1, 1}, 90);
    CountsOfCounts rising = new CountsOfCounts(new long[] {8, 4, 200, 1, 1, 1, 1, 1}, 900);
    CountsOfCounts none = new CountsOfCounts(new long[CountsOfCounts.HIGHEST], 0);
    List<CountsOfCounts> raw = List.of(good, rising, noTwos, none);
    List<CountsOfCounts> adjusted = List.of(good, rising, noTwos);

    SmoothingFit fit = SmoothingFit.of(SmoothingRules.of(Estimator.KNESER_NEY), raw, adjusted);
    assertThat(fit.orders().get(0).fallback()).isNull();
    assertThat(fit.orders().get(0).counts()).isEqualTo(CountKind.ADJUSTED);
    assertThat(fit.orders().get(0).countsOfCounts()).containsExactly(800L, 200L, 90L, 50L);
    assertThat(fit.orders().get(1).discounts()).containsExactly(0.5, 1.0, 1.5);
    assertThat(fit.orders().get(1).fallback())
        .isEqualTo(
            "D2 must be 0 to 2, but adjusted counts of counts 1 to 4 [8, 4, 200, 1] give -73.00;"
                + " fixed instead: D1 0.5, D2 1, D3+ 1.5");
    assertThat(fit.orders().get(2).fallback()).startsWith("no 3-gram has adjusted count 2;");
    assertThat(fit.orders().get(3).fallback()).startsWith("there are no 4-grams;");
    assertThat(fit.orders().get(3).counts()).isEqualTo(CountKind.RAW);
    assertThat(fit.fallbacks()).hasSize(3);

    for (Estimator estimator :
        List.of(Estimator.KNESER_NEY, Estimator.ABSOLUTE_DISCOUNTING, Estimator.KATZ)) {
      SmoothingRules strict = new SmoothingRules(estimator, DiscountFallback.FAIL, 0.4, 0.5, 7);
      assertThatThrownBy(() -> SmoothingFit.of(strict, raw, adjusted))
          .isInstanceOfSatisfying(
              UserException.class,
              e -> {
                assertThat(e.exitCode()).isEqualTo(ExitCode.DATA);
                assertThat(e.problems())
                    .hasSize(estimator == Estimator.ABSOLUTE_DISCOUNTING ? 2 : 3)
                    .allMatch(line -> line.contains("discount-fallback"));
              })
          .hasMessageContaining(estimator.title() + " discounts of 3-grams cannot be estimated");
      List<CountsOfCounts> usable = List.of(good, good);
      assertThat(SmoothingFit.of(strict, usable, usable).fallbacks()).isEmpty();
    }

    // n8 = 0 with n1..n7 falling: k = 7 still has every discount, for n8 only shrinks A.
    SmoothingRules katz = SmoothingRules.of(Estimator.KATZ);
    assertThat(SmoothingFit.of(katz, raw, adjusted).orders().get(1).fallback())
        .endsWith("every count up to 7 gives up 0.5 instead");
    CountsOfCounts bump = new CountsOfCounts(new long[] {800, 200, 90, 50, 30, 50, 14, 10}, 5000);
    OrderFit lowered = SmoothingFit.of(katz, List.of(good, bump), List.of(good)).orders().get(1);
    assertThat(lowered.fallback()).endsWith("only counts up to 4 are discounted instead");
    assertThat(lowered.discounts()).hasSize(4).allMatch(d -> d > 0 && d <= 1);
    assertThatThrownBy(
            () -> SmoothingFit.of(SmoothingRules.of(Estimator.ADD_K), List.of(good), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rulesAreBounded() {
    assertThatThrownBy(() -> new SmoothingRules(Estimator.KATZ, DiscountFallback.FAIL, 0, 1, 8))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
        .hasMessageContaining("alpha must be greater than 0 and at most 1, but is 0.0")
        .hasMessageContaining("lambda must be greater than 0 and below 1, but is 1.0")
        .hasMessageContaining("gtmax must be 2 to 7, but is 8");
  }

  /** Lines over a few words; short lines are frequent, and {@code <unk>} may be a word as any. */
  public static List<List<String>> randomLines(SplittableRandom random) {
    int words = 1 + random.nextInt(8);
    boolean unknown = random.nextInt(3) == 0;
    List<List<String>> lines = new ArrayList<>();
    int number = random.nextInt(60);
    for (int i = 0; i < number; i++) {
      List<String> line = new ArrayList<>();
      int length = random.nextInt(random.nextInt(4) == 0 ? 3 : 20);
      for (int j = 0; j < length; j++) {
        int word = Math.min(random.nextInt(words), random.nextInt(words));
        line.add(unknown && word == 0 ? "<unk>" : "w" + word);
      }
      lines.add(line);
    }
    return lines;
  }

  @ParameterizedTest
  @MethodSource("backingOff")
  void equalsTheDefinitionsAndSumsToOne(Estimator estimator) {
    SplittableRandom random = new SplittableRandom(17);
    for (int round = 0; round < 120; round++) {
      List<List<String>> lines = randomLines(random);
      int order = 1 + random.nextInt(6);
      int[] pruning = new int[order];
      for (int n = random.nextInt(2); n < order && round % 2 == 0; n++) {
        pruning[n] = (n == 0 ? 0 : pruning[n - 1]) + random.nextInt(3);
      }
      SmoothingRules rules =
          new SmoothingRules(
              estimator,
              DiscountFallback.FALLBACK,
              0.1 + 0.9 * random.nextDouble(),
              0.01 + 0.98 * random.nextDouble(),
              2 + random.nextInt(6));
      NaiveBackoff naive = NaiveBackoff.of(lines, order, rules, pruning);
      if (round % 3 == 0) {
        naive.limit(Set.of("w0", "w" + (1 + random.nextInt(7))));
      }
      SmoothingFit fit = fit(naive, rules);
      assertThat(fit.orders().stream().filter(o -> o.fallback() != null).map(OrderFit::order))
          .containsExactlyElementsOf(naive.fallbacks().keySet());
      SmoothedTable table = new SmoothedTable(naive, order, fit.smoothing());
      assertEqual(table, naive);
      if (estimator == Estimator.STUPID_BACKOFF) {
        continue;
      }
      Set<List<String>> contexts = new HashSet<>(naive.followers().keySet());
      contexts.add(List.of("never"));
      for (List<String> h : contexts) {
        double sum = 0;
        double definition = 0;
        for (String w : naive.vocabulary()) { // the words that stay, <unk> among them
          sum += table.p(h, w);
          definition += naive.probability(h, w);
        }
        assertThat(sum).as("%s after %s", fit.orders(), h).isCloseTo(1, within(1e-9));
        assertThat(definition).as("%s after %s", fit.orders(), h).isCloseTo(1, within(1e-9));
      }
    }
  }

  /** A text with Zipf's distribution, whose counts of counts are those of a real one. */
  @ParameterizedTest
  @MethodSource("backingOff")
  void equalsTheDefinitionsWhereNothingFallsBack(Estimator estimator) {
    SplittableRandom random = new SplittableRandom(41);
    List<List<String>> lines = new ArrayList<>();
    for (int i = 0; i < 2500; i++) {
      List<String> line = new ArrayList<>();
      for (int j = random.nextInt(12); j > 0; j--) {
        line.add("w" + (int) Math.min(600, Math.pow(random.nextDouble(), -1.1)));
      }
      lines.add(line);
    }
    SmoothingRules rules = new SmoothingRules(estimator, DiscountFallback.FAIL, 0.4, 0.3, 3);
    NaiveBackoff naive = NaiveBackoff.of(lines, 3, rules, new int[] {0, 0, 1});
    assertEqual(table(naive, 3, rules), naive);
  }

  private static void assertEqual(SmoothedTable table, NaiveBackoff naive) {
    naive
        .ngrams()
        .forEach(
            (ngram, expected) -> {
              double[] entry = table.entry(ngram);
              // Millions of these: only what differs is worth a message.
              if (!(Math.abs(entry[0] - expected[0]) < 1e-8
                  && Math.abs(entry[1] - expected[1]) < 1e-8)) {
                assertThat(entry).as("%s", ngram).containsExactly(expected, within(1e-8));
              }
            });
  }

  @ParameterizedTest
  @MethodSource("backingOff")
  void aContextWithoutFollowersLeavesAllToTheShorterOne(Estimator estimator) {
    CountsOfCounts none = new CountsOfCounts(new long[CountsOfCounts.HIGHEST], 0);
    Smoothing smoothing =
        SmoothingFit.of(SmoothingRules.of(estimator), List.of(none, none), List.of(none))
            .smoothing();
    long[] counts = {3, 1};
    double[] lower = {0.1, 0.2};
    double[] into = {-1, -1};
    for (int order = 1; order <= 2; order++) {
      boolean[] pruned = {false, false};
      assertThat(smoothing.context(order, 0, counts, pruned, lower, into)).isEqualTo(1);
      assertThat(smoothing.context(order, 2, counts, pruned, lower, into)).isEqualTo(1);
    }
    assertThat(into).containsExactly(-1, -1);
  }

  /**
   * A context as large as the vocabulary, of which it leaves out none, one or a few words that are
   * all but impossible in the shorter context, over a million words at most: where differences of
   * nearly equal numbers would show.
   */
  @ParameterizedTest
  @EnumSource(
      names = {"KNESER_NEY", "ABSOLUTE_DISCOUNTING", "WITTEN_BELL", "JELINEK_MERCER", "KATZ"})
  void largeContextsSumToOne(Estimator estimator) {
    assertContextsSumToOne(estimator, 50_000);
  }

  @Exhaustive
  @ParameterizedTest
  @EnumSource(
      names = {"KNESER_NEY", "ABSOLUTE_DISCOUNTING", "WITTEN_BELL", "JELINEK_MERCER", "KATZ"})
  void hugeContextsSumToOne(Estimator estimator) {
    assertContextsSumToOne(estimator, 1_000_000);
  }

  private static void assertContextsSumToOne(Estimator estimator, int vocabulary) {
    SplittableRandom random = new SplittableRandom(3);
    CountsOfCounts good = new CountsOfCounts(new long[] {800, 200, 90, 50, 30, 20, 14, 10}, 5000);
    Smoothing smoothing =
        SmoothingFit.of(
                SmoothingRules.of(estimator), List.of(good, good, good), List.of(good, good))
            .smoothing();
    for (int missing : new int[] {0, 1, 3}) {
      for (boolean pruning : new boolean[] {false, true}) {
        double[] lower = new double[vocabulary];
        Arrays.fill(lower, 1.0 / vocabulary);
        long[] counts = new long[vocabulary];
        boolean[] kept = new boolean[vocabulary];
        for (int order = 1; order <= 3; order++) {
          // The words from `size` on are missing; at order 1 they are so always but for none.
          int size = vocabulary - missing;
          for (int i = 0; i < size; i++) {
            counts[i] = 1 + (long) (1 / (random.nextDouble() + 1e-9));
            kept[i] = !pruning || counts[i] > order - 1;
          }
          double[] p = new double[vocabulary];
          double gamma = smoothing.context(order, size, counts, kept, lower, p);
          for (int i = 0; i < vocabulary; i++) {
            if (i >= size || !kept[i]) {
              p[i] = gamma * lower[i];
            }
          }
          assertThat(sum(p)).as("order %s, missing %s", order, missing).isCloseTo(1, within(1e-9));
          lower = p;
        }
      }
    }
  }

  private static double sum(double[] values) {
    // Pairs first: a plain sum of a million terms loses what is looked for.
    double[] at = values.clone();
    for (int length = at.length; length > 1; length = (length + 1) / 2) {
      for (int i = 0; i < length / 2; i++) {
        at[i] = at[2 * i] + at[2 * i + 1];
      }
      if (length % 2 == 1) {
        at[length / 2] = at[length - 1];
      }
    }
    return at[0];
  }

  @ParameterizedTest
  @MethodSource("backingOff")
  void travelsInClosures(Estimator estimator) throws IOException, ClassNotFoundException {
    NaiveBackoff naive = NaiveBackoff.of(LINES, 2, SmoothingRules.of(estimator), new int[0]);
    SmoothingFit fit = fit(naive, SmoothingRules.of(estimator));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(fit);
    }
    SmoothingFit copy;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      copy = (SmoothingFit) in.readObject();
    }
    assertThat(copy.orders()).isEqualTo(fit.orders());
    SmoothedTable expected = new SmoothedTable(naive, 2, fit.smoothing());
    SmoothedTable actual = new SmoothedTable(naive, 2, copy.smoothing());
    assertThat(naive.ngrams().keySet())
        .allMatch(ngram -> Arrays.equals(actual.entry(ngram), expected.entry(ngram)));
  }
}
