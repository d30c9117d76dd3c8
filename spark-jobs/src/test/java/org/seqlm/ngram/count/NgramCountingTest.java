package org.seqlm.ngram.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.ngram.count.Counting.Counted;
import org.seqlm.ngram.count.Counting.Deal;
import org.seqlm.ngram.model.CountTrie;
import org.seqlm.vocab.ListVocabulary;
import org.seqlm.vocab.TokenBlock;
import org.seqlm.vocab.Vocabulary;

/** Counting against the naive way, over all boundaries, orders and widths of keys. */
final class NgramCountingTest {

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void equalsTheNaiveCount(Boundary boundary) throws IOException {
    SplittableRandom random = new SplittableRandom(42);
    for (int round = 0; round < 300; round++) {
      int reserved = random.nextBoolean() ? 1 : 3;
      // 4, 13 and 17 bits an id: keys of one, two and three longs.
      int size = new int[] {8, 1 << 12, 1 << 16}[random.nextInt(3)];
      int order = 1 + random.nextInt(8);
      ListVocabulary words = ListVocabulary.numbers(reserved, size);
      Passages passages = Passages.of(boundary, words);
      NaiveCounts.Text text =
          NaiveCounts.Text.random(random, words.size(), reserved, random.nextInt(120));
      boolean limited = random.nextInt(3) == 0;
      for (int i = 0; limited && i < text.tokens().length; i++) {
        // As a small vocabulary leaves a text.
        text.tokens()[i] = random.nextBoolean() ? Vocabulary.UNKNOWN : text.tokens()[i];
      }
      int stored = Math.max(2, order);
      NaiveCounts naive = new NaiveCounts(text.tokens(), text.documents(), passages, stored);
      List<TokenBlock> blocks = text.blocks(random, 1 + random.nextInt(12), passages, stored);
      Deal deal =
          new Deal(
              1 + random.nextInt(9),
              1 + random.nextInt(6),
              1 + random.nextInt(5),
              random.nextInt(400),
              folder);
      Counted counted = Counting.count(blocks, words, passages, order, deal);

      Map<List<Integer>, List<Long>> expected = new HashMap<>();
      naive.ngrams.forEach(
          (ngram, entry) ->
              expected.put(
                  ngram,
                  List.of(entry[0], ngram.size() == stored ? entry[0] : naive.adjusted(ngram))));
      assertThat(counted.ngrams()).isEqualTo(expected);
      everyContextEndsOrGoesOn(counted, naive);
      checkStatistics(counted, naive);
      assertThat(folder).isEmptyDirectory();

      CountTrie trie = counted.trie();
      expected.forEach((ngram, counts) -> assertThat(count(trie, ngram)).isEqualTo(counts.get(0)));

      // However the text is dealt out, the slices hold the same bytes.
      Counted other =
          Counting.count(
              text.blocks(random, 1 + random.nextInt(40), passages, stored),
              words,
              passages,
              order,
              new Deal(deal.slices(), 1 + random.nextInt(6), 3, 1 << 20, folder));
      for (int slice = 0; slice < counted.slices().size(); slice++) {
        assertThat(other.slices().get(slice)).isEqualTo(counted.slices().get(slice));
      }
      for (int tree = 0; tree < counted.trees().size(); tree++) {
        assertThat(other.trees().get(tree)).isEqualTo(counted.trees().get(tree));
      }
      assertThat(other.unigrams().bytes()).isEqualTo(counted.unigrams().bytes());
    }
  }

  /** Windows come back from counts, of their order and of lower ones. */
  @ParameterizedTest
  @EnumSource
  void windowsComeBack(Boundary boundary) throws IOException {
    SplittableRandom random = new SplittableRandom(11);
    for (int round = 0; round < 50; round++) {
      int reserved = random.nextBoolean() ? 1 : 3;
      ListVocabulary words = ListVocabulary.numbers(reserved, 8);
      Passages passages = Passages.of(boundary, words);
      int order = 2 + random.nextInt(5);
      NaiveCounts.Text text = NaiveCounts.Text.random(random, 8, reserved, random.nextInt(150));
      List<TokenBlock> blocks = text.blocks(random, 20, passages, order);
      Deal deal = new Deal(1 + random.nextInt(30), 2, 2, random.nextInt(400), folder);
      Counted counted = Counting.count(blocks, words, passages, order, deal);
      for (int lower = 2; lower <= order; lower++) {
        KeyLayout layout = KeyLayout.of(lower, 8);
        assertSameWindows(counted.windows(layout, null), windows(blocks, passages, layout));
      }
    }
  }

