package org.seqlm.job.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.seqlm.bench.step.StepBench;
import org.seqlm.job.cli.ConfigLoader;

class BenchStepCommandTest {
  private static String summary(String pytorch, Double ratio) {
    StepBench.Row row =
        new StepBench.Row("a", "torch", 1, null, 1000, 900, 2e9, 0.5, ratio, 3_000_000L);
    BenchStepConfig config = ConfigLoader.load("bench-step", BenchStepConfig.class, null);
    return new BenchStepCommand()
        .summary(
            config,
            new BenchStepCommand.Result(
                "cpu", new StepBench.Result(Map.of(), pytorch, List.of(row)), List.of(), null));
  }

  @Test
  void onlyBesidePytorchIsThereARatio() {
    assertThat(summary("2.1", 1.25)).contains("x: over PyTorch", "share     x", "50%  1.25");
    assertThat(summary(null, null)).doesNotContain("x: over", " x ").contains("share  MB");
  }
}
