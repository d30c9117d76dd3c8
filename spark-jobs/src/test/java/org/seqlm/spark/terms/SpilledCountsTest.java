package org.seqlm.spark.terms;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.seqlm.ngram.trie.Spill;

class SpilledCountsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {0, 100, 1 << 20})
  void whatIsWrittenIsRead(long memory) throws IOException {
    Random random = new Random(2);
    List<RangeCounts> written = new ArrayList<>();
    try (SpilledCounts spilled = new SpilledCounts(new Spill(memory, folder))) {
      for (int i = 0; i < 20; i++) {
        RangeCounts rows = new RangeCounts();
        rows.side = i % 2;
        rows.part = i / 2;
        for (int k = random.nextInt(40); k > 0; k--) {
          byte[] word = random.nextInt(4) == 0 ? null : new byte[random.nextInt(6)];
          long[] figures = random.longs(random.nextInt(5), -5, 1L << 50).toArray();
          rows.add(random.nextInt(5) - 1, word, figures);
        }
        written.add(rows);
        spilled.add(rows);
      }
      List<RangeCounts> read = new ArrayList<>();
      spilled.read().forEachRemaining(read::add);
      assertThat(read).usingRecursiveComparison().isEqualTo(written);
      assertThat(Files.list(folder).count()).isEqualTo(memory < 1000 ? 1 : 0);
    }
    assertThat(Files.list(folder).count()).isZero();
  }

  @Test
  void nothingIsRead() throws IOException {
    try (SpilledCounts spilled = new SpilledCounts(new Spill(10, folder))) {
      assertThat(spilled.read().hasNext()).isFalse();
    }
  }
}
