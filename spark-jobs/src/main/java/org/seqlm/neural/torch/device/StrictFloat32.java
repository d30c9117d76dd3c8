package org.seqlm.neural.torch.device;

import org.bytedeco.pytorch.global.torch;

/**
 * Keeps cuDNN from TF32's 10 bits of mantissa, which libtorch allows its recurrent kernels, while
 * any is open. The setting is the process's: the last to close puts back what the first found, so
 * whatever trains afterwards trains as it did.
 */
public final class StrictFloat32 implements AutoCloseable {
  private static int open;
  private static torch.Float32Precision found;

  private final boolean gpu;

  private StrictFloat32(boolean gpu) {
    this.gpu = gpu;
  }

  /** Until it is closed; on a CPU there is nothing to keep from. */
  public static StrictFloat32 on(TorchDevice device) {
    if (device.isGpu()) {
      begin();
    }
    return new StrictFloat32(device.isGpu());
  }

  static synchronized void begin() {
    if (open++ == 0) {
      found = precision();
      set(torch.Float32Precision.IEEE);
    }
  }

  static synchronized void end() {
    if (--open == 0) {
      set(found);
    }
  }

  static torch.Float32Precision precision() {
    return torch
        .globalContext()
        .float32Precision(torch.Float32Backend.CUDA, torch.Float32Op.RNN)
        .intern();
  }

  private static void set(torch.Float32Precision precision) {
    torch
        .globalContext()
        .setFloat32Precision(torch.Float32Backend.CUDA, torch.Float32Op.RNN, precision);
  }

  @Override
  public void close() {
    if (gpu) {
      end();
    }
  }
}
