package org.seqlm.spark.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.seqlm.TestSpark;
import org.seqlm.spark.task.GpuClashes.Held;

/** Executors that compute on one GPU, by what Spark knows of them. */
class GpuClashesTest {
  @Test
  void areOfOneMachineAndOneAddress() {
    Held first = new Held("1", "a", List.of("0", "1"));
    assertThat(GpuClashes.clash(List.of())).isEmpty();
    assertThat(GpuClashes.clash(List.of(first, new Held("2", "a", List.of("2"))))).isEmpty();
    // Pods of one machine have hosts of their own.
    assertThat(GpuClashes.clash(List.of(first, new Held("2", "b", List.of("0"))))).isEmpty();
    assertThat(GpuClashes.clash(List.of(first, new Held("2", "a", List.of("3", "1")))))
        .hasValueSatisfying(
            line ->
                assertThat(line)
                    .startsWith("executors 1 and 2 on a both have GPU 1, so both")
                    .contains("unless", "cgroups", "deploy/yarn/discover-free", "UUIDs")
                    .doesNotContain("\n"));
  }

  @Test
  void ofUuidsAreCertain() {
    Held one = new Held("1", "a", List.of("GPU-1", "GPU-2"));
    assertThat(GpuClashes.clash(List.of(one, new Held("2", "a", List.of("GPU-2")))))
        .hasValueSatisfying(
            line -> assertThat(line).contains("GPU GPU-2").doesNotContain("unless"));
  }

  @Test
  void oneProcessHasNone() {
    assertThat(new GpuClashes().see(TestSpark.context())).isEmpty();
  }
}
