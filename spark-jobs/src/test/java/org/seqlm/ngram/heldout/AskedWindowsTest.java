package org.seqlm.ngram.heldout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.count.SortedWindows;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Spill;

/** All windows come out in order with all who asked, however many runs there are. */
class AskedWindowsTest {
  @TempDir Path folder;

  @Test
  void manyAskersAgainstASortedMap() throws Exception {
    for (int askers : new int[] {1, 3, 3000}) {
      KeyLayout layout = KeyLayout.of(5, 1 << 20); // two longs
      Random random = new Random(askers);
      TreeMap<long[], List<Long>> want = new TreeMap<>(Arrays::compare);
      try (AskedWindows windows = new AskedWindows(layout, new Spill(1 << 10, folder))) {
        for (long asker = 0; asker < askers; asker++) {
          TreeMap<long[], Integer> own = new TreeMap<>(Arrays::compare);
          for (int i = 0; i < 20; i++) {
            long[] key = new long[layout.longs()];
            for (int place = 0; place < 4; place++) {
              layout.put(key, place, 1 + random.nextInt(3));
            }
            layout.put(key, 4, 1 + random.nextInt(3));
            own.merge(key, 1, Integer::sum);
          }
          Bytes bytes = new Bytes(16);
          bytes.writeByte(7);
          SortedWindows.Writer writer = new SortedWindows.Writer(layout, bytes);
          own.forEach(writer::add);
          windows.add(asker * 5, bytes.copy(), 1);
          for (long[] key : own.keySet()) {
            want.computeIfAbsent(key, k -> new ArrayList<>()).add(asker * 5);
          }
        }
        for (var one : want.entrySet()) {
          List<Long> found = new ArrayList<>();
          for (int i = 0; i < one.getValue().size(); i++) {
            assertThat(windows.next()).isTrue();
            assertThat(windows.key()).isEqualTo(one.getKey());
            found.add(windows.asker());
          }
          assertThat(found).containsExactlyInAnyOrderElementsOf(one.getValue());
        }
        assertThat(windows.next()).isFalse();
      }
      assertThat(folder).isEmptyDirectory();
    }
  }
}
