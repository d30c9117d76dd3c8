package org.seqlm.spark.task;

import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.seqlm.UserException;
import org.seqlm.neural.torch.device.TorchDevice;

/**
 * The GPU that Spark's resource scheduling gave the task of this thread ({@code
 * spark.task.resource.gpu.amount}), made known to the engines while a learner or a scorer runs. Of
 * several the first is taken: each computes on one.
 */
public final class TaskGpu implements AutoCloseable {
  /** No machine has more: libtorch keeps CUDA's number of a device in a byte. */
  private static final int LARGEST = 127;

  private TaskGpu() {}

  /**
   * Until it is closed.
   *
   * @throws UserException with exit code 5 if the address is no GPU's number
   */
  public static TaskGpu lent() {
    TaskContext task = TaskContext.get();
    ResourceInformation gpu = task == null ? null : task.resourcesJMap().get("gpu");
    TorchDevice.taskGpu(
        gpu == null || gpu.addresses().length == 0 ? null : number(gpu.addresses()[0]));
    return new TaskGpu();
  }

  /** A GPU's number among those of its machine. */
  static int number(String address) {
    try {
      int number = Integer.parseInt(address.strip());
      if (number >= 0 && number <= LARGEST) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw UserException.platform(
        "the address of a task's GPU must be its number, 0 to "
            + LARGEST
            + ", but Spark says \""
            + address
            + "\": let the script of spark.executor.resource.gpu.discoveryScript print the indexes"
            + " that nvidia-smi --query-gpu=index shows");
  }

  @Override
  public void close() {
    TorchDevice.taskGpu(null);
  }
}
