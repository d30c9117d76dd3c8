package org.seqlm.neural.torch;

import java.util.Locale;
import org.seqlm.UserException;
import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.learner.GpuCost;
import org.seqlm.neural.learner.NetworkCost;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.optimizer.InnerOptimizer;
import org.seqlm.neural.torch.device.TorchDevice;

/** A GPU whose memory is used up, told to who can mend it. */
final class GpuMemory {
  private GpuMemory() {}

  /** Whether a failure of libtorch, or of a library that it calls, is that of a GPU's memory. */
  static boolean isUsedUp(RuntimeException failure) {
    String message = String.valueOf(failure.getMessage());
    return message.contains("CUDA out of memory")
        || message.contains("cudaErrorMemoryAllocation")
        || message.contains("CUDA error: out of memory")
        || message.contains("CUDNN_STATUS_ALLOC_FAILED")
        || message.contains("CUBLAS_STATUS_ALLOC_FAILED");
  }

  /**
   * The failure, or where it is of a GPU's memory what to do.
   *
   * @param window B T, tokens of a step
   */
  static RuntimeException explained(
      RuntimeException failure,
      TorchDevice device,
      NetworkSpec spec,
      InnerOptimizer optimizer,
      long window,
      Precision precision) {
    if (device == null || !isUsedUp(failure)) {
      return failure;
    }
    GpuCost cost =
        GpuCost.of(
            spec,
            NetworkCost.of(spec, optimizer, token -> 0, NetworkCost.Lookup.FREE),
            optimizer,
            window,
            precision);
    return UserException.platform(message(device, cost, device == null ? null : device.memory()));
  }

  /**
   * One line.
   *
   * @param device null if it is not known yet
   * @param memory free and in all, bytes; null if unknown
   */
  static String message(TorchDevice device, GpuCost cost, long[] memory) {
    return "the memory of "
        + (device == null ? "a GPU" : device)
        + " is used up"
        + (memory == null
            ? ""
            : String.format(Locale.ROOT, " (%s, %s of it free)", gib(memory[1]), gib(memory[0])))
        + String.format(
            Locale.ROOT,
            ": a worker needs about %s (parameters, gradients and moments %s, activations %s,"
                + " scores %s, libraries %s), beside what else computes there: lower"
                + " training.batch, training.time-steps or network.hidden, set"
                + " execution.precision bf16, or have fewer workers on a GPU"
                + " (execution.workers-per-gpu, spark.task.resource.gpu.amount)",
            gib(cost.total()),
            gib(cost.parameters()),
            gib(cost.activations()),
            gib(cost.scores()),
            gib(GpuCost.LIBRARIES));
  }

  private static String gib(double bytes) {
    return String.format(Locale.ROOT, "%.2f GiB", bytes / (1 << 30));
  }
}
