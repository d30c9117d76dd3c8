package org.seqlm.neural.torch.device;

import org.seqlm.UserException;
import org.seqlm.kernels.Kernels;

/**
 * The MIG device of this process. CUDA shows a process one of them (NVIDIA, <i>Multi-Instance GPU
 * User Guide</i>, "CUDA device enumeration"): that which {@code CUDA_VISIBLE_DEVICES} names when
 * CUDA begins. So an executor has one, for as long as it lives.
 */
final class MigDevices {
  private static String shown; // null before the first task

  private MigDevices() {}

  /**
   * Has CUDA, which must not have begun in this process, show a MIG device as its first.
   *
   * @throws UserException with exit code 5 if it shows another, or is out of reach
   */
  static synchronized void show(GpuAddress mig) {
    String visible = Kernels.variable(Gpus.VISIBLE);
    String problem = problem(mig.text(), shown, visible);
    if (problem == null && visible == null && !Kernels.set(Gpus.VISIBLE, mig.text())) {
      problem =
          "which this system lets nobody show CUDA from within a process: set "
              + Gpus.VISIBLE
              + " where executors start";
    }
    if (problem != null) {
      throw UserException.platform("this task was given GPU " + mig + ", " + problem);
    }
    shown = mig.text();
  }

  /**
   * Why CUDA cannot show it, or null if it can.
   *
   * @param mig UUID of a MIG device
   * @param shown the one that this process shows; null if it shows none yet
   * @param visible {@code CUDA_VISIBLE_DEVICES}; null if unset
   */
  static String problem(String mig, String shown, String visible) {
    if (shown != null) {
      return mig.equals(shown)
          ? null
          : "but CUDA shows a process one MIG device, and this one has "
              + shown
              + ": set spark.executor.resource.gpu.amount to 1, an executor for each";
    }
    return visible == null || mig.equals(visible.split(",")[0].strip())
        ? null
        : "but "
            + Gpus.VISIBLE
            + " is \""
            + visible
            + "\", of which CUDA shows the first: unset it where executors run, Spark says which"
            + " MIG device a task has";
  }
}
