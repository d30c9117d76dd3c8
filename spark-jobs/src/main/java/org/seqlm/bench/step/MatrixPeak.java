package org.seqlm.bench.step;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.learner.Execution;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.torch.device.Float32Products;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.device.TorchThreads;

/** What this machine's matrix product does at best: the measure of all steps. */
final class MatrixPeak {
  private static final double ENOUGH_SECONDS = 0.4;

  private MatrixPeak() {}

  /**
   * Floating-point operations a second of square products on one thread, or on a GPU; the best of
   * several.
   */
  static double flops(Execution execution) {
    TorchThreads.one();
    boolean cuda = execution.device() == Execution.Device.CUDA;
    int size = cuda ? 8192 : 1024;
    TorchDevice on = TorchDevice.pick(execution.device());
    try (Float32Products products = Float32Products.on(on, execution.precision());
        PointerScope scope = new PointerScope()) {
      Device device = new Device(cuda ? "cuda" : "cpu");
      torch.ScalarType type =
          execution.precision() == Precision.BF16
              ? torch.ScalarType.BFloat16
              : torch.ScalarType.Float;
      Tensor a = torch.ones(size, size).to(device, type).mul_(new Scalar(0.5));
      Tensor b = a.clone();
      double best = 0;
      double spent = 0;
      for (int i = 0; i < 4 || spent < ENOUGH_SECONDS; i++) {
        long start = System.nanoTime();
        try (PointerScope product = new PointerScope()) {
          Tensor c = torch.mm(a, b);
          // Waits for a GPU.
          c.select(0, 0).select(0, 0).to(torch.ScalarType.Float).item_float();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        spent += seconds;
        best = Math.max(best, 2.0 * size * size * size / seconds);
      }
      return best;
    }
  }
}
