package org.seqlm.ngram;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.vocab.TokenBlock;
import org.seqlm.vocab.Vocabulary;

/** Counting against the naive way, over all boundaries, orders and widths of keys. */
final class NgramCountingTest {

  @ParameterizedTest
  @EnumSource
  void equalsTheNaiveCount(Boundary boundary) {
    SplittableRandom random = new SplittableRandom(42);
    for (int round = 0; round < 300; round++) {
      int reserved = random.nextBoolean() ? 1 : 3;
      // 4, 13 and 17 bits an id: keys of one, two and three longs.
      int size = new int[] {8, 1 << 12, 1 << 16}[random.nextInt(3)];
      int order = 1 + random.nextInt(8);
      ListVocabulary words = ListVocabulary.numbers(reserved, size);
      Runs runs = Runs.of(boundary, words);
      NaiveCounts.Text text =
          NaiveCounts.Text.random(random, words.size(), reserved, random.nextInt(120));
      NaiveCounts naive = new NaiveCounts(text.tokens(), text.documents(), runs, order);
      int longest = 1 + random.nextInt(12);
      List<TokenBlock> blocks = text.blocks(random, longest);
      int slices = 1 + random.nextInt(5);
      List<TrieSlice> tries =
          Counting.slices(
              blocks, words, runs, order, slices, 1 + random.nextInt(6), 1 + random.nextInt(40));

      Map<List<Integer>, List<Long>> counted = new HashMap<>();
      for (int n = 1; n <= order; n++) {
        List<Integer> before = null;
        for (TrieSlice trie : tries) {
          List<List<Integer>> inOrder = new ArrayList<>();
          trie.forEach(
              n,
              (ids, count, first) -> {
                List<Integer> ngram = IntStream.of(ids).boxed().toList();
                inOrder.add(ngram);
                assertThat(counted.put(ngram, List.of(count, first))).isNull();
              });
          for (List<Integer> ngram : inOrder) {
            assertThat(before == null || compare(before, ngram) < 0).isTrue();
            before = ngram;
          }
        }
      }
      Map<List<Integer>, List<Long>> expected = new HashMap<>();
      naive.ngrams.forEach((ngram, entry) -> expected.put(ngram, List.of(entry[0], entry[1])));
      assertThat(counted).isEqualTo(expected);

      NgramTrie trie = Counting.trie(tries, order, words);
      naive.ngrams.forEach(
          (ngram, entry) ->
              assertThat(trie.countOf(ngram.stream().mapToInt(Integer::intValue).toArray()))
                  .isEqualTo(entry[0]));
    }
  }

  private static int compare(List<Integer> a, List<Integer> b) {
    for (int i = 0; i < a.size(); i++) {
      int c = Integer.compare(a.get(i), b.get(i));
      if (c != 0) {
        return c;
      }
    }
    return 0;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 5, 1",
    "3, 100000, 1",
    "3, 2097150, 1",
    "4, 100000, 2",
    "7, 100000, 3",
    "2, 2147483647, 1",
    "3, 2147483647, 2",
    "16, 200, 3",
    "16, 2000000, 6"
  })
  void keysSortAsTheirIdsDo(int order, int vocabulary, int longs) {
    KeyLayout layout = KeyLayout.of(order, vocabulary);
    assertThat(layout.longs()).isEqualTo(longs);
    SplittableRandom random = new SplittableRandom(order * 31L + vocabulary);
    List<int[]> windows = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      int length = 1 + random.nextInt(order);
      int[] ids = new int[length];
      for (int j = 0; j < length; j++) {
        ids[j] =
            switch (random.nextInt(4)) {
              case 0 -> 0;
              case 1 -> vocabulary - 1;
              default -> random.nextInt(vocabulary);
            };
      }
      windows.add(ids);
    }
    Comparator<int[]> byKey = (a, b) -> layout.compare(key(layout, a), 0, key(layout, b), 0);
    List<int[]> sorted = new ArrayList<>(windows);
    sorted.sort(byKey);
    List<int[]> expected = new ArrayList<>(windows);
    expected.sort(Arrays::compare);
    assertThat(sorted.stream().map(Arrays::toString).toList())
        .isEqualTo(expected.stream().map(Arrays::toString).toList());
    for (int[] ids : windows) {
      long[] key = key(layout, ids);
      for (int place = 0; place < order; place++) {
        assertThat(layout.id(key, 0, place)).isEqualTo(place < ids.length ? ids[place] : -1);
      }
    }
  }

  private static long[] key(KeyLayout layout, int[] ids) {
    long[] key = new long[layout.longs()];
    layout.pack(ids, 0, ids.length, key);
    return key;
  }

  @Test
  void slicesCoverTheVocabularyInOrder() {
    ListVocabulary words = ListVocabulary.numbers(3, 1000);
    for (int count : new int[] {1, 2, 7, 40, 3000}) {
      Slices slices = Slices.of(words, count);
      int last = 0;
      for (int id = 0; id < words.size(); id++) {
        int slice = slices.of(id);
        assertThat(slice).isBetween(last, count - 1);
        assertThat(slices.start(slice)).isLessThanOrEqualTo(id);
        last = slice;
      }
    }
    assertThat(Slices.of(words, 7).of(999)).isEqualTo(6);
  }

  @Test
  void linesCanBeToldApart() {
    ListVocabulary limited = ListVocabulary.characters("ab");
    assertThat(Runs.of(Boundary.LINE, limited).knowsLineEnds()).isFalse();
    assertThat(Runs.of(Boundary.LINE, limited).endsRun(Vocabulary.UNKNOWN)).isFalse();
    assertThat(Runs.of(Boundary.STREAM, limited).knowsLineEnds()).isTrue();
    assertThat(Runs.of(Boundary.LINE, ListVocabulary.characters("a\n")).endsRun(2)).isTrue();
    assertThat(Runs.of(Boundary.LINE, ListVocabulary.words(List.of("a"))).endsRun(2)).isTrue();
  }
}
