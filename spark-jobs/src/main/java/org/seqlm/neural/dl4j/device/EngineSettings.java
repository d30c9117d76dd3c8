package org.seqlm.neural.dl4j.device;

import java.util.OptionalInt;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.deeplearning4j.util.CrashReportingUtil;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.seqlm.UserException;
import org.seqlm.kernels.KernelChoice;
import org.seqlm.neural.torch.device.TorchDevice;

/** What every process that trains with Deeplearning4j sets first. */
public final class EngineSettings {
  private static volatile boolean loaded;
  private static volatile UserException refusal; // of libtorch, which is not tried twice

  private EngineSettings() {}

  /** Whatever {@code OMP_NUM_THREADS} says. */
  public static void apply() {
    loadInOrder();
    CudaBackend.check();
    // One native thread a task core: more only fight over the cores, and change sums.
    Nd4j.getEnvironment().setMaxThreads(1);
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    openblas_nolapack.blas_set_num_threads(1);
    // Deeplearning4j's memory report would hide an out-of-memory error behind a class it cannot
    // find.
    CrashReportingUtil.crashDumpsEnabled(false);
  }

  /**
   * libtorch first, in every process: it and ND4J bring an OpenMP each, JavaCPP keeps the one that
   * is loaded first and puts a link to it in the other's place, in a folder that all processes of a
   * user share. One that loaded them the other way round would unpack through that link, into a
   * file from which others run. For whoever makes or reads arrays before there is a learner.
   *
   * @throws UserException with exit code 5 if libtorch cannot be loaded
   */
  public static void loadInOrder() {
    if (!loaded) {
      loadOnce();
    }
  }

  /**
   * The same where Spark reads a task's data, which would take a refusal for a failure and try
   * again: the learner refuses, when it applies these settings.
   */
  public static void loadInOrderIfPossible() {
    try {
      loadInOrder();
    } catch (UserException e) {
      // Kept.
    }
  }

  private static synchronized void loadOnce() {
    if (refusal != null) {
      throw refusal;
    }
    if (!loaded && TorchDevice.onClassPath() && !CudaBackend.onClassPath()) {
      try {
        TorchDevice.library();
      } catch (UserException e) {
        refusal = e;
        throw e;
      }
    }
    loaded = true;
  }

  /** Why libtorch could not be loaded; null if it could, or nobody has tried. */
  static UserException refusal() {
    return refusal;
  }

  /** What ND4J, and libtorch in layers of ours, computes with in this process. */
  public static KernelChoice kernels() {
    return KernelChoice.ofThisProcess().with(CudaBackend.description());
  }

  /**
   * The GPU that ND4J computes on for this thread, as {@code nvidia-smi} numbers this machine's;
   * null on a CPU, and where nobody tells.
   */
  public static Integer gpu() {
    OptionalInt number = CudaBackend.gpu();
    return number.isPresent() ? number.getAsInt() : null;
  }
}
