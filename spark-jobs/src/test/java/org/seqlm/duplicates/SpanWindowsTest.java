package org.seqlm.duplicates;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SpanWindowsTest {
  private static TreeMap<Long, Long> windows(int length, int choose, long[]... documents) {
    TreeMap<Long, Long> found = new TreeMap<>();
    long[] start = {0};
    SpanWindows windows =
        new SpanWindows(
            length, choose, (from, hash) -> assertThat(found.put(start[0] + from, hash)).isNull());
    for (long[] document : documents) {
      windows.clear();
      for (long token : document) {
        windows.token(token);
      }
      start[0] += document.length;
    }
    return found;
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
}
