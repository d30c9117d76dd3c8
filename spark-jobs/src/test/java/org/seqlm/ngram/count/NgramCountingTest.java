package org.seqlm.ngram.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
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
      assertThat(other.unigrams().bytes()).isEqualTo(counted.unigrams().bytes());
    }
  }

  /** A context is followed, or ends a passage, as often as it appears. */
  private static void everyContextEndsOrGoesOn(Counted counted, NaiveCounts naive)
      throws IOException {
    for (int slice = 0; slice < counted.slices().size(); slice++) {
      CountSlice counts =
          new CountSlice(new ByteArrayInputStream(counted.slices().get(slice)), counted.order());
      while (counts.next()) {
        List<Integer> context = new ArrayList<>();
        for (int place = counts.length(); place > 0; place--) {
          context.add(counts.reversed()[place]);
        }
        int nearest = counts.reversed()[1];
        boolean told = counted.cut().headOf(slice) >= 0 && counts.length() == 1; // to the head
        boolean begins = counts.length() == 1 && nearest == counted.passages().passageStart();
        // A line feed may have a head, but nothing follows it.
        if (!told && !begins && !counted.passages().endsPassage(nearest)) {
          long[] appears = naive.ngrams.getOrDefault(context, new long[1]);
          long followed = Arrays.stream(counts.raw(), 0, counts.size()).sum();
          assertThat(followed + counts.ends()).as("%s", context).isEqualTo(appears[0]);
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
      assertThat(layout.first(key[0])).isEqualTo(stored[0]);

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
    for (int size : new int[] {5, 100, 1000}) {
      ListVocabulary words = ListVocabulary.numbers(3, size);
      for (int order : new int[] {2, 3, 5}) {
        KeyLayout layout = KeyLayout.of(order, size);
        for (int wanted : new int[] {1, 2, 7, 40, 3000}) {
          Slices slices = Slices.of(words, 0, wanted, order);
          assertThat(slices.heads().isEmpty()).isEqualTo(order == 2 || wanted < 4);
          assertThat(slices.of(-1, 0)).isZero();
          cover(slices, layout, order, size);
          // Half of all tokens are unknown: <unk> is cut, too, from the first slice on.
          Slices limited = Slices.of(words, 1_600_000, wanted, order);
          boolean hot = order > 2 && wanted > 4;
          assertThat(limited.isHead(0)).isEqualTo(hot);
          assertThat(limited.of(-1, 0)).isEqualTo(hot ? 1 : 0);
          cover(limited, layout, order, size);
        }
      }
    }
  }

  /** Without AssertJ where nothing is wrong: there are millions of contexts. */
  private static void cover(Slices slices, KeyLayout layout, int order, int size) {
    int last = 0;
    for (int id = 0; id < size; id++) {
      for (int second = 0; second <= (order == 2 ? 0 : size); second++) {
        int slice = slices.of(id, second);
        long leading = layout.leading(id + 1, second);
        int head = slices.headOf(slice);
        boolean covered =
            last <= slice
                && slice < slices.count()
                && !slices.isHead(slice)
                && (slice == 0 || slices.start(slice, layout) <= leading)
                && slices.start(slice + 1, layout) > leading
                && slices.ofContext(id) == (head < 0 ? slice : head)
                && (head < 0 || slices.first(head) == id);
        if (!covered) {
          fail("context %d, %d: slice %d of %d after %d", id, second, slice, slices.count(), last);
        }
        last = slice;
      }
    }
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
