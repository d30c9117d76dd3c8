package org.seqlm.duplicates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.seqlm.UserException;
import org.seqlm.duplicates.ShingleRules.Unit;

class ShinglesTest {
  private static long[] of(ShingleRules rules, String... lines) {
    Shingles shingles = new Shingles(rules).clear();
    for (String line : lines) {
      byte[] utf8 = line.getBytes(StandardCharsets.UTF_8);
      shingles.add(utf8, 0, utf8.length);
    }
    return shingles.end();
  }

  private static ShingleRules words(int length) {
    return new ShingleRules(Unit.WORDS, length);
  }

  /** a b c d and a b c e have the pairs ab, bc, cd and ab, bc, ce: 2 of 4 are in both. */
  @Test
  void likenessByHand() {
    long[] one = of(words(2), "a b c d");
    long[] other = of(words(2), "A, b;", "c e!");
    assertThat(one).hasSize(3).isSorted();
    assertThat(Jaccard.of(one, other)).isEqualTo(0.5);
    assertThat(Jaccard.of(one, of(words(2), "a b", "c   d."))).isEqualTo(1);
    // Repeated shingles are one of the set: aba has ab, ba; ababa the same.
    assertThat(Jaccard.of(of(words(2), "a b a"), of(words(2), "a b a b a"))).isEqualTo(1);
  }

  @Test
  void shortDocumentsAreOneShingle() {
    assertThat(of(words(5))).isEmpty();
    assertThat(of(words(5), "", " -- ")).isEmpty();
    assertThat(of(words(5), "a b c")).hasSize(1).isEqualTo(of(words(5), "A b", "c"));
    assertThat(of(words(5), "a b c")).isNotEqualTo(of(words(5), "a b"));
    assertThat(of(words(5), "a b c d e")).hasSize(1);
    assertThat(Jaccard.of(of(words(5)), of(words(5)))).isZero();
  }

  @Test
  void charactersAreThoseOfTheWords() {
    ShingleRules pairs = new ShingleRules(Unit.CHARACTERS, 2);
    // "ab c": ab, b_, _c.
    assertThat(of(pairs, "ab, C")).hasSize(3).isEqualTo(of(pairs, "AB", "c"));
    // Three characters of three bytes each have two pairs.
    assertThat(of(pairs, "\u4E2D\u6587\u5B57")).hasSize(2);
  }

  @Test
  void likenessIsThatOfSetsOfStrings() {
    Random random = new Random(5);
    for (int i = 0; i < 50; i++) {
      int n = 1 + random.nextInt(4);
      List<String> one = text(random, random.nextInt(60));
      List<String> other = text(random, random.nextInt(60));
      Set<List<String>> a = strings(one, n);
      Set<List<String>> b = strings(other, n);
      Set<List<String>> both = new HashSet<>(a);
      both.retainAll(b);
      int union = a.size() + b.size() - both.size();
      double expected = union == 0 ? 0 : (double) both.size() / union;
      assertThat(
              Jaccard.of(
                  of(words(n), String.join(" ", one)), of(words(n), String.join("\n", other))))
          .isEqualTo(expected);
    }
  }

  private static List<String> text(Random random, int words) {
    return IntStream.range(0, words).mapToObj(i -> "w" + random.nextInt(6)).toList();
  }

  private static Set<List<String>> strings(List<String> words, int n) {
    Set<List<String>> all = new HashSet<>();
    for (int i = 0; i + n <= words.size(); i++) {
      all.add(words.subList(i, i + n));
    }
    if (!words.isEmpty() && words.size() < n) {
      all.add(words);
    }
    return all;
  }

  /** Of more than 64 hashes the least 64 are kept, and likeness is that of a sample. */
  @Test
  void aLongDocumentIsASample() {
    Random random = new Random(7);
    List<Double> errors = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      int shift = random.nextInt(1000);
      String one = numbers(i * 10_000, 1000);
      String other = numbers(i * 10_000 + shift, 1000);
      double exact = Jaccard.of(of(words(1), one), of(words(1), other));
      assertThat(exact).isEqualTo((1000.0 - shift) / (1000 + shift));
      errors.add(Jaccard.of(sample(one, 64), sample(other, 64), 64) - exact);
    }
    double mean = errors.stream().mapToDouble(e -> e).average().orElseThrow();
    // One error's deviation is at most 0.5 / sqrt(64).
    assertThat(mean).isCloseTo(0, within(4 * 0.0625 / Math.sqrt(60)));
    assertThat(errors).allMatch(e -> Math.abs(e) < 5 * 0.0625);
    assertThat(sample(numbers(0, 40), 64)).isEqualTo(of(words(1), numbers(0, 40)));
    long[] all = of(words(1), numbers(0, 1000));
    assertThat(sample(numbers(0, 1000), 64)).isEqualTo(Arrays.copyOf(all, 64));
  }

  private static String numbers(int from, int count) {
    return IntStream.range(from, from + count)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(" "));
  }

  private static long[] sample(String text, int most) {
    Shingles shingles = new Shingles(words(1), most, hash -> {});
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return shingles.add(utf8, 0, utf8.length).end();
  }

  @Test
  void equalTextsHaveEqualHashes() {
    DocumentSketch one = sketch("a b", "c");
    assertThat(sketch("a b", "c").high()).isEqualTo(one.high());
    assertThat(sketch("a b", "c").low()).isEqualTo(one.low());
    assertThat(sketch("a b c").low()).isNotEqualTo(one.low());
    assertThat(sketch("a b", "c", "").low()).isNotEqualTo(one.low());
    assertThat(one.keys()).hasSize(2).isEqualTo(sketch("A", "b", "C!").keys());
    assertThat(sketch("").keys()).isEmpty();
    assertThat(sketch("").low()).isNotEqualTo(sketch().low());
  }

  private static DocumentSketch sketch(String... lines) {
    DocumentSketcher sketcher = new DocumentSketcher(ShingleRules.DEFAULT, new Bands(2, 3), 1);
    sketcher.clear();
    for (String line : lines) {
      byte[] utf8 = line.getBytes(StandardCharsets.UTF_8);
      sketcher.line(utf8, 0, utf8.length);
    }
    return sketcher.end();
  }

  @Test
  void rulesAreChecked() {
    assertThatThrownBy(() -> new ShingleRules(null, 65))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("near.unit is missing")
        .hasMessageContaining("near.shingle must be 1 to 64, but is 65");
  }
}