  /** Counts of two texts are those of both, and without one again those of the other. */
  @ParameterizedTest
  @EnumSource(names = {"LINE", "DOCUMENT"})
  void countsAddUpAndSubtract(Boundary boundary) throws IOException {
    SplittableRandom random = new SplittableRandom(12);
    for (int round = 0; round < 30; round++) {
      int reserved = random.nextBoolean() ? 1 : 3;
      int size = 4 + random.nextInt(30);
      ListVocabulary words = ListVocabulary.numbers(reserved, size);
      Passages passages = Passages.of(boundary, words);
      int order = 2 + random.nextInt(4);
      KeyLayout layout = KeyLayout.of(order, size);
      Deal deal = new Deal(1 + random.nextInt(20), 2, 2, random.nextInt(400), folder);
      NaiveCounts.Text one = NaiveCounts.Text.random(random, size, reserved, 150);
      NaiveCounts.Text other = NaiveCounts.Text.random(random, size, reserved, 50);
      Counted first =
          Counting.count(one.blocks(random, 20, passages, order), words, passages, order, deal);
      List<List<byte[]>> more =
          Counting.sorted(
              other.blocks(random, 20, passages, order), passages, layout, first.cut(), deal);
      Counted both = Counting.count(more, words, passages, order, first.cut(), deal, first, false);
      TreeMap<long[], Long> expected =
          windows(one.blocks(random, 9, passages, order), passages, layout);
      windows(other.blocks(random, 9, passages, order), passages, layout)
          .forEach((key, count) -> expected.merge(key, count, Long::sum));
      assertSameWindows(both.windows(layout, null), expected);

      Counted again = Counting.count(more, words, passages, order, first.cut(), deal, both, true);
      assertThat(again.ngrams()).isEqualTo(first.ngrams());
      for (int slice = 0; slice < first.slices().size(); slice++) {
        assertThat(again.slices().get(slice)).isEqualTo(first.slices().get(slice));
      }
      assertThat(again.trees()).usingRecursiveComparison().isEqualTo(first.trees());
      // What is left stands anywhere: slices whose bounds were drawn from what is gone.
      Counted rest =
          Counting.count(
              Counting.sorted(
                  one.blocks(random, 20, passages, order), passages, layout, first.cut(), deal),
              words,
              passages,
              order,
              first.cut(),
              deal,
              both,
              true);
      NaiveCounts naive = new NaiveCounts(other.tokens(), other.documents(), passages, order);
      Map<List<Integer>, Long> left = new HashMap<>();
      rest.ngrams().forEach((ngram, counts) -> left.put(ngram, counts.get(0)));
      Map<List<Integer>, Long> counted = new HashMap<>();
      naive.ngrams.forEach((ngram, entry) -> counted.put(ngram, entry[0]));
      assertThat(left).isEqualTo(counted);
      for (int lower = 2; lower <= order; lower++) {
        KeyLayout shorter = KeyLayout.of(lower, size);
        assertSameWindows(
            rest.windows(shorter, null),
            windows(other.blocks(random, 9, passages, order), passages, shorter));
      }
      if (!other.equals(one) && !more.stream().allMatch(List::isEmpty)) {
        assertThatThrownBy(
                () ->
                    Counting.count(
                        more,
                        words,
                        passages,
                        order,
                        first.cut(),
                        deal,
                        nothing(words, passages, order, first.cut(), deal),
                        true))
            .hasMessageContaining("no part of");
      }
    }
  }

  private Counted nothing(
      ListVocabulary words, Passages passages, int order, Slices cut, Deal deal) {
    List<List<byte[]>> none = new ArrayList<>();
    for (int slice = 0; slice < cut.count(); slice++) {
      none.add(new ArrayList<>());
    }
    return Counting.count(none, words, passages, order, cut, deal, null, false);
  }

