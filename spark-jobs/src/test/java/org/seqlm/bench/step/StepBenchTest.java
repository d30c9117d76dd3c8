package org.seqlm.bench.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.seqlm.Exhaustive;
import org.seqlm.ExitCode;
import org.seqlm.Progress;
import org.seqlm.UserException;
import org.seqlm.bench.meter.Slope;
import org.seqlm.kernels.KernelSet;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.torch.TorchEngine;
import org.seqlm.spark.training.Engines;

/** Everybody takes part, what is printed follows from what was counted. Times are not looked at. */
class StepBenchTest {
  private static StepBench.Settings settings(List<String> engines, String... cases) {
    return new StepBench.Settings(
        List.of(cases),
        engines,
        List.of(Precision.FLOAT32, Precision.BF16),
        List.of(KernelSet.NATIVE, KernelSet.PORTABLE),
        List.of(1, 2),
        0.01,
        1,
        true,
        "no-such-python");
  }

  @Exhaustive
  @Test
  void everyContestantTrainsOrIsTold() throws Exception {
    StepBench.Result result =
        StepBench.run(
            Engines.all(),
            Execution.Device.CPU,
            settings(List.of("dl4j", "torch"), "1x128"),
            1,
            Progress.SILENT);
    assertThat(result.pytorch()).isNull();
    Map<String, StepBench.Row> rows =
        result.rows().stream()
            .collect(Collectors.toMap(row -> row.who() + " " + row.workers(), row -> row));
    assertThat(rows.keySet())
        .containsExactlyInAnyOrder(
            "dl4j 1",
            "dl4j 2",
            "dl4j bf16 1",
            "dl4j bf16 2",
            "torch 1",
            "torch 2",
            "torch bf16 1",
            "torch bf16 2",
            "dl4j portable 1",
            "torch portable 1",
            "deeplearning4j 1");
    assertThat(rows.get("dl4j portable 1").tokensPerSecond()).isPositive();
    assertThat(rows.get("dl4j bf16 1").refused()).contains("--engine torch");
    StepBench.Row row = rows.get("torch 2");
    assertThat(row.refused()).isNull();
    assertThat(row.ratio()).isNull();
    assertThat(row.tokensPerSecond()).isPositive();
    // 6 a weight of a product: U, and the output; what is one-hot is looked up.
    double flopsPerToken = 6.0 * (4 * 128 * 128 + 128 * 65);
    assertThat(row.flopsPerSecond())
        .isCloseTo(flopsPerToken * row.tokensPerSecond(), within(1e-6 * row.flopsPerSecond()));
    assertThat(row.share())
        .isCloseTo(row.flopsPerSecond() / 2 / result.peaks().get(Precision.FLOAT32), within(1e-9));
  }

  @Exhaustive
  /** The default engines are those that can. */
  @Test
  void whatNobodyAskedForIsNotTold() {
    List<StepBench.Row> refused =
        List.of(new StepBench.Row("a", "dl4j bf16", 1, "it cannot", 0, 0, 0, 0, null, null));
    assertThat(StepBench.toTell(refused, 1, settings(List.of(), "a"))).isEmpty();
    assertThat(StepBench.toTell(refused, 0, settings(List.of(), "a"))).isEqualTo(refused);
    assertThat(StepBench.toTell(refused, 1, settings(List.of("dl4j"), "a"))).isEqualTo(refused);
  }

  @Test
  void longRunsAreWatched() throws Exception {
    List<StepSoak.Run> runs =
        StepSoak.run(
            Engines.all(),
            Execution.Device.CPU,
            settings(List.of("torch"), "1x128"),
            8,
            4,
            1,
            Progress.SILENT);
    assertThat(runs).extracting(StepSoak.Run::who).containsExactly("torch", "torch bf16");
    assertThat(runs.get(0).samples()).extracting(StepSoak.Sample::step).containsExactly(2, 4, 6, 8);
    assertThat(runs.get(0).samples())
        .allSatisfy(sample -> assertThat(sample.residentBytes()).isPositive());
    assertThat(Slope.of(List.of(10.0, 20.0, 40.0), x -> x, x -> 3 - x / 5))
        .isCloseTo(-0.2, within(1e-12));
  }

  /** By a clock that waits show on: neither what precedes nor what follows is counted. */
  @Test
  void stepsAreMeasuredFromTheSecondToTheLast() throws Exception {
    List<String> calls = new ArrayList<>();
    MeasuredSteps<Integer> steps =
        new MeasuredSteps<>(
            List.of(1, 2, 3, 4).iterator(), 1, () -> calls.add("await"), () -> calls.add("ready"));
    while (steps.hasNext()) {
      int step = steps.next();
      calls.add("step " + step);
      Thread.sleep(step == 1 ? 300 : 5);
    }
    Thread.sleep(300);
    assertThat(calls)
        .containsExactly("step 1", "await", "ready", "step 2", "step 3", "step 4", "await");
    StepRunner.Stretch stretch = steps.stretch(7);
    assertThat(stretch.tokens()).isEqualTo(21);
    assertThat(stretch.seconds()).isBetween(0.015, 0.29);
  }

  /**
   * The engine asks for a window when the one before is done, and sees that there are no more. A
   * process tells its processor time in hundredths of a second.
   */
  @Test
  void theStepsOfARoundAreAllMeasuredButTheFirst() {
    StepCase what =
        StepCase.all().stream().filter(one -> one.name().equals("1x128")).findFirst().orElseThrow();
    int[] ready = new int[1];
    LearnerRunner<?> runner =
        new LearnerRunner<>(
            what, new TorchEngine(), Execution.CPU, LearnerRunner.Measured.STEPS, 1);
    StepRunner.Stretch stretch = runner.run(20, () -> ready[0]++);
    assertThat(ready[0]).isEqualTo(1);
    assertThat(stretch.tokens()).isEqualTo(20L * what.tokens());
    assertThat(stretch.seconds()).isPositive();
    assertThat(stretch.cpuSeconds()).isPositive();
  }

  /** Workers are dealt out to GPUs, and share them where there are fewer. */
  @Test
  void theShareOfThePeakIsOfWhatIsUsed() {
    assertThat(StepBench.processors(3, 0)).isEqualTo(3);
    assertThat(StepBench.processors(1, 4)).isEqualTo(1);
    assertThat(StepBench.processors(2, 4)).isEqualTo(2);
    assertThat(StepBench.processors(4, 2)).isEqualTo(2);
  }

  /** In its own words, which only it can say. */
  @Test
  void aProcessForPortableKernelsThatCannotBeSaysWhy() {
    Map<String, String> masked = Map.of("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-AVX512F");
    assertThatThrownBy(() -> new PortableSteps(masked))
        .isInstanceOfSatisfying(
            UserException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.PLATFORM))
        .hasMessageContaining("the process of portable kernels ended: execution.kernels portable");
  }

  @Test
  void unknownNamesAreRefused() {
    assertThatThrownBy(() -> settings(List.of(), "z"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("but has z");
    assertThatThrownBy(
            () ->
                StepBench.run(
                    Engines.all(),
                    Execution.Device.CPU,
                    settings(List.of("tensorflow"), "1x128"),
                    1,
                    Progress.SILENT))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("but has tensorflow");
    Assumptions.assumeFalse(torch.hasCUDA(), "libtorch on this class path is with CUDA");
    assertThatThrownBy(
            () ->
                StepBench.run(
                    Engines.all(),
                    Execution.Device.CUDA,
                    settings(List.of(), "1x128"),
                    1,
                    Progress.SILENT))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("execution.device is cuda");
  }
}
