package org.seqlm.neural.torch.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.UserException;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Execution.Device;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.learner.WorkerState;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.torch.TorchLearner;
import org.seqlm.neural.torch.Windows;

/** Which device a task computes on, where libtorch is without CUDA. */
class TorchDeviceTest {
  @BeforeEach
  void withoutCuda() {
    assumeFalse(torch.hasCUDA(), "libtorch on this class path is with CUDA");
  }

  @AfterEach
  void noGpu() {
    TorchDevice.taskGpu(null);
  }

  private static void assertRefused(Runnable pick, String wanted) {
    UserException refused = catchThrowableOfType(UserException.class, pick::run);
    assertThat(refused.exitCode()).isEqualTo(ExitCode.PLATFORM);
    assertThat(refused.problems())
        .singleElement()
        .asString()
        .startsWith(wanted + ", but ")
        .contains("without CUDA", "linux-x86_64-gpu", "-Pgpu", "device to cpu")
        .doesNotContain("\n");
  }

  @Test
  void cpuIsTheCpuWhateverTheTaskHas() {
    assertThat(TorchDevice.pick(Device.CPU, null)).hasToString("cpu");
    assertThat(TorchDevice.pick(Device.CPU, GpuAddress.of(3))).hasToString("cpu");
    assertThat(TorchDevice.pick(Device.CPU, GpuAddress.of(3)).isGpu()).isFalse();
  }

  @Test
  void autoIsTheCpuWithoutAGpuOnly() {
    assertThat(TorchDevice.pick(Device.AUTO, null)).hasToString("cpu");
    assertRefused(
        () -> TorchDevice.pick(Device.AUTO, GpuAddress.of(3)), "this task was given GPU 3");
  }

  @Test
  void cudaIsNeverTheCpu() {
    assertRefused(() -> TorchDevice.pick(Device.CUDA, null), "execution.device is cuda");
    assertRefused(
        () -> TorchDevice.pick(Device.CUDA, GpuAddress.of(1)), "execution.device is cuda");
  }

  @Test
  void aTasksGpuIsItsThreads() throws Exception {
    TorchDevice.taskGpu(GpuAddress.of(2));
    assertRefused(() -> TorchDevice.pick(Device.AUTO), "this task was given GPU 2");
    assertThat(CompletableFuture.supplyAsync(() -> TorchDevice.pick(Device.AUTO)).get())
        .hasToString("cpu");
    TorchDevice.taskGpu(null);
    assertThat(TorchDevice.pick(Device.AUTO)).hasToString("cpu");
  }

  /** What tests open in the place of GPUs is asked for by the task's address, and by no other. */
  @Test
  void somethingElseMayStandInForGpusThatSparkDealsOut() {
    List<String> opened = new ArrayList<>();
    TorchDevice.standIn(
        gpu -> {
          opened.add(gpu.text());
          return TorchDevice.likeGpu();
        });
    try {
      assertThat(TorchDevice.pick(Device.AUTO, null)).hasToString("cpu");
      assertThat(TorchDevice.pick(Device.CPU, GpuAddress.of(1))).hasToString("cpu");
      assertThat(TorchDevice.pick(Device.AUTO, GpuAddress.of(1)).isGpu()).isTrue();
      assertThat(TorchDevice.pick(Device.CUDA, new GpuAddress("MIG-a")).isGpu()).isTrue();
    } finally {
      TorchDevice.standIn(null);
    }
    assertThat(opened).containsExactly("1", "MIG-a");
  }

  @Test
  void aLearnerRefusesToo() {
    LanguageNetwork spec = new LanguageNetwork(InputKind.ONE_HOT, 0, CellKind.GRU, 1, 4, 5, 0, 1);
    TorchLearner learner =
        new TorchLearner(
            spec,
            new Recipe(new InnerOptimizer(InnerOptimizer.Kind.SGD, 0, 0)),
            new Execution(Device.AUTO, Precision.FLOAT32));
    Runnable run =
        () ->
            learner.run(
                InitialParameters.create(spec, 1),
                WorkerState.FRESH,
                Windows.of(5, 2, 3, 1).iterator(),
                Windows.plan(0, 0.1, 1));
    run.run();
    TorchDevice.taskGpu(GpuAddress.of(0));
    assertRefused(run, "this task was given GPU 0");
  }
}
