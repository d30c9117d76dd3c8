package org.seqlm.concordance.found;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.seqlm.concordance.ContextLine;

class LineOrderTest {
  private static ContextLine line(long word, String left, String key, String right) {
    List<String> leftWords = new ArrayList<>(List.of(left.split(" ")));
    Collections.reverse(leftWords);
    return new ContextLine(
        word, left, key, right, "p", 1, 1, leftWords, List.of(key), List.of(right.split(" ")));
  }

  @Test
  void sortsByWordsAround() {
    List<ContextLine> lines =
        new ArrayList<>(
            List.of(
                line(1, "x b", "k", "d e"),
                line(2, "y b", "K", "d a"),
                line(3, "z a", "k", "d"),
                line(4, "z a", "k", "\uE000"),
                line(5, "z a", "k", "\uD83D\uDE00"))); // above U+E000 by code points alone
    assertThat(words(lines, "R1,R2")).containsExactly(3L, 2L, 1L, 4L, 5L);
    assertThat(words(lines, "L1,L2")).containsExactly(3L, 4L, 5L, 1L, 2L);
    assertThat(words(lines, "c,R2")).containsExactly(2L, 3L, 4L, 5L, 1L);
    assertThat(LineOrder.problem("R0")).contains("sort key \"R0\" is none");
    assertThat(LineOrder.problem("")).contains("is none");
    assertThat(LineOrder.problem("L12")).isNull();
    assertThat(LineOrder.keys("R1, L1")).containsExactly("R1", "L1");
  }

  private static List<Long> words(List<ContextLine> lines, String keys) {
    return lines.stream()
        .sorted(LineOrder.by(LineOrder.keys(keys)))
        .map(ContextLine::word)
        .toList();
  }

  @Test
  void aSampleDependsOnTheSeedAlone() {
    Random random = new Random(1);
    PlaceSample whole = new PlaceSample(20, PlaceSample.Pick.SAMPLE, 7);
    PlaceSample[] parts = new PlaceSample[3];
    java.util.Arrays.setAll(parts, i -> new PlaceSample(20, PlaceSample.Pick.SAMPLE, 7));
    for (long word = 0; word < 1000; word++) {
      whole.add(word, 2);
      parts[random.nextInt(3)].add(word, 2);
    }
    PlaceSample merged = new PlaceSample(20, PlaceSample.Pick.SAMPLE, 7);
    for (PlaceSample part : parts) {
      part.places().forEach(place -> merged.add(place.word(), place.length()));
    }
    assertThat(merged.places()).isEqualTo(whole.places()).hasSize(20);
    assertThat(whole.places().get(19).word()).isGreaterThan(700);
    PlaceSample first = new PlaceSample(3, PlaceSample.Pick.FIRST, 7);
    for (long word = 50; word > 0; word--) {
      first.add(word, 1);
    }
    assertThat(first.places()).extracting(PlaceSample.Place::word).containsExactly(1L, 2L, 3L);
  }
}
