package org.seqlm.neural.torch.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which failures end what a process can do with CUDA. */
class LostGpuTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA error: an illegal memory access was encountered\n"
            + "Search for `cudaErrorIllegalAddress'",
        "CUDA error: uncorrectable ECC error encountered",
        "CUDA error: unspecified launch failure",
        "CUDA error: device-side assert triggered",
        "CUDA error: unknown error",
        "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED",
        "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm(...)`"
      })
  void isInWhatCudaSaysForEver(String message) {
    RuntimeException failure = new RuntimeException(message);
    assertThat(LostGpu.isIn(failure)).isTrue();
    LostGpu lost = LostGpu.of(failure, TorchDevice.likeGpu());
    assertThat(lost)
        .hasCause(failure)
        .hasMessageStartingWith("a GPU (like a GPU) is lost to its process (")
        .extracting(Throwable::getMessage)
        .asString()
        .doesNotContain("\n", "Search for");
    if (message.startsWith("cuDNN")) {
      assertThat(lost).hasMessageContaining("CUDNN_STATUS_EXECUTION_FAILED)");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA out of memory. Tried to allocate 2.00 GiB",
        "CUDA error: out of memory",
        "CUDA error: invalid configuration argument",
        "CUDA error: no kernel image is available for execution on the device",
        "shape '[2, 3]' is invalid for input of size 5"
      })
  void isNotInOthers(String message) {
    assertThat(LostGpu.isIn(new RuntimeException(message))).isFalse();
  }

  @Test
  void isNotInAFailureWithoutWords() {
    assertThat(LostGpu.isIn(new IllegalStateException())).isFalse();
  }
}
