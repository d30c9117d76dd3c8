package org.seqlm.neural.dl4j;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** One native thread a task core: more only fight over the cores, and change sums. */
final class NativeThreads {
  private NativeThreads() {}

  /** Whatever {@code OMP_NUM_THREADS} says. */
  static void one() {
    Nd4j.getEnvironment().setMaxThreads(1);
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    org.bytedeco.openblas.global.openblas_nolapack.blas_set_num_threads(1);
  }
}
