package org.seqlm.neural.torch.layers;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.plain.WorkedCases;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.device.TorchThreads;

/** The worked cases on our own kernel, with the gradients of its backward pass. */
class TorchRecurrenceWorkedCasesTest extends WorkedCases {
  private static final TorchDevice CPU = TorchDevice.cpu();

  private static Tensor tensor(float[] values, long... shape) {
    return CPU.of(torch.ScalarType.Float, values, shape);
  }

  /** A layer after a window. */
  private static TorchRecurrence forward(Layer layer, int batch, int steps, float[] h0, float[] x) {
    int width = layer.hidden();
    TorchRecurrence recurrence =
        new TorchRecurrence(
            CellKind.RNN,
            layer.activation(),
            steps,
            batch,
            width,
            CPU.options(torch.ScalarType.Float));
    Tensor read = tensor(x, batch, steps, layer.inputs()).transpose(0, 1);
    Tensor w = tensor(layer.input(), width, layer.inputs());
    recurrence.products().copy_(torch.add(torch.matmul(read, w.t()), tensor(layer.bias(), width)));
    recurrence.forward(List.of(tensor(h0, batch, width)), u(layer), null);
    return recurrence;
  }

  private static Tensor u(Layer layer) {
    return tensor(layer.recurrent(), layer.hidden(), layer.hidden());
  }

  @Override
  protected float[] run(Layer layer, int batch, int steps, float[] h0, float[] x) {
    TorchThreads.one();
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      return TorchDevice.floats(forward(layer, batch, steps, h0, x).outputs().transpose(0, 1));
    }
  }

  @Override
  protected Slopes slopes(Layer layer, float h0, float[] x) {
    TorchThreads.one();
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      int steps = x.length;
      TorchRecurrence recurrence = forward(layer, 1, steps, new float[] {h0}, x);
      float[] ofLast = new float[steps];
      ofLast[steps - 1] = 1;
      Tensor du = tensor(new float[1], 1, 1);
      recurrence.backward(tensor(ofLast, steps, 1, 1), u(layer), null, du, null);
      // (T): what reaches each W x_t + b.
      double byInput =
          torch.mul(recurrence.products().reshape(steps), tensor(x, steps)).sum().item_double();
      return new Slopes(byInput, du.item_double());
    }
  }
}
