package org.seqlm.neural.torch.device;

import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;

/** One native thread a task: more only fight over the cores, and change sums. */
public final class TorchThreads {
  static {
    // Once a process, and only before the first use of that pool.
    try {
      torch.set_num_interop_threads(1);
    } catch (RuntimeException alreadySet) {
      if (torch.get_num_interop_threads() != 1) {
        // Nothing of ours uses that pool; whoever set it wants it.
        System.Logger logger = System.getLogger(TorchThreads.class.getName());
        logger.log(
            System.Logger.Level.INFO,
            "libtorch keeps {0} threads between operators",
            torch.get_num_interop_threads());
      }
    }
  }

  private TorchThreads() {}

  /** For what this thread calls from now on, whatever {@code OMP_NUM_THREADS} says. */
  public static void one() {
    // OpenMP's setting belongs to the calling thread.
    torch.set_num_threads(1);
    openblas_nolapack.blas_set_num_threads(1);
  }
}