  private static TreeMap<long[], Long> windows(
      List<TokenBlock> blocks, Passages passages, KeyLayout layout) throws IOException {
    TreeMap<long[], Long> windows = new TreeMap<>(Arrays::compare);
    for (byte[] part :
        Counting.sorted(blocks, passages, layout, Slices.whole(), Deal.WHOLE).get(0)) {
      SortedWindows.Reader reader = new SortedWindows.Reader(layout, part);
      while (reader.next()) {
        windows.merge(reader.key().clone(), reader.count(), Long::sum);
      }
    }
    return windows;
  }

  private static void assertSameWindows(
      TreeMap<long[], Long> found, TreeMap<long[], Long> expected) {
    assertThat(found.keySet().toArray(new long[0][]))
        .isDeepEqualTo(expected.keySet().toArray(new long[0][]));
    assertThat(List.copyOf(found.values())).isEqualTo(List.copyOf(expected.values()));
  }

  /** A context is followed, or ends a passage, as often as it appears. */
  private static void everyContextEndsOrGoesOn(Counted counted, NaiveCounts naive)
      throws IOException {
    for (int slice = 0; slice < counted.slices().size(); slice++) {
      try (CountSlice counts = counted.slice(slice)) {
        while (counts.next()) {
          List<Integer> context = new ArrayList<>();
          for (int place = counts.length(); place > 0; place--) {
            context.add(counts.reversed()[place]);
          }
          int nearest = counts.reversed()[1];
          boolean begins = counts.length() == 1 && nearest == counted.passages().passageStart();
          // Slices may share a line feed, but nothing follows it.
          if (!counts.goesOn() && !begins && !counted.passages().endsPassage(nearest)) {
            long[] appears = naive.ngrams.getOrDefault(context, new long[1]);
            long followed = counts.ends() + Arrays.stream(counts.raw(), 0, counts.size()).sum();
            while (counts.hasMore()) {
              counts.next();
              followed += Arrays.stream(counts.raw(), 0, counts.size()).sum();
            }
            assertThat(followed).as("%s", context).isEqualTo(appears[0]);
          }
        }
      }
    }
  }

  private static long count(CountTrie trie, List<Integer> ngram) {
    int node = 0;
    int length = ngram.size() - 1;
    for (int m = 0; m < length; m++) {
      node = trie.longer(m, node, ngram.get(length - 1 - m));
    }
    return trie.count(length, node, ngram.get(length));
  }

