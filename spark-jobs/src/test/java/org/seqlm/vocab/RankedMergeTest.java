package org.seqlm.vocab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RankedMergeTest {
  private record Word(String text, long count) {}

  /** Falling counts, then bytes: U+FFFD before U+1F600, which UTF-16 orders the other way. */
  private static final Comparator<Word> RANKED =
      Comparator.comparingLong((Word word) -> -word.count())
          .thenComparing(
              word -> word.text().getBytes(StandardCharsets.UTF_8),
              java.util.Arrays::compareUnsigned);

  private static PackedTokens packed(List<Word> words) {
    PackedTokens.Builder packed = new PackedTokens.Builder();
    for (Word word : words) {
      byte[] utf8 = ("-" + word.text() + "-").getBytes(StandardCharsets.UTF_8);
      packed.add(utf8, 1, utf8.length - 1, word.count());
    }
    return packed.take();
  }

  private static List<Word> merged(List<PackedTokens> lists) {
    List<Word> merged = new ArrayList<>();
    RankedMerge.merge(
        lists,
        (list, i) -> {
          PackedTokens from = lists.get(list);
          String text =
              new String(from.arena(), from.start(i), from.length(i), StandardCharsets.UTF_8);
          merged.add(new Word(text, from.counts()[i]));
          return true;
        });
    return merged;
  }

  @Test
  void endsWhereItIsTold() {
    PackedTokens a = packed(List.of(new Word("b", 3), new Word("c", 1)));
    List<Integer> seen = new ArrayList<>();
    RankedMerge.merge(
        List.of(a, a),
        (list, i) -> {
          seen.add(10 * list + i);
          return seen.size() < 3;
        });
    assertThat(seen).containsExactly(0, 10, 1);
  }

  @Test
  void byHand() {
    PackedTokens a = packed(List.of(new Word("b", 3), new Word("ab", 1), new Word("c", 1)));
    PackedTokens b = packed(List.of(new Word("z", 9), new Word("a", 3), new Word("a", 1)));
    assertThat(merged(List.of(a, packed(List.of()), b)))
        .containsExactly(
            new Word("z", 9),
            new Word("a", 3),
            new Word("b", 3),
            new Word("a", 1),
            new Word("ab", 1),
            new Word("c", 1));
  }

  @Test
  void equalsASort() {
    SplittableRandom random = new SplittableRandom(7);
    String[] letters = {"a", "b", "é", "\uFFFD", "\uD83D\uDE00"};
    for (int round = 0; round < 200; round++) {
      List<Word> all = new ArrayList<>();
      List<PackedTokens> lists = new ArrayList<>();
      for (int list = random.nextInt(6); list > 0; list--) {
        List<Word> words = new ArrayList<>();
        for (int n = random.nextInt(30); n > 0; n--) {
          StringBuilder text = new StringBuilder();
          for (int length = 1 + random.nextInt(3); length > 0; length--) {
            text.append(letters[random.nextInt(letters.length)]);
          }
          words.add(new Word(text.toString(), 1 + random.nextInt(4)));
        }
        words.sort(RANKED);
        all.addAll(words);
        lists.add(packed(words));
      }
      all.sort(RANKED);
      assertThat(merged(lists)).isEqualTo(all);
    }
  }

  @Test
  void beginningsOfWordsComeBeforeThem() {
    PackedTokens whole = packed(List.of(new Word("abc", 2), new Word("abd", 2)));
    PackedTokens beginning = packed(List.of(new Word("ab", 2)));
    assertThat(RankedMerge.compare(beginning, 0, whole, 0)).isNegative();
    assertThat(RankedMerge.compare(whole, 1, whole, 0)).isPositive();
    assertThat(RankedMerge.compare(whole, 1, whole, 1)).isZero();
  }
}
