package org.seqlm.ngram.compiled;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.seqlm.ngram.trie.Spill;

class RecordSortTest {
  @TempDir Path folder;

  @Test
  void recordsComeByTheirFirstIntsAndElseAsTheyWereAdded() throws IOException {
    for (int seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      int keys = 1 + random.nextInt(4);
      int width = keys + 1;
      int size = random.nextInt(3000);
      List<int[]> expected = new ArrayList<>();
      try (RecordSort sort =
          new RecordSort(width, keys, new Spill(seed % 3 == 0 ? 1 << 20 : 5000, folder))) {
        for (int i = 0; i < size; i++) {
          int[] record = new int[width];
          for (int k = 0; k < keys; k++) {
            record[k] = random.nextInt(seed % 2 == 0 ? 3 : 1000) - 1;
          }
          record[keys] = i;
          sort.add(record);
          expected.add(record);
        }
        expected.sort((a, b) -> Arrays.compareUnsigned(a, 0, keys, b, 0, keys));
        assertThat(sort.size()).isEqualTo(size);
        for (int again = 0; again < 2; again++) {
          RecordSort.Cursor cursor = sort.sorted();
          for (int[] record : expected) {
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.record()).isEqualTo(record);
          }
          assertThat(cursor.next()).isFalse();
        }
      }
      assertThat(folder).isEmptyDirectory();
    }
  }
}
