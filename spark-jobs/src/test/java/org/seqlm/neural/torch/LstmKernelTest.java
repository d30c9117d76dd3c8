package org.seqlm.neural.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;

class LstmKernelTest {
  private static final int T = 5;
  private static final int B = 3;
  private static final int IN = 4;
  private static final int H = 6;
  private static final TensorOptions DOUBLE = new TensorOptions(torch.ScalarType.Double);

  /** Two windows, the second from the first one's states: outputs and gradients are autograd's. */
  @Test
  void windowsAndTheirGradientsAreThoseOfTheDifferentiableCell() {
    try (PointerScope scope = new PointerScope();
        LstmKernel kernel = new LstmKernel(T, B, H, DOUBLE)) {
      torch.manual_seed(1);
      Tensor weightIh = torch.randn(new long[] {4 * H, IN}, DOUBLE).set_requires_grad(true);
      Tensor weightHh = torch.randn(new long[] {4 * H, H}, DOUBLE).set_requires_grad(true);
      Tensor bias = torch.randn(new long[] {4 * H}, DOUBLE).set_requires_grad(true);
      List<Tensor> state =
          List.of(torch.zeros(new long[] {B, H}, DOUBLE), torch.zeros(new long[] {B, H}, DOUBLE));
      for (int window = 0; window < 2; window++) {
        Tensor x = torch.randn(new long[] {T, B, IN}, DOUBLE).set_requires_grad(true);
        Tensor dy = torch.randn(new long[] {T, B, H}, DOUBLE);
        TorchCells.Window expected =
            TorchCells.forward(
                CellKind.LSTM, Activation.TANH, x, state, weightIh, weightHh, null, bias);
        weightHh.mutable_grad().put(new Tensor());
        bias.mutable_grad().put(new Tensor());
        expected
            .outputs()
            .backward(dy, new BoolOptional(false), false, new TensorArrayRefOptional());
        AutoGradMode off = new AutoGradMode(false);
        kernel
            .product()
            .copy_(
                torch
                    .linear(x, weightIh, new org.bytedeco.pytorch.TensorOptional(bias))
                    .transpose(1, 2));
        if (window > 0) {
          kernel.advance();
        }
        kernel.forward(weightHh);
        close(kernel.outputs().transpose(1, 2), expected.outputs());
        Tensor gates = kernel.backward(dy.transpose(1, 2).contiguous(), weightHh);
        Tensor flat = gates.permute(1, 0, 2).reshape(4 * H, -1);
        Tensor before = kernel.before().permute(0, 2, 1).reshape(-1, H);
        close(torch.mm(flat, before), weightHh.grad());
        close(flat.sum(1), bias.grad());
        close(torch.matmul(gates.transpose(1, 2), weightIh), x.grad());
        off.close();
        state = List.of(expected.state().get(0).detach(), expected.state().get(1).detach());
      }
    }
  }

  private static void close(Tensor actual, Tensor expected) {
    assertThat(torch.sub(actual, expected).abs().max().item_double()).isLessThan(1e-12);
  }
}
