package org.seqlm.neural.torch;

import java.util.Locale;
import java.util.function.Supplier;
import org.seqlm.UserException;
import org.seqlm.neural.torch.device.LostGpu;
import org.seqlm.neural.torch.device.TorchDevice;

/** A GPU whose memory is used up, told to who can mend it. */
final class GpuMemory {
  private GpuMemory() {}

  /** Who used it up. */
  enum User {
    TRAINS(
        "a worker",
        "lower training.batch, training.time-steps or network.hidden, set execution.precision"
            + " bf16, or have fewer workers on a GPU"),
    /** What it reads at a time nobody sets. */
    SCORES("to score with this network", "have fewer tasks on a GPU"),
    TRAINS_EXAMPLES(
        "a worker", "lower training.batch or network.hidden, or have fewer workers on a GPU"),
    PREDICTS("to predict with this network", "have fewer tasks on a GPU");

    private final String name;
    private final String remedy;

    User(String name, String remedy) {
      this.name = name;
      this.remedy = remedy;
    }
  }

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
   * The failure, or where it is of a GPU's memory what to do, or where it is the GPU's end that it
   * is.
   *
   * @param device null if none was taken yet
   * @param cost what is needed
   */
  static RuntimeException explained(
      RuntimeException failure, TorchDevice device, User user, Supplier<GpuCost> cost) {
    if (device != null && device.isGpu() && !isUsedUp(failure) && LostGpu.isIn(failure)) {
      return LostGpu.of(failure, device);
    }
    return device == null || !isUsedUp(failure)
        ? failure
        : UserException.platform(message(device, user, cost.get(), device.memory()));
  }

  /** The same where nobody reckoned what is needed. */
  static RuntimeException explained(RuntimeException failure, TorchDevice device, User user) {
    return explained(failure, device, user, () -> null);
  }

  /**
   * One line.
   *
   * @param cost null where nobody reckoned it
   * @param memory free and in all, bytes; null if unknown
   */
  private static String message(TorchDevice device, User user, GpuCost cost, long[] memory) {
    return "the memory of "
        + device
        + " is used up"
        + (memory == null
            ? ""
            : String.format(Locale.ROOT, " (%s, %s of it free)", gib(memory[1]), gib(memory[0])))
        + ": "
        + user.name
        + " needs "
        + (cost == null ? "more" : needs(user, cost))
        + ", beside what else computes there: "
        + user.remedy
        + " (execution.workers-per-gpu, spark.task.resource.gpu.amount)";
  }

  private static String needs(User user, GpuCost cost) {
    String masks = cost.masks() == 0 ? "" : ", masks " + gib(cost.masks());
    return String.format(
        Locale.ROOT,
        "about %s (%s %s, activations %s%s, scores %s, libraries %s)",
        gib(cost.total()),
        user == User.TRAINS ? "parameters, gradients and moments" : "parameters",
        gib(cost.parameters()),
        gib(cost.activations()),
        masks,
        gib(cost.scores()),
        gib(GpuCost.LIBRARIES));
  }

  private static String gib(double bytes) {
    return String.format(Locale.ROOT, "%.2f GiB", bytes / (1 << 30));
  }
}
