package org.seqlm.neural.torch.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.seqlm.ExitCode;
import org.seqlm.UserException;

/** What discovery scripts print of GPUs and of their parts. */
class GpuAddressTest {
  private static final String MIG = "MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f";

  @Test
  void addressesAreNumbersOrUuids() {
    assertThat(new GpuAddress("0").number()).isZero();
    assertThat(new GpuAddress(" 7\n").number()).isEqualTo(7);
    assertThat(new GpuAddress("127").number()).isEqualTo(127);
    assertThat(GpuAddress.of(3)).isEqualTo(new GpuAddress("3")).hasToString("3");
    assertThat(new GpuAddress("GPU-8f6a").isMig()).isFalse();
    assertThat(new GpuAddress(MIG).isMig()).isTrue();
    // Of drivers before 470.
    assertThat(new GpuAddress("MIG-GPU-5d5ba0d6/1/0").isMig()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "128", "0,1", "1.5", "99999999999", "GPU", "GPU-", "TPU-1"})
  void otherAddressesAreRefused(String address) {
    UserException refused =
        catchThrowableOfType(UserException.class, () -> new GpuAddress(address));
    assertThat(refused.exitCode()).isEqualTo(ExitCode.PLATFORM);
    assertThat(refused.problems())
        .singleElement()
        .asString()
        .contains("\"" + address + "\"", "0 to 127", "discoveryScript");
  }

  @Test
  void aUuidIsFoundInWhatNvidiaSmiShows() {
    List<String> lines = List.of("0, GPU-aa11", "1, GPU-ab22");
    assertThat(Gpus.numberOf("GPU-ab22", lines)).contains(1);
    assertThat(Gpus.numberOf("GPU-ab", lines)).isEmpty();
    assertThat(Gpus.numberOf("GPU-ab22", List.of())).isEmpty();
  }

  /** A process shows CUDA the first of them that its environment or a task named. */
  @Test
  void aProcessHasOneMigDevice() {
    assertThat(MigDevices.problem(MIG, null, null)).isNull();
    assertThat(MigDevices.problem(MIG, null, MIG)).isNull();
    assertThat(MigDevices.problem(MIG, null, " " + MIG + " ,MIG-2")).isNull();
    assertThat(MigDevices.problem(MIG, MIG, "whatever")).isNull();
    assertThat(MigDevices.problem(MIG, "MIG-2", null))
        .contains("this one has MIG-2", "spark.executor.resource.gpu.amount to 1");
    for (String visible : new String[] {"0", "", "MIG-2," + MIG, "GPU-aa11"}) {
      assertThat(MigDevices.problem(MIG, null, visible))
          .contains("CUDA_VISIBLE_DEVICES is \"" + visible + "\"", "unset it");
    }
  }
}
