package org.seqlm.neural.torch.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.seqlm.ExitCode;
import org.seqlm.UserException;

/** What a command tells of GPUs, with shells in its place. */
@DisabledOnOs(OS.WINDOWS)
class GpusTest {
  private static List<String> answer(String script, long millis) {
    return NvidiaSmi.answer(List.of("sh", "-c", script), millis);
  }

  @Test
  void areDescribedByName() {
    String two = "echo '0, A 100, 8.0'; echo '1, H200, 9.0'";
    assertThat(Gpus.describe(1, answer(two, 20_000))).isEqualTo("H200, compute capability 9.0");
    assertThat(Gpus.describe(2, answer(two, 20_000))).isEqualTo("unknown");
    // A container numbers its own.
    assertThat(Gpus.describe(0, answer("echo '5, H200, 9.0'", 20_000)))
        .isEqualTo("H200, compute capability 9.0");
    assertThat(Gpus.describe(0, NvidiaSmi.answer(List.of("no-such-nvidia-smi"), 20_000)))
        .isEqualTo("unknown");
  }

  /** As with a driver that hangs. */
  @Test
  @Timeout(20)
  void aCommandThatDoesNotAnswerIsNotWaitedForLong() {
    assertThat(Gpus.describe(0, answer("exec sleep 60", 100))).isEqualTo("unknown");
  }

  @Test
  void areNumberedAsCudaSeesThem() {
    IntFunction<String> uuid = number -> List.of("GPU-aa11", "GPU-ab22", "GPU-cc33").get(number);
    assertThat(Gpus.ordinal(2, 3, null, uuid)).isEqualTo(2);
    assertThat(Gpus.ordinal(2, 2, "2,0", uuid)).isZero();
    assertThat(Gpus.ordinal(0, 2, " 2 , 0", uuid)).isEqualTo(1);
    assertThat(Gpus.ordinal(1, 2, "GPU-cc33,GPU-ab", uuid)).isEqualTo(1);
    for (String visible : new String[] {null, "0,1", "GPU-aa,GPU-ab", "", "NoDevFiles"}) {
      UserException refused =
          catchThrowableOfType(UserException.class, () -> Gpus.ordinal(2, 2, visible, uuid));
      assertThat(refused.exitCode()).isEqualTo(ExitCode.PLATFORM);
      assertThat(refused.getMessage()).startsWith("this task was given GPU 2, but CUDA");
    }
  }

  /** Where Spark deals out whole GPUs and an executor sees parts of one. */
  @Test
  void ofMigDevicesIsSaidWhatToDo() {
    UserException refused =
        catchThrowableOfType(
            UserException.class, () -> Gpus.ordinal(0, 1, "MIG-4f1d-11", n -> "GPU-aa11"));
    assertThat(refused.getMessage())
        .startsWith("this task was given GPU 0, but CUDA_VISIBLE_DEVICES is \"MIG-4f1d-11\", MIG")
        .contains("discoveryScript", "UUIDs of MIG devices", "deploy/gpu/discover");
  }

  /** What was used is told by the number that the machine has for it. */
  @Test
  void areNumberedAsTheMachineDoes() {
    List<String> uuids = List.of("0, GPU-aa11", "1, GPU-ab22", "2, GPU-cc33", "");
    assertThat(Gpus.number(2, null, () -> uuids)).hasValue(2);
    assertThat(Gpus.number(0, "2,0", () -> uuids)).hasValue(2);
    assertThat(Gpus.number(1, " 2 , 0", () -> uuids)).hasValue(0);
    assertThat(Gpus.number(1, "GPU-cc33,GPU-ab", () -> uuids)).hasValue(1);
    assertThat(Gpus.number(1, "GPU-cc33,GPU-ab", List::of)).isEmpty();
    assertThat(Gpus.number(0, "MIG-GPU-aa11/1/0", () -> uuids)).isEmpty();
    assertThat(Gpus.number(1, "0", () -> uuids)).isEmpty();
    assertThat(TorchDevice.cpu().number()).isNull();
  }

  @Test
  void theSmallestMemoryCounts() {
    assertThat(Gpus.smallestMemory(List.of("0, 143771", "1, 81559 ", "2, [N/A]")))
        .hasValue(81559L << 20);
    assertThat(Gpus.smallestMemory(List.of())).isEmpty();
  }

  @Test
  void whatCudaOpenedIsLookedAt() {
    List<String> lines = List.of("0, 143771", "1, 81559");
    Gpus.check(0, 143_100L << 20, lines);
    Gpus.check(1, 81_000L << 20, lines);
    Gpus.check(2, 1, lines);
    UserException other =
        catchThrowableOfType(UserException.class, () -> Gpus.check(1, 143_100L << 20, lines));
    assertThat(other.exitCode()).isEqualTo(ExitCode.PLATFORM);
    assertThat(other.getMessage())
        .contains("GPU 1", "81,559 MiB", "143,100 MiB", "CUDA_DEVICE_ORDER=PCI_BUS_ID");
  }
}
