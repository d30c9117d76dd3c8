package org.seqlm.spark.task;

import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.seqlm.UserException;
import org.seqlm.neural.torch.device.GpuAddress;
import org.seqlm.neural.torch.device.LostGpu;
import org.seqlm.neural.torch.device.TorchDevice;

/**
 * The GPU that Spark's resource scheduling gave the task of this thread ({@link GpuStages}), made
 * known to the engines while a learner or a scorer runs. Of several the first is taken: each
 * computes on one.
 */
public final class TaskGpu implements AutoCloseable {
  /** The executor that is the driver's own process. */
  private static final String DRIVER = "driver";

  private TaskGpu() {}

  /**
   * Until it is closed.
   *
   * @throws UserException with exit code 5 if the address is no GPU's
   */
  public static TaskGpu lent() {
    TaskContext task = TaskContext.get();
    ResourceInformation gpu = task == null ? null : task.resourcesJMap().get("gpu");
    TorchDevice.taskGpu(
        gpu == null || gpu.addresses().length == 0 ? null : new GpuAddress(gpu.addresses()[0]));
    return new TaskGpu();
  }

  /**
   * What a task throws whose process has lost its GPU. An executor ends with it, for its other
   * tasks would fail likewise: Spark tries them elsewhere, and has the cluster start another. Where
   * tasks run in the driver's process it is the command that ends.
   *
   * @return what to throw in the driver's process
   * @throws LostGpuError in an executor
   */
  public static UserException lost(LostGpu gpu) {
    String where =
        gpu.getMessage() + " on " + SparkEnv.get().blockManager().blockManagerId().host();
    if (SparkEnv.get().executorId().equals(DRIVER)) {
      return UserException.platform(
          where + ": start the command again; " + LostGpuError.WHERE_TO_LOOK, gpu);
    }
    throw new LostGpuError(where);
  }

  @Override
  public void close() {
    TorchDevice.taskGpu(null);
  }
}