  /** Counts of counts of all n-grams, and of those that people are shown. */
  private static void checkStatistics(Counted counted, NaiveCounts naive) {
    for (CountKind kind : CountKind.values()) {
      List<CountsOfCounts> found = SliceStatistics.countsOfCounts(counted.statistics(), kind);
      for (int n = 1; n <= counted.order(); n++) {
        long[] types = new long[CountsOfCounts.HIGHEST];
        long total = 0;
        for (List<Integer> ngram : naive.ngrams.keySet()) {
          if (ngram.size() == n) {
            boolean raw = kind == CountKind.RAW || n == counted.order();
            long count = raw ? naive.ngrams.get(ngram)[0] : naive.adjusted(ngram);
            total += count;
            if (count <= types.length) {
              types[(int) count - 1]++;
            }
          }
        }
        assertThat(found.get(n - 1)).isEqualTo(new CountsOfCounts(types, total));
      }
    }
    for (int n = 1; n <= counted.order(); n++) {
      int order = n;
      List<Long> shown =
          naive.ngrams.entrySet().stream()
              .filter(entry -> entry.getKey().size() == order)
              .filter(
                  entry ->
                      !counted
                          .passages()
                          .marked(entry.getKey().get(0), entry.getKey().get(order - 1)))
              .map(entry -> entry.getValue()[0])
              .sorted(Comparator.reverseOrder())
              .toList();
      List<SliceStatistics> all = counted.statistics();
      assertThat(all.stream().mapToLong(one -> one.types(order)).sum()).isEqualTo(shown.size());
      assertThat(all.stream().mapToLong(one -> one.total(order)).sum())
          .isEqualTo(shown.stream().mapToLong(c -> c).sum());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 5, 1",
    "3, 100000, 1",
    "3, 2097150, 1",
    "4, 100000, 2",
    "7, 100000, 3",
    "2, 2147483646, 1",
    "3, 2147483646, 2",
    "16, 200, 3",
    "16, 2000000, 6"
  })
  void keysSortAsTheirPlacesDo(int order, int vocabulary, int longs) {
    KeyLayout layout = KeyLayout.of(order, vocabulary);
    assertThat(layout.longs()).isEqualTo(longs);
    SplittableRandom random = new SplittableRandom(order * 31L + vocabulary);
    List<int[]> windows = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      // A context of any length, then nothing, then the word or none.
      int[] stored = new int[order];
      int context = random.nextInt(order);
      for (int j = 0; j < order; j = j + 1 < context || j == order - 1 ? j + 1 : order - 1) {
        stored[j] =
            switch (random.nextInt(4)) {
              case 0 -> 1;
              case 1 -> vocabulary;
              default -> 1 + random.nextInt(vocabulary);
            };
      }
      windows.add(stored);
    }
    Comparator<int[]> byKey = (a, b) -> layout.compare(key(layout, a), 0, key(layout, b), 0);
    List<int[]> sorted = new ArrayList<>(windows);
    sorted.sort(byKey);
    List<int[]> expected = new ArrayList<>(windows);
    expected.sort(Arrays::compare);
    assertThat(sorted.stream().map(Arrays::toString).toList())
        .isEqualTo(expected.stream().map(Arrays::toString).toList());
    for (int[] stored : windows) {
      long[] key = key(layout, stored);
      assertThat(Arrays.stream(key).min().orElseThrow()).isNotNegative();
      for (int place = 0; place < order; place++) {
        assertThat(layout.stored(key, place)).isEqualTo(stored[place]);
      }

      int kept = random.nextInt(order + 1);
      int[] cut = Arrays.copyOf(Arrays.copyOf(stored, kept), order);
      long[] cleared = key.clone();
      layout.clearFrom(cleared, kept);
      assertThat(cleared).isEqualTo(key(layout, cut));

      // The word moves to the front of the context, whose farthest token falls out.
      int word = 1 + random.nextInt(vocabulary);
      int[] moved = new int[order];
      if (order > 1) {
        moved[0] = word;
        System.arraycopy(stored, 0, moved, 1, order - 2);
        long[] advanced = key.clone();
        layout.clearFrom(advanced, order - 1);
        layout.advance(advanced, word);
        assertThat(advanced).isEqualTo(key(layout, moved));
      }
    }
  }

  private static long[] key(KeyLayout layout, int[] stored) {
    long[] key = new long[layout.longs()];
    for (int place = 0; place < stored.length; place++) {
      layout.put(key, place, stored[place]);
    }
    return key;
  }

  @Test
  void slicesCoverAllContextsInOrder() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 200; round++) {
      int order = 2 + random.nextInt(4);
      int size = 2 + random.nextInt(12);
      KeyLayout layout = KeyLayout.of(order, size);
      long[][] sample = new long[random.nextInt(400)][];
      for (int i = 0; i < sample.length; i++) {
        int[] stored = new int[order];
        for (int place = 0; place < order; place++) {
          // Half of all tokens are the same.
          stored[place] = random.nextBoolean() ? 1 : 1 + random.nextInt(size);
        }
        sample[i] = key(layout, stored);
      }
      int wanted = 1 + random.nextInt(40);
      Slices slices = Slices.of(sample, layout, wanted);
      assertThat(slices.count()).isBetween(1, wanted);
      assertThat(Slices.at(slices.bounds()).bounds().toArray(new int[0][]))
          .isDeepEqualTo(slices.bounds().toArray(new int[0][]));
      int[] taken = new int[slices.count()];
      int last = 0;
      for (long[] key : sample) { // sorted now
        int[] reversed = new int[order];
        int length = layout.context(key, order - 1, reversed);
        int slice = slices.of(reversed, 1, length);
        assertThat(slice).isGreaterThanOrEqualTo(last);
        assertThat(slices.holds(slice, reversed, 1, length)).isTrue();
        assertThat(layout.compare(slices.start(slice, layout), 0, key, 0)).isNotPositive();
        if (slice + 1 < slices.count()) {
          assertThat(layout.compare(slices.start(slice + 1, layout), 0, key, 0)).isPositive();
        }
        taken[slice]++;
        last = slice;
      }
      // Each bound parts two keys of the sample, so that no slice is empty.
      assertThat(Arrays.stream(taken).filter(keys -> keys == 0).count())
          .isEqualTo(sample.length == 0 ? slices.count() : 0);
    }
  }

  /** Of many different keys, slices are of one size, and most begin at a single token. */
  @Test
  void slicesAreBalanced() {
    SplittableRandom random = new SplittableRandom(4);
    KeyLayout layout = KeyLayout.of(4, 1000);
    long[][] sample = new long[5000][];
    for (int i = 0; i < sample.length; i++) {
      int nearest = random.nextInt(3) == 0 ? 7 : 1 + random.nextInt(1000);
      sample[i] =
          key(
              layout,
              new int[] {
                nearest, 1 + random.nextInt(1000), 1 + random.nextInt(1000), 1 + random.nextInt(9)
              });
    }
    Slices slices = Slices.of(sample, layout, 50);
    assertThat(slices.count()).isEqualTo(50);
    int[] taken = new int[50];
    for (long[] key : sample) {
      int[] reversed = new int[4];
      taken[slices.of(reversed, 1, layout.context(key, 3, reversed))]++;
    }
    assertThat(Arrays.stream(taken).boxed().toList()).allMatch(keys -> keys > 70 && keys < 130);
    assertThat(slices.bounds().stream().filter(bound -> bound.length == 1).count())
        .isBetween(30L, 34L);
    assertThat(slices.trees()).containsExactly(6);
    assertThat(slices.slicesOf(0)[1] - slices.slicesOf(0)[0]).isBetween(15, 18);
  }

  @Test
  void aSampleDoesNotDependOnHowTheTextIsDealtOut() {
    SplittableRandom random = new SplittableRandom(6);
    for (Boundary boundary : Boundary.values()) {
      ListVocabulary words = ListVocabulary.numbers(3, 30);
      Passages passages = Passages.of(boundary, words);
      NaiveCounts.Text text = NaiveCounts.Text.random(random, 30, 3, 3000);
      int order = 4;
      KeyLayout layout = KeyLayout.of(order, 30);
      for (int wanted : new int[] {1, 100, 3000, 9000}) {
        long[][] whole =
            Counting.sample(
                text.blocks(random, 9000, passages, order), passages, layout, 3000, wanted);
        assertThat(whole.length).isBetween(wanted <= 100 ? wanted / 20 : 500, 3000);
        for (int block : new int[] {1, 7, 500}) {
          assertThat(
                  Counting.sample(
                      text.blocks(random, block, passages, order), passages, layout, 3000, wanted))
              .isDeepEqualTo(whole);
        }
        List<TokenBlock> turned = new ArrayList<>(text.blocks(random, 100, passages, order));
        Collections.reverse(turned);
        assertThat(Counting.sample(turned, passages, layout, 3000, wanted)).isDeepEqualTo(whole);
        if (wanted >= 3000) {
          everyWindowIsThere(whole, layout, text, passages, order);
        }
      }
    }
  }

  /** With a bound above all hashes, the sample is all windows of the text. */
  private static void everyWindowIsThere(
      long[][] sample, KeyLayout layout, NaiveCounts.Text text, Passages passages, int order) {
    List<List<Integer>> highest = new ArrayList<>();
    for (long[] key : sample) {
      int[] reversed = new int[order];
      if (layout.context(key, order - 1, reversed) == order - 1) {
        List<Integer> ngram = new ArrayList<>(List.of(layout.stored(key, order - 1) - 1));
        for (int i = 1; i < order; i++) {
          ngram.add(0, reversed[i]);
        }
        highest.add(ngram);
      }
    }
    Set<List<Integer>> expected = new HashSet<>(NaiveCounts.of(text, passages, order).keySet());
    expected.removeIf(ngram -> ngram.size() < order);
    assertThat(highest).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void linesCanBeToldApart() {
    ListVocabulary limited = ListVocabulary.characters("ab");
    assertThat(Passages.of(Boundary.LINE, limited).knowsLineEnds()).isFalse();
    assertThat(Passages.of(Boundary.LINE, limited).endsPassage(Vocabulary.UNKNOWN)).isFalse();
    assertThat(Passages.of(Boundary.STREAM, limited).knowsLineEnds()).isTrue();
    assertThat(Passages.of(Boundary.LINE, ListVocabulary.characters("a\n")).endsPassage(2))
        .isTrue();
    assertThat(Passages.of(Boundary.LINE, ListVocabulary.words(List.of("a"))).endsPassage(2))
        .isTrue();
  }
}
