package org.seqlm.duplicates;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SpanWindowsTest {
  private static TreeMap<Long, Long> windows(int length, int choose, long[]... documents) {
    TreeMap<Long, Long> found = new TreeMap<>();
    long[] start = {0};
    SpanWindows windows =
        new SpanWindows(
            length,
            choose,
            5,
            (from, hash, other) -> assertThat(found.put(start[0] + from, hash)).isNull());
    for (long[] document : documents) {
      read(windows, document);
      start[0] += document.length;
    }
    return found;
  }

  private static void read(SpanWindows windows, long[] document) {
    windows.clear();
    for (long word : document) {
      byte[] utf8 = (" " + word).getBytes(StandardCharsets.UTF_8);
      windows.word(utf8, 1, utf8.length);
    }
  }

  /** 1 2 3 | 1 2 1 2 3: pairs at 0, 1 and at 3, 4, 5, 6; none goes over the end of a document. */
  @Test
  void windowsByHand() {
    TreeMap<Long, Long> found = windows(2, 1, new long[] {1, 2, 3}, new long[] {1, 2, 1, 2, 3});
    assertThat(found.keySet()).containsExactly(0L, 1L, 3L, 4L, 5L, 6L);
    assertThat(found.get(0L)).isEqualTo(found.get(3L)).isEqualTo(found.get(5L));
    assertThat(found.get(1L)).isEqualTo(found.get(6L)).isNotEqualTo(found.get(4L));
    assertThat(windows(4, 1, new long[] {1, 2, 3}, new long[] {})).isEmpty();
  }

  /** Of every few consecutive windows the least is chosen, of equal ones the last. */
  @Test
  void theChosenAreTheLeastOfEveryFew() {
    Random random = new Random(2);
    for (int trial = 0; trial < 200; trial++) {
      int length = 1 + random.nextInt(4);
      int choose = 1 + random.nextInt(6);
      long[][] documents = new long[3][];
      for (int d = 0; d < 3; d++) {
        documents[d] = random.longs(random.nextInt(30), 0, 3).toArray();
      }
      TreeSet<Long> expected = new TreeSet<>();
      TreeMap<Long, Long> all = windows(length, 1, documents);
      long start = 0;
      for (long[] document : documents) {
        for (long first = start; first + choose + length - 1 <= start + document.length; first++) {
          long least = first;
          for (long i = first; i < first + choose; i++) {
            least = all.get(i) <= all.get(least) ? i : least;
          }
          expected.add(least);
        }
        start += document.length;
      }
      TreeMap<Long, Long> chosen = windows(length, choose, documents);
      assertThat(chosen.keySet()).isEqualTo(expected);
      for (Map.Entry<Long, Long> window : chosen.entrySet()) {
        assertThat(window.getValue()).isEqualTo(all.get(window.getKey()));
      }
    }
  }

  /** Equal stretches have a chosen window in common, at the same place. */
  @Test
  void equalStretchesHaveOneInCommon() {
    Random random = new Random(8);
    for (int trial = 0; trial < 100; trial++) {
      long[] stretch = random.longs(10, 0, 50).toArray();
      List<TreeSet<Long>> places = new ArrayList<>();
      for (int side = 0; side < 2; side++) {
        int before = random.nextInt(20);
        long[] text = random.longs(before + 10 + random.nextInt(20), 50, 99).toArray();
        System.arraycopy(stretch, 0, text, before, 10);
        TreeSet<Long> within = new TreeSet<>();
        for (long from : windows(4, 7, text).keySet()) {
          if (from >= before && from <= before + 6) {
            within.add(from - before);
          }
        }
        places.add(within);
      }
      places.get(0).retainAll(places.get(1));
      assertThat(places.get(0)).isNotEmpty();
    }
  }

  /**
   * Windows have the same two hashes where they have the same words, and no other, by each hash;
   * words are longer and shorter than the seven bytes that are taken at a time.
   */
  @Test
  void windowsAreEqualWhereTheirWordsAre() {
    Random random = new Random(4);
    for (int length : new int[] {1, 2, 3, 7}) {
      Map<List<Long>, Set<List<Long>>> hashes = new HashMap<>();
      Set<Long> first = new HashSet<>();
      Set<Long> second = new HashSet<>();
      for (int trial = 0; trial < 30; trial++) {
        long[] document =
            random
                .ints(40, 0, 3)
                .mapToLong(word -> List.of(1L, 12345678L, 123456789012345678L).get(word))
                .toArray();
        read(
            new SpanWindows(
                length,
                9,
                (from, hash, other) -> {
                  List<Long> words = new ArrayList<>();
                  for (int i = 0; i < length; i++) {
                    words.add(document[(int) from + i]);
                  }
                  hashes.computeIfAbsent(words, w -> new HashSet<>()).add(List.of(hash, other));
                  first.add(hash);
                  second.add(other);
                }),
            document);
      }
      assertThat(hashes.values()).allMatch(of -> of.size() == 1);
      assertThat(first).hasSameSizeAs(hashes.keySet());
      assertThat(second).hasSameSizeAs(hashes.keySet());
    }
  }

  /**
   * The words of Thue and Morse and their opposite: polynomials of them in an odd base are equal
   * modulo 2^64 from 1,024 words on, since their difference is a multiple of (B - 1) (B^2 - 1) ...
   * (B^512 - 1), whose factors have 1, 3, 4, ... 11 twos.
   */
  @Test
  void textsThatAreMadeToHaveOneHashHaveTwo() {
    long[] text = IntStream.range(0, 1024).mapToLong(i -> Integer.bitCount(i) % 2).toArray();
    long[] opposite = LongStream.of(text).map(word -> 1 - word).toArray();
    Set<Long> first = new HashSet<>();
    Set<Long> second = new HashSet<>();
    for (long seed = 1; seed <= 2; seed++) {
      SpanWindows windows =
          new SpanWindows(
              1024,
              seed,
              (from, hash, other) -> {
                first.add(hash);
                second.add(other);
              });
      read(windows, text);
      read(windows, opposite);
    }
    // Another seed has other hashes of both.
    assertThat(first).hasSize(4);
    assertThat(second).hasSize(4);
  }
}
