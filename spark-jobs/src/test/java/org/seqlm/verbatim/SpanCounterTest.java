package org.seqlm.verbatim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.seqlm.vocab.TokenBlock;

class SpanCounterTest {
  /** (occurrences, documents; place of the sample) of the text, cut into blocks at places. */
  private static long[][] count(
      SpanIndex index, int sample, int[] text, int[] documents, List<Integer> cuts, Random order) {
    List<TokenBlock> blocks = new ArrayList<>();
    for (int b = 0; b + 1 < cuts.size(); b++) {
      int from = cuts.get(b);
      int to = cuts.get(b + 1);
      int start = Math.max(0, from - index.length() + 1);
      int[] starts =
          Arrays.stream(documents).filter(d -> d >= start && d < to).map(d -> d - start).toArray();
      blocks.add(
          new TokenBlock(
              from,
              Arrays.copyOfRange(text, start, from),
              Arrays.copyOfRange(text, from, to),
              starts));
    }
    Collections.shuffle(blocks, order);
    // Each block by a counter of its own, as tasks have them.
    Map<Integer, long[]> rows = new TreeMap<>();
    TreeMap<Long, Long> lastStarts = new TreeMap<>();
    for (TokenBlock block : blocks) {
      SpanCounter counter = new SpanCounter(index);
      counter.read(block);
      counter.found().forEach((span, row) -> rows.merge(span, row, SpanCounter::plus));
      lastStarts.putAll(counter.lastStarts());
    }
    int[] spans = index.spans(sample);
    long[][] counts = new long[2][spans.length];
    for (int i = 0; i < spans.length; i++) {
      long[] row = rows.get(spans[i]);
      counts[0][i] = row == null ? 0 : row[0];
      counts[1][i] = row == null ? 0 : SpanCounter.documents(row, lastStarts);
    }
    return counts;
  }

  /** What a loop over all places counts. */
  private static long[][] slowly(int[] sample, int length, int[] text, int[] documents) {
    int places = Math.max(0, sample.length - length + 1);
    long[][] counts = new long[2][places];
    for (int i = 0; i < places; i++) {
      TreeSet<Integer> holding = new TreeSet<>();
      for (int at = 0; at + length <= text.length; at++) {
        int last = at + length - 1;
        int begin = Arrays.stream(documents).filter(d -> d <= last).max().orElse(0);
        if (begin <= at && Arrays.equals(text, at, at + length, sample, i, i + length)) {
          counts[0][i]++;
          holding.add(begin);
        }
      }
      counts[1][i] = holding.size();
    }
    return counts;
  }

  /** Whatever collides, wherever blocks are cut, in whatever order they come. */
  @Test
  void countsAreThoseOfASlowLoop() {
    Random random = new Random(3);
    for (int round = 0; round < 300; round++) {
      int letters = 2 + random.nextInt(4);
      int[] text = random.ints(random.nextInt(60), 0, letters).toArray();
      int[] documents =
          random
              .ints(random.nextInt(6), 0, 60)
              .filter(d -> d < text.length)
              .sorted()
              .distinct()
              .toArray();
      List<int[]> samples = new ArrayList<>();
      for (int s = 0; s < 3; s++) {
        samples.add(random.ints(random.nextInt(20), -1, letters).toArray());
      }
      int length = 1 + random.nextInt(5);
      long mask = random.nextBoolean() ? -1L : random.nextInt(4);
      SpanIndex index = SpanIndex.of(samples, length, mask);
      TreeSet<Integer> cuts = new TreeSet<>(List.of(0, text.length));
      random.ints(random.nextInt(10), 0, 60).filter(c -> c < text.length).forEach(cuts::add);
      for (int s = 0; s < 3; s++) {
        assertThat(count(index, s, text, documents, List.copyOf(cuts), random))
            .isDeepEqualTo(slowly(samples.get(s), length, text, documents));
      }
    }
  }

  @Test
  void frequentSpansAreCountedUpToTheCap() {
    int[] text = new int[3000];
    int[] documents = java.util.stream.IntStream.range(0, 300).map(i -> i * 10).toArray();
    SpanIndex index = SpanIndex.of(List.of(new int[3]), 3);
    for (List<Integer> cuts : List.of(List.of(0, 3000), List.of(0, 7, 1000, 1500, 3000))) {
      assertThat(count(index, 0, text, documents, cuts, new Random(1)))
          .isDeepEqualTo(new long[][] {{SpanRules.CAP}, {0}});
    }
    assertThat(
            count(
                index,
                0,
                Arrays.copyOf(text, 1000),
                documents,
                List.of(0, 999, 1000),
                new Random(1)))
        .isDeepEqualTo(new long[][] {{800}, {100}});
  }

  /** Stretches by hand, spans of 3, rare below 2. */
  @Test
  void stretchesAreAsLongAsTheyStandInTheText() {
    SpanRules rules = new SpanRules(3, 2);
    RareSpans spans =
        RareSpans.of(9, rules, new long[] {0, 5, 1, 7, 0, 2, 2}, new long[] {0, 3, 1, 4, 0, 1, 1});
    // Places 1 to 3 stand in the text, the second once; 5 and 6 do twice.
    assertThat(spans.rare()).containsExactly(new RareSpans.Stretch(1, 5, 1, 1));
    assertThat(spans.publishable()).isFalse();
    assertThat(spans.withheld())
        .isEqualTo(
            "[withheld: 5 consecutive tokens of it stand in the training text, of which a span of 3"
                + " only once; what is less frequent than 2 times is not published]");
    assertThat(RareSpans.of(2, rules, new long[0], new long[0]).publishable()).isTrue();
    assertThat(RareSpans.of(4, rules, new long[] {2, 0}, new long[] {1, 0}).publishable()).isTrue();
  }
}
