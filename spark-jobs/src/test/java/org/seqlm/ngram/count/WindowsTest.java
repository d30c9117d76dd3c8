package org.seqlm.ngram.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.ObjIntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.seqlm.ngram.model.ModelSlice;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.vocab.IdRanges;
import org.seqlm.vocab.ListVocabulary;
import org.seqlm.vocab.TokenBlock;

/** Windows are sorted, written, read back and merged as objects would be. */
final class WindowsTest {
  /** A layout of one to five longs. */
  private static KeyLayout layout(int longs) {
    KeyLayout layout = KeyLayout.of(new int[] {0, 3, 6, 7, 12, 15}[longs], 1 << 19);
    assertThat(layout.longs()).isEqualTo(longs);
    return layout;
  }

  /** Keys as they are made of text: a context of any length, then the word or nothing. */
  private static long[] window(KeyLayout layout, SplittableRandom random, int ids) {
    long[] key = new long[layout.longs()];
    int context = random.nextInt(layout.order());
    for (int place = 0; place < context; place++) {
      layout.put(key, place, 1 + random.nextInt(ids));
    }
    layout.put(key, layout.order() - 1, random.nextInt(ids + 1));
    return key;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void sortsAsObjectsAre(int longs) {
    KeyLayout layout = layout(longs);
    SplittableRandom random = new SplittableRandom(longs);
    RadixSort sort = new RadixSort(layout);
    int[] sizes = {0, 1, 2, 3, 47, 48, 49, 500, 2047, 2048, 2049, 5000, 40_000, 7, 100, 3000};
    for (int size : sizes) {
      // Few ids: keys that are equal, or in all longs but the last. Many: all different.
      for (int ids : new int[] {1, 2, 30, 1 << 19}) {
        long[][] keys = new long[longs][size + random.nextInt(50)];
        long[][] expected = new long[size][];
        for (int i = 0; i < size; i++) {
          expected[i] = window(layout, random, ids);
          for (int k = 0; k < longs; k++) {
            keys[k][i] = expected[i][k];
          }
        }
        Arrays.sort(expected, Arrays::compare);
        sort.sort(keys, size);
        for (int k = 0; k < longs; k++) {
          int at = k;
          assertThat(Arrays.copyOf(keys[k], size))
              .as("long %d of %d windows of %d ids", k, size, ids)
              .isEqualTo(Arrays.stream(expected).mapToLong(key -> key[at]).toArray());
        }
      }
    }
  }

  private static long count(SplittableRandom random) {
    return switch (random.nextInt(5)) {
      case 0 -> 15;
      case 1 -> 16;
      case 2 -> 1L << random.nextInt(50);
      default -> 1 + random.nextInt(3);
    };
  }

  private static TreeMap<long[], Long> windows(
      KeyLayout layout, SplittableRandom random, int size, int ids) {
    TreeMap<long[], Long> windows = new TreeMap<>(Arrays::compare);
    for (int i = 0; i < size; i++) {
      windows.put(window(layout, random, ids), count(random));
    }
    return windows;
  }

  private static byte[] sorted(KeyLayout layout, Map<long[], Long> windows) {
    Bytes bytes = new Bytes(16);
    SortedWindows.Writer writer = new SortedWindows.Writer(layout, bytes);
    windows.forEach(writer::add);
    return bytes.copy();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 6, 7, 12, 15, 16})
  void readsWhatItWrote(int order) throws IOException {
    KeyLayout layout = KeyLayout.of(order, 1 << 19);
    SplittableRandom random = new SplittableRandom(order);
    for (int ids : new int[] {1, 5, 300, 1 << 19}) {
      for (int size : new int[] {0, 1, 40, 3000}) {
        TreeMap<long[], Long> windows = windows(layout, random, size, ids);
        byte[] bytes = sorted(layout, windows);
        int smallest = 10 * (order + 2);
        for (SortedWindows.Reader reader :
            List.of(
                new SortedWindows.Reader(layout, bytes),
                new SortedWindows.Reader(layout, new ByteArrayInputStream(bytes), smallest),
                new SortedWindows.Reader(layout, new ByteArrayInputStream(bytes), 1 << 16))) {
          for (Map.Entry<long[], Long> window : windows.entrySet()) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.key()).isEqualTo(window.getKey());
            assertThat(reader.count()).isEqualTo(window.getValue());
          }
          assertThat(reader.next()).isFalse();
          assertThat(reader.next()).isFalse();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 300, 3000, 1 << 30})
  void mergesAsATreeDoes(long memory, @TempDir Path folder) throws IOException {
    SplittableRandom random = new SplittableRandom(memory);
    for (int longs = 1; longs <= 3; longs++) {
      KeyLayout layout = layout(longs);
      // With no memory at all every part is spilled, which passes the most files there may be.
      int parts = memory == 0 ? 300 : 40;
      TreeMap<long[], Long> expected = new TreeMap<>(Arrays::compare);
      Path spills = folder.resolve("deep/" + longs);
      try (WindowMerger merger = new WindowMerger(layout, new Spill(memory, spills))) {
        for (int i = 0; i < parts; i++) {
          TreeMap<long[], Long> windows =
              windows(layout, random, random.nextInt(60), random.nextBoolean() ? 3 : 1 << 19);
          windows.forEach((key, count) -> expected.merge(key, count, Long::sum));
          merger.add(sorted(layout, windows));
        }
        assertThat(merger.spilledBytes() > 0).isEqualTo(memory < 1 << 20);
        List<long[]> keys = new ArrayList<>();
        List<Long> counts = new ArrayList<>();
        merger.merge(
            (key, count) -> {
              keys.add(key.clone());
              counts.add(count);
            });
        assertThat(keys.toArray(new long[0][])).isDeepEqualTo(keys(expected));
        assertThat(counts).isEqualTo(List.copyOf(expected.values()));
        merger.merge((key, count) -> assertThat(key).as("nothing is left").isNull());
      }
      if (memory < 1 << 20) {
        assertThat(spills).isEmptyDirectory();
      } else {
        assertThat(spills).doesNotExist();
      }
    }
  }

