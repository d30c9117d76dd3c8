package org.seqlm.spark.ngrams;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How many tasks count a text. */
final class BlockDealerTest {
  @ParameterizedTest
  @CsvSource({
    // A few tasks a core, then a task for four million tokens.
    "1000000, 1, 2, 6",
    "100000000, 50, 2, 24",
    "8000000000, 1000, 2, 1908",
    "1000000000, 125, 800, 2400",
    // Then one for 4,096 tokens a slice.
    "100000000000, 12500, 800, 2400",
    "1000000000000, 16384, 800, 15200",
    "10000000000000, 16384, 800, 149600"
  })
  void tasksAreFewEnough(long tokens, int slices, int cores, long tasks) {
    assertThat(BlockDealer.most(tokens, slices, cores)).isEqualTo(tasks);
  }

  /** Blocks of the shuffle grow with the text, not with its square. */
  @ParameterizedTest
  @CsvSource({"10000000000, 1250", "100000000000, 12500", "1000000000000, 16384"})
  void blocksGrowWithTheText(long tokens, int slices) {
    long rounding = 8L * slices;
    assertThat(BlockDealer.most(tokens, slices, 8) * slices).isLessThan(tokens / 4000 + rounding);
  }
}
