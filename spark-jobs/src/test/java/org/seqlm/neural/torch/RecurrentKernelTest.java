package org.seqlm.neural.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;

@SuppressWarnings("try") // a scope is left by closing it
class RecurrentKernelTest {
  private static final int T = 5;
  private static final int B = 3;
  private static final int IN = 4;
  private static final int H = 6;

  static Stream<Arguments> cells() {
    return Stream.of(
        Arguments.of(CellKind.LSTM, Activation.TANH),
        Arguments.of(CellKind.GRU, Activation.TANH),
        Arguments.of(CellKind.GRU_SIMPLIFIED, Activation.TANH),
        Arguments.of(CellKind.GRU_RESET_AFTER, Activation.TANH),
        Arguments.of(CellKind.RNN, Activation.TANH),
        Arguments.of(CellKind.RNN, Activation.RELU),
        Arguments.of(CellKind.RNN, Activation.SIGMOID),
        Arguments.of(CellKind.RNN, Activation.IDENTITY),
        Arguments.of(CellKind.RNN_LAG_2, Activation.SIGMOID),
        Arguments.of(CellKind.RNN_LAG_2, Activation.TANH));
  }

  /** Three windows, each from the last one's states: outputs and gradients are libtorch's own. */
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cells")
  void windowsAndTheirGradientsAreThoseOfTheDifferentiableCell(
      CellKind cell, Activation activation) {
    try (PointerScope scope = new PointerScope()) {
      TensorOptions type = new TensorOptions(torch.ScalarType.Double);
      torch.manual_seed(1);
      long rows = (long) cell.gates() * H;
      Tensor weightIh = leaf(type, rows, IN);
      Tensor weightHh = leaf(type, rows, H);
      Tensor weightHh2 = cell == CellKind.RNN_LAG_2 ? leaf(type, H, H) : null;
      Tensor bias = leaf(type, rows);
      List<Tensor> state = new ArrayList<>();
      for (int s = 0; s < cell.states(); s++) {
        state.add(torch.zeros(new long[] {B, H}, type));
      }
      try (RecurrentKernel kernel = RecurrentKernel.of(cell, activation, T, B, H, type)) {
        for (int window = 0; window < 3; window++) {
          Tensor x = leaf(type, T, B, IN);
          Tensor dy = torch.randn(new long[] {T, B, H}, type);
          TorchCells.Window expected =
              TorchCells.forward(cell, activation, x, state, weightIh, weightHh, weightHh2, bias);
          for (Tensor weight : new Tensor[] {weightHh, bias, weightHh2}) {
            if (weight != null && weight.grad().defined()) {
              weight.mutable_grad().zero_();
            }
          }
          expected
              .outputs()
              .backward(dy, new BoolOptional(false), false, new TensorArrayRefOptional());
          AutoGradMode off = new AutoGradMode(false);
          Tensor product = torch.linear(x, weightIh, new TensorOptional(bias));
          kernel.product().copy_(product.transpose(1, 2));
          if (window > 0) {
            kernel.advance();
          }
          kernel.forward(weightHh, weightHh2);
          close(kernel.outputs().transpose(1, 2), expected.outputs());
          Tensor gates = kernel.backward(dy.transpose(1, 2).contiguous(), weightHh, weightHh2);
          Tensor forHh = torch.zeros_like(weightHh);
          Tensor forHh2 = weightHh2 == null ? null : torch.zeros_like(weightHh2);
          kernel.weightGradients(forHh, forHh2);
          close(forHh, weightHh.grad());
          if (weightHh2 != null) {
            close(forHh2, weightHh2.grad());
          }
          close(gates.sum(0, 2), bias.grad());
          close(torch.matmul(gates.transpose(1, 2), weightIh), x.grad());
          state = expected.state().stream().map(Tensor::detach).toList();
          off.close();
        }
      }
    }
  }

  private static Tensor leaf(TensorOptions type, long... shape) {
    return torch.randn(shape, type).set_requires_grad(true);
  }

  private static void close(Tensor actual, Tensor expected) {
    double scale = 1 + expected.abs().max().item_double();
    assertThat(torch.sub(actual, expected).abs().max().item_double() / scale).isLessThan(1e-12);
  }
}
