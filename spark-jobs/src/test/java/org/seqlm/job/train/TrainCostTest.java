package org.seqlm.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.seqlm.neural.learner.NetworkCost;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.torch.GpuCost;

/** What is told of a GPU's memory. */
class TrainCostTest {
  private static final double GIB = 1 << 30;

  private static TrainCost cost(Map<Precision, GpuCost> gpu) {
    return new TrainCost(
        new NetworkCost(List.of(), 0),
        new NetworkCost.Memory(1, 1, 1, 1, 1, 1, 1),
        1,
        gpu,
        "token");
  }

  private static TrainCost.Limits limits(double gpu) {
    return new TrainCost.Limits(TrainCost.Limits.Place.LOCAL, 1e9, 1e9, 1e10, 1, gpu);
  }

  @Test
  void aGpuThatIsTooSmallIsWarnedOf() {
    TrainCost cost = cost(Map.of(Precision.FLOAT32, new GpuCost(8 * GIB, GIB, GIB, GIB)));
    assertThat(cost.check(limits(8 * GIB)))
        .singleElement()
        .asString()
        .contains("float32", "12 GiB", "8.0 GiB", "training.batch", "execution.precision bf16");
    assertThat(cost.check(limits(12 * GIB))).isEmpty();
    assertThat(cost.check(limits(Double.POSITIVE_INFINITY))).isEmpty();
    assertThat(cost.text()).contains("memory of a worker on a GPU: about 12 GiB in float32");
    assertThat(cost(Map.of()).text()).doesNotContain("GPU");
  }
}