  /** A disk that is full shows in the same way. */
  @Test
  void aSpillThatFailsLeavesNoFile(@TempDir Path folder) throws IOException {
    KeyLayout layout = layout(2);
    byte[] whole = sorted(layout, windows(layout, new SplittableRandom(1), 60, 3));
    byte[] cut = Arrays.copyOf(whole, whole.length - 1);
    try (WindowMerger merger = new WindowMerger(layout, new Spill(0, folder))) {
      merger.add(whole);
      assertThatThrownBy(() -> merger.add(cut)).isInstanceOf(RuntimeException.class);
    }
    assertThat(folder).isEmptyDirectory();
  }

  private static long[][] keys(Map<long[], Long> windows) {
    return windows.keySet().toArray(new long[0][]);
  }

  /** A text that fills the counter's buffer several times, in one block. */
  @Test
  void givesRunsWheneverItsBufferIsFull() throws IOException {
    ListVocabulary words = ListVocabulary.numbers(3, 40_000);
    Passages passages = Passages.of(Boundary.LINE, words);
    NaiveCounts.Text text = NaiveCounts.Text.random(new SplittableRandom(1), 40_000, 3, 200_000);
    KeyLayout layout = KeyLayout.of(3, words.size());
    int hot = text.tokens()[7];
    Slices slices = Slices.at(List.of(new int[] {hot, 9000}, new int[] {hot, 20_000}));
    WindowCounter counter = new WindowCounter(layout, passages, slices, text.tokens().length, 1);
    int[] starts = text.documents().stream().mapToInt(i -> i).toArray();
    TreeMap<long[], Long> counted = new TreeMap<>(Arrays::compare);
    int[] given = new int[slices.count()];
    ObjIntConsumer<byte[]> sink =
        (part, slice) -> {
          given[slice]++;
          SortedWindows.Reader reader = new SortedWindows.Reader(layout, part);
          try {
            while (reader.next()) {
              int[] reversed = new int[3];
              int length = layout.context(reader.key(), 2, reversed);
              assertThat(slices.of(reversed, 1, length)).isEqualTo(slice);
              counted.merge(reader.key().clone(), reader.count(), Long::sum);
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    counter.count(new TokenBlock(0, new int[0], text.tokens(), starts), sink);
    counter.drain(sink);
    assertThat(given[0]).isGreaterThan(3);
    assertThat(given[2]).isGreaterThan(3);

    TreeMap<long[], Long> expected = new TreeMap<>(Arrays::compare);
    // Documents begin after ends of lines here.
    int[] before = {0, 2};
    for (int i = 0; i <= text.tokens().length; i++) {
      // The text ends within a line, which the empty word follows.
      int id = i < text.tokens().length ? text.tokens()[i] : -1;
      long[] key = new long[layout.longs()];
      layout.put(key, 0, before[1]);
      layout.put(key, 1, before[0]);
      layout.put(key, 2, id + 1);
      expected.merge(key, 1L, Long::sum);
      before = id == 2 ? new int[] {0, 2} : new int[] {before[1], id + 1};
    }
    assertThat(keys(counted)).isDeepEqualTo(keys(expected));
    assertThat(List.copyOf(counted.values())).isEqualTo(List.copyOf(expected.values()));
  }

  /** Two windows a token, and a buffer that can grow by one of them. */
  @Test
  void growsUntilThereIsRoom() {
    ListVocabulary words = ListVocabulary.characters("ab");
    Passages passages = Passages.of(Boundary.DOCUMENT, words);
    KeyLayout layout = KeyLayout.of(2, words.size());
    int tokens = 5 << 14;
    int[] starts = new int[tokens];
    Arrays.setAll(starts, i -> i);
    WindowCounter counter =
        new WindowCounter(layout, passages, Slices.whole(), tokens, 16 * ((4 << 14) + 1));
    TreeMap<Integer, Long> counted = new TreeMap<>();
    ObjIntConsumer<byte[]> sink =
        (part, slice) -> {
          SortedWindows.Reader reader = new SortedWindows.Reader(layout, part);
          try {
            while (reader.next()) {
              counted.merge(layout.stored(reader.key(), 1), reader.count(), Long::sum);
            }
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    counter.count(new TokenBlock(0, new int[0], new int[tokens], starts), sink);
    counter.drain(sink);
    assertThat(counted).isEqualTo(Map.of(0, (long) tokens, 1, (long) tokens));
  }

  @Test
  void unigramsAddUp() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    for (int words : new int[] {3, 1000, 200_000}) {
      TreeMap<Integer, long[]> expected = new TreeMap<>();
      UnigramCounts sum = new UnigramCounts();
      for (int part = 0; part < 4; part++) {
        UnigramCounts share = new UnigramCounts();
        for (int i = 0; i < 100_000; i++) {
          int stored = random.nextInt(words);
          long raw = count(random);
          share.add(stored, raw, 1);
          long[] both = expected.computeIfAbsent(stored - 1, id -> new long[2]);
          both[0] += raw;
          both[1]++;
        }
        sum.addAll(share.bytes());
      }
      check(sum, expected);
      byte[] bytes = sum.bytes();
      ByteArrayInputStream in = new ByteArrayInputStream(bytes);
      UnigramCounts read = UnigramCounts.read(in, words);
      check(read, expected);
      assertThat(in.available()).isZero();
      assertThat(read.bytes()).isEqualTo(bytes);
      UnigramCounts.Cursor cursor = UnigramCounts.cursor(new ByteArrayInputStream(bytes), words);
      for (int i = 0; i < read.types(); i++) {
        assertThat(cursor.next()).isTrue();
        assertThat(new long[] {cursor.id(), cursor.raw()}).containsExactly(read.id(i), read.raw(i));
      }
      assertThat(cursor.next()).isFalse();
      for (int length : new int[] {0, 1, 5, bytes.length / 2, bytes.length - 1}) {
        assertThatThrownBy(
                () -> UnigramCounts.read(new ByteArrayInputStream(bytes, 0, length), words))
            .isInstanceOf(IOException.class);
      }
      assertThatThrownBy(() -> UnigramCounts.read(new ByteArrayInputStream(bytes), 2))
          .isInstanceOf(IOException.class);
      IdRanges ranges = IdRanges.of(words, 1, 1 + words / 3);
      byte[][] dealt = new byte[ranges.count()][];
      Arrays.fill(dealt, new UnigramCounts().bytes());
      sum.deal(ranges, (some, range) -> dealt[range] = some);
      byte[][] again = dealt.clone();
      UnigramCounts packed = new UnigramCounts();
      packed.addAll(bytes);
      packed.deal(ranges, (some, range) -> again[range] = some);
      assertThat(again).isDeepEqualTo(dealt);
      for (int range = 0; range < ranges.count(); range++) {
        int from = ranges.from(range);
        int to = ranges.to(range);
        byte[] some = dealt[range];
        UnigramCounts twice = UnigramCounts.sum(from, to, List.of(some, some).iterator());
        TreeMap<Integer, long[]> doubled = new TreeMap<>();
        expected
            .subMap(from == 0 ? -1 : from, to)
            .forEach((id, both) -> doubled.put(id, new long[] {2 * both[0], 2 * both[1]}));
        check(twice, doubled);
        if (doubled.isEmpty()) {
          continue;
        }
        ByteArrayInputStream part = new ByteArrayInputStream(twice.part());
        check(UnigramCounts.readPart(part, twice.types(), twice.id(0) + 1, words), doubled);
        assertThat(part.available()).isZero();
      }
    }
  }

  private static void check(UnigramCounts counts, TreeMap<Integer, long[]> expected) {
    assertThat(counts.types()).isEqualTo(expected.size());
    assertThat(counts.ids())
        .isEqualTo(expected.keySet().stream().mapToInt(Integer::intValue).toArray());
    for (int i = 0; i < counts.types(); i++) {
      assertThat(new long[] {counts.raw(i), counts.adjusted(i)})
          .isEqualTo(expected.get(counts.id(i)));
    }
  }

  @Test
  void aCutFileIsToldFromAWholeOne() throws IOException {
    ListVocabulary words = ListVocabulary.numbers(3, 50);
    Passages passages = Passages.of(Boundary.LINE, words);
    NaiveCounts.Text text = NaiveCounts.Text.random(new SplittableRandom(4), 50, 3, 2000);
    byte[] file =
        Counting.count(
                text.blocks(new SplittableRandom(4), 100, passages, 3),
                words,
                passages,
                3,
                Counting.Deal.WHOLE)
            .slices()
            .get(0);
    assertThat(contexts(file, 3)).isPositive();
    for (int length : new int[] {0, 3, 6, 9, file.length / 2, file.length - 1}) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> contexts(cut, 3))
          .as("%d of %d bytes", length, file.length)
          .isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> contexts(file, 4)).hasMessageContaining("order 4");
    assertThatThrownBy(() -> new ModelSlice(new ByteArrayInputStream(file), 3, null))
        .isInstanceOf(IOException.class);
  }

  private static int contexts(byte[] file, int order) throws IOException {
    CountSlice slice =
        new CountSlice(new ByteArrayInputStream(file), order, SharedContexts.NONE, null);
    int contexts = 0;
    while (slice.next()) {
      contexts++;
    }
    return contexts;
  }
}
