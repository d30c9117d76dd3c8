package org.seqlm.neural.dl4j.device;

import java.util.Map;
import java.util.OptionalInt;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.seqlm.UserException;
import org.seqlm.kernels.KernelChoice;
import org.seqlm.neural.torch.device.GpuAddress;
import org.seqlm.neural.torch.device.Gpus;

/** Which GPUs ND4J's CUDA backend runs on. */
public final class CudaBackend {
  private static final int MAJOR = 8;
  private static final int MINOR = 6;

  private CudaBackend() {}

  /** Whether ND4J's CUDA backend is on the class path. */
  public static boolean onClassPath() {
    try {
      // Not initialised: that would load the native library.
      Class.forName(
          "org.nd4j.linalg.jcublas.JCublasBackend", false, CudaBackend.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /**
   * Refuses this task's GPU if the backend has no machine code for it; does nothing on a CPU.
   *
   * @throws UserException with exit code 5
   */
  public static void check() {
    if (Nd4j.getEnvironment().isCPU()) {
      return;
    }
    int device = Nd4j.getAffinityManager().getDeviceForCurrentThread();
    NativeOps ops = NativeOpsHolder.getInstance().getDeviceNativeOps();
    String refusal =
        refusal(ops.getDeviceName(device), ops.getDeviceMajor(device), ops.getDeviceMinor(device));
    if (refusal != null) {
      throw UserException.platform(refusal);
    }
  }

  /** The GPU that ND4J computes on for this thread, as nvidia-smi numbers them; empty on a CPU. */
  static OptionalInt gpu() {
    return Nd4j.getEnvironment().isCPU()
        ? OptionalInt.empty()
        : Gpus.number(Nd4j.getAffinityManager().getDeviceForCurrentThread());
  }

  /** The GPU that ND4J computes on, as kernels tell of themselves; nothing on a CPU. */
  static Map<String, String> description() {
    if (Nd4j.getEnvironment().isCPU()) {
      return Map.of();
    }
    int device = Nd4j.getAffinityManager().getDeviceForCurrentThread();
    NativeOps ops = NativeOpsHolder.getInstance().getDeviceNativeOps();
    return Map.of(
        KernelChoice.GPU,
        ops.getDeviceName(device)
            + ", compute capability "
            + ops.getDeviceMajor(device)
            + "."
            + ops.getDeviceMinor(device));
  }

  /**
   * Refuses to leave a task's GPU idle.
   *
   * @param gpu the task's, null if it has none
   * @throws UserException with exit code 5 if it has one and ND4J computes on the CPU
   */
  public static void checkTask(GpuAddress gpu) {
    if (gpu != null && Nd4j.getEnvironment().isCPU()) {
      throw UserException.platform(
          "this task was given GPU "
              + gpu
              + ", but engine dl4j computes on the CPU: give --engine torch for GPUs of compute"
              + " capability 7.5 and more, build with the profile dl4j-cuda for those up to "
              + MAJOR
              + "."
              + MINOR
              + ", or set execution.device to cpu");
    }
  }

  /**
   * Why a GPU cannot be used, or null if it can. nd4j-cuda-11.6 1.0.0-M2.1 holds machine code up to
   * compute capability 8.6, and no PTX from which a driver could make code for later ones.
   *
   * @param gpu its name
   * @param major of its compute capability
   * @param minor of it
   */
  public static String refusal(String gpu, int major, int minor) {
    if (major < MAJOR || (major == MAJOR && minor <= MINOR)) {
      return null;
    }
    return "this task's GPU is "
        + gpu
        + " of compute capability "
        + major
        + "."
        + minor
        + ", but nd4j-cuda, with which engine dl4j computes, has code for no GPU after "
        + MAJOR
        + "."
        + MINOR
        + ": give --engine torch, or put nd4j-native in place of nd4j-cuda to train on the CPU";
  }
}
