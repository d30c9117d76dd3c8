package org.seqlm.job.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.seqlm.neural.learner.Execution;
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

  /** Spark's default is for Java alone: who ends containers would end an executor that trains. */
  @Test
  void whatAnExecutorNeedsBesideItsHeapIsToldAsItsSetting() {
    double mib = 1 << 20;
    TrainCost cost =
        new TrainCost(
            new NetworkCost(List.of(), 0),
            new NetworkCost.Memory(50 * mib, 50 * mib, 100 * mib, 30 * mib, 20 * mib, 1, 1),
            1,
            Map.of(),
            "token");
    SparkConf conf =
        new SparkConf(false)
            .set("spark.master", "yarn")
            .set("spark.executor.memory", "4g")
            .set("spark.executor.cores", "3");
    // 2 × 250 of the engine, 384 of natives, a tenth of the heap: 1293.6, in steps of 64.
    TrainCost.Limits limits = TrainCost.Limits.of(conf, Execution.CPU, 2);
    assertThat(cost.overhead(limits)).isEqualTo((2 * 250 + 384 + 409.6) * mib);
    assertThat(cost.besideHeap(limits)).contains("--conf spark.executor.memoryOverhead=1344m (2");
    assertThat(cost.check(limits))
        .singleElement()
        .asString()
        .contains("1.3 GiB", "410 MiB", "--conf spark.executor.memoryOverhead=1344m");
    conf.set("spark.executor.memoryOverhead", "1344m");
    assertThat(cost.check(TrainCost.Limits.of(conf, Execution.CPU, 2))).isEmpty();
    // Who ends nobody is not told of.
    conf.set("spark.master", "spark://host:7077");
    assertThat(cost.besideHeap(TrainCost.Limits.of(conf, Execution.CPU, 2))).isEmpty();
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
