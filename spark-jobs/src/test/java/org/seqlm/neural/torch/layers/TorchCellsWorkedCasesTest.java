package org.seqlm.neural.torch.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.plain.WorkedCases;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.device.TorchThreads;

/** The worked cases on libtorch's cells, with gradients by automatic differentiation. */
class TorchCellsWorkedCasesTest extends WorkedCases {
  private static final TorchDevice CPU = TorchDevice.cpu();

  private static Tensor tensor(float[] values, long... shape) {
    return CPU.of(torch.ScalarType.Float, values, shape);
  }

  /** A window of a layer whose W and U are given as tensors. */
  private static TorchCells.Window window(
      Layer layer, Tensor w, Tensor u, int batch, int steps, float[] h0, float[] x) {
    return TorchCells.forward(
        CellKind.RNN,
        layer.activation(),
        // (B, T, in) to (T, B, in)
        tensor(x, batch, steps, layer.inputs()).transpose(0, 1).contiguous(),
        List.of(tensor(h0, batch, layer.hidden())),
        w,
        u,
        null,
        tensor(layer.bias(), layer.hidden()));
  }

  private static Tensor w(Layer layer) {
    return tensor(layer.input(), layer.hidden(), layer.inputs());
  }

  private static Tensor u(Layer layer) {
    return tensor(layer.recurrent(), layer.hidden(), layer.hidden());
  }

  @Override
  protected float[] run(Layer layer, int batch, int steps, float[] h0, float[] x) {
    TorchThreads.one();
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      return TorchDevice.floats(
          window(layer, w(layer), u(layer), batch, steps, h0, x).outputs().transpose(0, 1));
    }
  }

  /** An update gate that is open takes the new value, whatever the old one was, to the bit. */
  @Test
  void anOpenGateLosesNothing() {
    TorchThreads.one();
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      Tensor product = tensor(new float[] {100, 0.1f}, 1, 1, 2); // u = 1, n = tanh(0.1)
      Tensor u = tensor(new float[2], 2, 1);
      List<Tensor> before = List.of(tensor(new float[] {1e4f}, 1, 1));
      float[] h =
          TorchDevice.floats(
              TorchCells.recur(CellKind.GRU_SIMPLIFIED, Activation.TANH, product, before, u, null)
                  .outputs());
      assertThat(h).containsExactly((float) Math.tanh(0.1f));
    }
  }

  @Override
  protected Slopes slopes(Layer layer, float h0, float[] x) {
    TorchThreads.one();
    try (PointerScope scope = new PointerScope();
        AutoGradMode on = new AutoGradMode(true)) {
      Tensor w = w(layer).requires_grad_(true);
      Tensor u = u(layer).requires_grad_(true);
      Tensor last = window(layer, w, u, 1, x.length, new float[] {h0}, x).state().get(0);
      TensorVector found =
          torch.grad(
              new TensorVector(last.sum()),
              new TensorVector(w, u),
              new TensorVector(),
              new BoolOptional(false),
              false,
              false);
      return new Slopes(found.get(0).item_double(), found.get(1).item_double());
    }
  }
}
