package org.seqlm.spark.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.seqlm.vocab.PackedTokens;

/** What different words take, from sketches of parts of them. */
final class DictionarySketchTest {
  private static PackedTokens pack(List<String> words) {
    PackedTokens.Builder packed = new PackedTokens.Builder();
    for (String word : words) {
      byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
      packed.add(utf8, 0, utf8.length, 1 + word.length());
    }
    return packed.take();
  }

  private static DictionarySketch sketch(List<String> words) {
    DictionarySketch sketch = new DictionarySketch();
    sketch.add(pack(words));
    return sketch;
  }

  /** Words of 1 to 40 bytes; each number is another word. */
  private static List<String> words(int n) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      words.add(Integer.toString(i, 36) + "é".repeat(i % 19));
    }
    return words;
  }

  private static long bytes(List<String> words) {
    return words.stream()
        .mapToLong(word -> 32 + word.getBytes(StandardCharsets.UTF_8).length)
        .sum();
  }

  @Test
  void nothingTakesNothing() {
    assertThat(new DictionarySketch().bytes()).isZero();
    assertThat(new DictionarySketch().mostBytes()).isZero();
    assertThat(DictionarySketch.of(new DictionarySketch().packed()).bytes()).isZero();
  }

  @Test
  void fewWordsAreAlmostExact() {
    // 32 + 5 and 32 + 7 bytes, to units of 16.
    assertThat(sketch(List.of("hello", "goodbye")).bytes()).isBetween(64L, 96L);
    // A word of a million bytes takes as much.
    assertThat(sketch(List.of("a".repeat(1_000_000))).bytes()).isBetween(950_000L, 1_050_000L);
  }

  @Test
  void whatIsEstimatedIsWithinThreeStandardErrors() {
    for (int n : new int[] {100, 1_000, 10_000, 100_000, 300_000}) {
      List<String> words = words(n);
      DictionarySketch sketch = sketch(words);
      double truth = bytes(words);
      assertThat(Math.abs(sketch.bytes() - truth) / truth)
          .as("%d words", n)
          .isLessThan(3 * DictionarySketch.ERROR);
      assertThat(sketch.mostBytes()).isGreaterThan((long) truth);
    }
  }

  /** Parts, their order, and what stands in several of them. */
  @Test
  void theSameForAnyParts() {
    for (int n : new int[] {3, 200, 20_000}) {
      List<String> words = words(n);
      long expected = sketch(words).bytes();
      Random random = new Random(n);
      for (int parts : new int[] {1, 2, 7}) {
        List<List<String>> dealt = new ArrayList<>();
        for (int part = 0; part < parts; part++) {
          dealt.add(new ArrayList<>());
        }
        for (String word : words) {
          for (int times = 1 + random.nextInt(3); times > 0; times--) {
            dealt.get(random.nextInt(parts)).add(word);
          }
        }
        DictionarySketch union = new DictionarySketch();
        for (List<String> part : dealt) {
          Collections.shuffle(part, random);
          union.add(DictionarySketch.of(sketch(part).packed()));
        }
        assertThat(union.bytes()).isEqualTo(expected);
        assertThat(DictionarySketch.of(union.packed()).bytes()).isEqualTo(expected);
      }
    }
  }

  /** The bound that counts a word once a range grows with the ranges, the parts do not. */
  @Test
  void partsAreThoseOfDifferentWords() {
    long limit = 128L << 20;
    long part = WordRanking.partBytes(20L << 30, limit);
    assertThat(part).isEqualTo(32 << 20);
    assertThat(WordRanking.parts(20L << 30, 8, part)).isEqualTo(641);
    assertThat(WordRanking.parts(1 << 20, 8, part)).isEqualTo(8);
    // Never more than 2^13, and so never more than 2^26 blocks.
    long many = WordRanking.partBytes(1L << 50, limit);
    assertThat(many).isGreaterThan(32 << 20);
    assertThat(WordRanking.parts(1L << 50, 8, many)).isEqualTo(WordRanking.MOST_PARTS);
  }
}
