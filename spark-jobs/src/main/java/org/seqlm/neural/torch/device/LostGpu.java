package org.seqlm.neural.torch.device;

import java.util.List;

/**
 * A GPU that this process has lost: whatever it asks of CUDA from now on fails likewise, until it
 * ends. CUDA's errors of this kind leave the process "in an inconsistent state" (NVIDIA, <i>CUDA
 * Runtime API</i>, {@code cudaError_t}); others, for instance of a launch with a wrong argument, do
 * not.
 */
public final class LostGpu extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What CUDA says of them ({@code cudaGetErrorString}), and what its libraries make of them. */
  private static final List<String> WORDS =
      List.of(
          "an illegal memory access was encountered",
          "unspecified launch failure",
          "device-side assert triggered",
          "uncorrectable ECC error encountered",
          "uncorrectable NVLink error detected",
          "the launch timed out and was terminated",
          "misaligned address",
          "an illegal instruction was encountered",
          "hardware stack error",
          "invalid program counter",
          "operation not supported on global/shared address space",
          "context is destroyed",
          "invalid device context",
          "GPU is lost",
          "GPU has fallen off the bus",
          "CUDA error: unknown error",
          "CUDA error: device not ready",
          "all CUDA-capable devices are busy or unavailable",
          "driver shutting down",
          "CUDNN_STATUS_EXECUTION_FAILED",
          "CUDNN_STATUS_MAPPING_ERROR",
          "CUBLAS_STATUS_EXECUTION_FAILED",
          "CUBLAS_STATUS_MAPPING_ERROR");

  private LostGpu(String message, Throwable cause) {
    super(message, cause);
  }

  /** Whether a failure of libtorch, or of a library that it calls, says so. */
  public static boolean isIn(RuntimeException failure) {
    String message = String.valueOf(failure.getMessage());
    return WORDS.stream().anyMatch(message::contains);
  }

  /**
   * A failure as such.
   *
   * @param device that it was on
   */
  public static LostGpu of(RuntimeException failure, TorchDevice device) {
    Integer number = device.number();
    return new LostGpu(
        (number == null ? "a GPU (" + device + ")" : "GPU " + number)
            + " is lost to its process ("
            + String.valueOf(failure.getMessage()).strip().lines().findFirst().orElse("").strip()
            + ")",
        failure);
  }
}
