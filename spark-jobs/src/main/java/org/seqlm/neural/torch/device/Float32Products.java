package org.seqlm.neural.torch.device;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.learner.Precision;

/**
 * Whether a GPU's products of float32 are that, or of factors rounded to TF32's 10 bits of
 * mantissa, which libtorch allows its recurrent kernels if nobody says otherwise. The setting is
 * the process's: who wants one waits until those with another have closed theirs, and the last to
 * close puts back what the first found. The tasks of a round want the same at any time. A look
 * wants IEEE's products whatever training has: where one overlaps with a round in tf32 in a
 * process, or two runs share it, tasks wait for each other.
 */
public final class Float32Products implements AutoCloseable {
  private static final List<torch.Float32Op> PRODUCTS =
      List.of(torch.Float32Op.RNN, torch.Float32Op.MATMUL);

  private static int open;
  private static torch.Float32Precision wanted;
  private static final Map<torch.Float32Op, torch.Float32Precision> FOUND =
      new EnumMap<>(torch.Float32Op.class);

  private final boolean gpu;
  private boolean closed;

  private Float32Products(boolean gpu) {
    this.gpu = gpu;
  }

  /** As a precision has them, until closed; on a CPU there is nothing to set. */
  public static Float32Products on(TorchDevice device, Precision precision) {
    if (device.isGpu()) {
      begin(
          precision == Precision.TF32 ? torch.Float32Precision.TF32 : torch.Float32Precision.IEEE);
    }
    return new Float32Products(device.isGpu());
  }

  private static synchronized void begin(torch.Float32Precision precision) {
    while (open > 0 && wanted != precision) {
      try {
        Float32Products.class.wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while another precision was in use", e);
      }
    }
    if (open++ == 0) {
      wanted = precision;
      for (torch.Float32Op product : PRODUCTS) {
        FOUND.put(product, precision(product));
        set(product, precision);
      }
    }
  }

  private static synchronized void end() {
    if (--open == 0) {
      FOUND.forEach(Float32Products::set);
      Float32Products.class.notifyAll();
    }
  }

  /** What is set. */
  static torch.Float32Precision precision(torch.Float32Op product) {
    return torch.globalContext().float32Precision(torch.Float32Backend.CUDA, product).intern();
  }

  private static void set(torch.Float32Op product, torch.Float32Precision precision) {
    torch.globalContext().setFloat32Precision(torch.Float32Backend.CUDA, product, precision);
  }

  @Override
  public void close() {
    if (gpu && !closed) {
      closed = true;
      end();
    }
  }
}
