package org.seqlm.neural.torch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * An LSTM layer over windows of one size, forward and backward, in memory of its own: what a window
 * needs again on the way back is where the forward pass left it, and nothing is allocated within a
 * step. Gradients must be off.
 *
 * <p>Features come before sequences: a step's states are (H, B), its gates (4H, B). So a product is
 * weights by states, which OpenBLAS does a third faster than states by transposed weights when B is
 * small, a gate is a block of memory, and every step's views are made once.
 *
 * <p>Not shared between threads. Holds native memory until it is closed.
 */
final class LstmKernel implements AutoCloseable {
  private final int timeSteps;
  private final int hidden;
  private final List<Tensor> held = new ArrayList<>();

  private final Tensor gates; // (T, 4H, B): pre-activations, then i f g o
  private final Tensor outputs; // (T + 1, H, B): h, from the one before the window
  private final Tensor cells; // (T + 1, H, B): c, as h
  private final Tensor squashed; // (T, H, B): tanh(c)
  private final Tensor gateGradients; // (T, 4H, B)
  private final Tensor carried; // (H, B): the gradient of h from the next step
  private final Tensor carriedCell; // (H, B)
  private final Tensor scratch; // (H, B)
  private final Step[] steps;

  /** A step's views. */
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
      Tensor gradients,
      Tensor inputForgetGradient,
      Tensor inputGradient,
      Tensor forgetGradient,
      Tensor candidateGradient,
      Tensor outputGradient) {}

  /**
   * @param timeSteps T
   * @param batch B
   * @param hidden H
   * @param options type and device of all tensors
   */
  LstmKernel(int timeSteps, int batch, int hidden, TensorOptions options) {
    this.timeSteps = timeSteps;
    this.hidden = hidden;
    try (PointerScope scope = new PointerScope()) {
      gates = zeros(options, timeSteps, 4 * hidden, batch);
      outputs = zeros(options, timeSteps + 1, hidden, batch);
      cells = zeros(options, timeSteps + 1, hidden, batch);
      squashed = zeros(options, timeSteps, hidden, batch);
      gateGradients = zeros(options, timeSteps, 4 * hidden, batch);
      carried = zeros(options, hidden, batch);
      carriedCell = zeros(options, hidden, batch);
      scratch = zeros(options, hidden, batch);
      steps = new Step[timeSteps];
      for (int t = 0; t < timeSteps; t++) {
        Tensor all = hold(gates.select(0, t));
        Tensor gradients = hold(gateGradients.select(0, t));
        steps[t] =
            new Step(
                all,
                gate(all, 0, 2),
                gate(all, 0, 1),
                gate(all, 1, 1),
                gate(all, 2, 1),
                gate(all, 3, 1),
                hold(outputs.select(0, t)),
                hold(outputs.select(0, t + 1)),
                hold(cells.select(0, t)),
                hold(cells.select(0, t + 1)),
                hold(squashed.select(0, t)),
                gradients,
                gate(gradients, 0, 2),
                gate(gradients, 0, 1),
                gate(gradients, 1, 1),
                gate(gradients, 2, 1),
                gate(gradients, 3, 1));
      }
    }
  }

  private Tensor zeros(TensorOptions options, long... shape) {
    return hold(torch.zeros(shape, options));
  }

  private Tensor gate(Tensor all, int first, int count) {
    return hold(all.narrow(0, (long) first * hidden, (long) count * hidden));
  }

  private Tensor hold(Tensor tensor) {
    tensor.retainReference();
    held.add(tensor);
    return tensor;
  }

  /** (T, 4H, B): where the caller puts W x + b of every step before {@link #forward}. */
  Tensor product() {
    return gates;
  }

  /** (H, B): h before the window; {@link #advance} moves it on. */
  Tensor hiddenBefore() {
    return steps[0].hiddenBefore;
  }

  /** (H, B): c before the window. */
  Tensor cellBefore() {
    return steps[0].cellBefore;
  }

  /** (T, H, B): h of every step, after {@link #forward}. */
  Tensor outputs() {
    return outputs.narrow(0, 1, timeSteps);
  }

  /** (T, H, B): h before every step. */
  Tensor before() {
    return outputs.narrow(0, 0, timeSteps);
  }

  /** Begins the next window with the states that this one ended with. */
  void advance() {
    steps[0].hiddenBefore.copy_(steps[timeSteps - 1].hidden);
    steps[0].cellBefore.copy_(steps[timeSteps - 1].cell);
  }

  /**
   * The window: c = f ⊙ c₋ + i ⊙ g, h = o ⊙ tanh(c).
   *
   * @param weightHh U (4H, H)
   */
  void forward(Tensor weightHh) {
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

  /**
   * The way back.
   *
   * @param outputGradients (T, H, B): of the outputs, without what goes through later steps
   * @param weightHh U (4H, H)
   * @return (T, 4H, B): of the products; valid until the next call
   */
  Tensor backward(Tensor outputGradients, Tensor weightHh) {
    try (PointerScope scope = new PointerScope()) {
      Tensor transposed = weightHh.t().contiguous();
      Tensor[] fromAbove = outputGradients.unbind(0).get();
      carriedCell.zero_();
      for (int t = timeSteps - 1; t >= 0; t--) {
        Step step = steps[t];
        Tensor h = fromAbove[t];
        if (t < timeSteps - 1) {
          torch.mm_out(carried, transposed, steps[t + 1].gradients);
          carried.add_(h);
          h = carried;
        }
        torch.mul_out(step.outputGradient, h, step.squashed);
        torch.mul_out(scratch, h, step.output);
        torch.tanh_backward_out(scratch, scratch, step.squashed);
        carriedCell.add_(scratch);
        torch.mul_out(step.inputGradient, carriedCell, step.candidate);
        torch.mul_out(step.forgetGradient, carriedCell, step.cellBefore);
        torch.mul_out(step.candidateGradient, carriedCell, step.input);
        torch.sigmoid_backward_out(
            step.inputForgetGradient, step.inputForgetGradient, step.inputForget);
        torch.tanh_backward_out(step.candidateGradient, step.candidateGradient, step.candidate);
        torch.sigmoid_backward_out(step.outputGradient, step.outputGradient, step.output);
        carriedCell.mul_(step.forget);
      }
    }
    return gateGradients;
  }

  @Override
  public void close() {
    held.forEach(Tensor::releaseReference);
    held.clear();
  }
}
