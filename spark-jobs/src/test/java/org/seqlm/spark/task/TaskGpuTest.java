package org.seqlm.spark.task;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.seqlm.ExitCode;
import org.seqlm.TestSpark;
import org.seqlm.UserException;
import org.seqlm.neural.torch.device.LostGpu;
import org.seqlm.neural.torch.device.TorchDevice;

class TaskGpuTest {
  @Test
  void outsideOfTasksThereIsNone() {
    try (TaskGpu gpu = TaskGpu.lent()) {
      assertThat(gpu).isNotNull();
      assertThat(TorchDevice.taskGpu()).isNull();
    }
  }

  /** There the process is the command, which ends with a line; an executor's is an error. */
  @Test
  void aGpuThatIsLostInTheDriversProcessIsALine() {
    TestSpark.context();
    RuntimeException failure = new RuntimeException("CUDA error: unspecified launch failure\nat");
    UserException lost = TaskGpu.lost(LostGpu.of(failure, TorchDevice.likeGpu()));
    assertThat(lost.exitCode()).isEqualTo(ExitCode.PLATFORM);
    assertThat(lost.problems())
        .singleElement()
        .asString()
        .contains("is lost to its process (CUDA error: unspecified launch failure)", "dmesg")
        .doesNotContain("\n");
  }
}
