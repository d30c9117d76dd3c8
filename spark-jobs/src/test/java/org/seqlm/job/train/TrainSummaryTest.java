package org.seqlm.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainSummaryTest {
  @Test
  void whatTellsMoreStandsForWhatTellsLessOfTheSame() {
    Map<String, String> first = Map.of("libtorch capability", "AVX2");
    Map<String, String> second = Map.of("libtorch capability", "AVX2", "openblas core", "ZEN");
    assertThat(TrainSummary.computed(List.of(first, second)).toString())
        .isEqualTo("[libtorch capability AVX2, openblas core ZEN]");
    Map<String, String> other = Map.of("libtorch capability", "AVX512", "openblas core", "ZEN");
    assertThat(TrainSummary.computed(List.of(second, other, first))).hasSize(2);
  }
}
