package org.seqlm.neural.torch;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** Gates i, f, g, o: {@code c = f ⊙ c₋ + i ⊙ g}, {@code h = o ⊙ tanh(c)}. */
@SuppressWarnings("try") // a scope is left by closing it
final class LstmKernel extends RecurrentKernel {
  private final Tensor cells; // (1 + T, H, B)
  private final Tensor carried = buffer(); // gradient of h from the next step
  private final Tensor carriedCell = buffer();
  private final Tensor scratch = buffer();
  private final Step[] steps;

  /** A step's views; those with a D are of gradients. */
  private record Step(
      Tensor all,
      Tensor inputForget,
      Tensor input,
      Tensor forget,
      Tensor candidate,
      Tensor output,
      Tensor hiddenBefore,
      Tensor hidden,
      Tensor cellBefore,
      Tensor cell,
      Tensor squashed,
      Tensor allD,
      Tensor inputForgetD,
      Tensor inputD,
      Tensor forgetD,
      Tensor candidateD,
      Tensor outputD) {}

  LstmKernel(int timeSteps, int batch, int hidden, TensorOptions options) {
    super(timeSteps, batch, hidden, 4, 1, options);
    cells = buffer(1 + timeSteps, hidden);
    Tensor squashed = buffer(timeSteps, hidden);
    steps = new Step[timeSteps];
    for (int t = 0; t < timeSteps; t++) {
      Tensor all = step(gates, t);
      Tensor gradients = step(gateGradients, t);
      steps[t] =
          new Step(
              all,
              gate(all, 0, 2),
              gate(all, 0, 1),
              gate(all, 1, 1),
              gate(all, 2, 1),
              gate(all, 3, 1),
              hiddenAt(t - 1),
              hiddenAt(t),
              step(cells, t),
              step(cells, t + 1),
              step(squashed, t),
              gradients,
              gate(gradients, 0, 2),
              gate(gradients, 0, 1),
              gate(gradients, 1, 1),
              gate(gradients, 2, 1),
              gate(gradients, 3, 1));
    }
  }

  @Override
  List<Tensor> states() {
    return List.of(steps[0].hiddenBefore, steps[0].cellBefore);
  }

  @Override
  void advance() {
    super.advance();
    steps[0].cellBefore.copy_(steps[timeSteps - 1].cell);
  }

  @Override
  void forward(Tensor weightHh, Tensor none) {
    for (Step step : steps) {
      step.all.addmm_(weightHh, step.hiddenBefore);
      step.inputForget.sigmoid_();
      step.candidate.tanh_();
      step.output.sigmoid_();
      torch.mul_out(step.cell, step.forget, step.cellBefore);
      step.cell.addcmul_(step.input, step.candidate);
      torch.tanh_out(step.squashed, step.cell);
      torch.mul_out(step.hidden, step.output, step.squashed);
    }
  }

  @Override
  Tensor backward(Tensor outputGradients, Tensor weightHh, Tensor none) {
    try (PointerScope scope = new PointerScope()) {
      Tensor transposed = weightHh.t().contiguous();
      Tensor[] fromAbove = outputGradients.unbind(0).get();
      carriedCell.zero_();
      for (int t = timeSteps - 1; t >= 0; t--) {
        Step step = steps[t];
        Tensor h = fromAbove[t];
        if (t < timeSteps - 1) {
          torch.mm_out(carried, transposed, steps[t + 1].allD);
          h = carried.add_(h);
        }
        torch.mul_out(step.outputD, h, step.squashed);
        torch.mul_out(scratch, h, step.output);
        torch.tanh_backward_out(scratch, scratch, step.squashed);
        carriedCell.add_(scratch);
        torch.mul_out(step.inputD, carriedCell, step.candidate);
        torch.mul_out(step.forgetD, carriedCell, step.cellBefore);
        torch.mul_out(step.candidateD, carriedCell, step.input);
        torch.sigmoid_backward_out(step.inputForgetD, step.inputForgetD, step.inputForget);
        torch.tanh_backward_out(step.candidateD, step.candidateD, step.candidate);
        torch.sigmoid_backward_out(step.outputD, step.outputD, step.output);
        carriedCell.mul_(step.forget);
      }
    }
    return gateGradients;
  }
}
