package org.seqlm.neural.torch;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;

/** {@code h = φ(W x + U h₋ + b)}, with a lag of two also {@code + M h₋₋}. */
@SuppressWarnings("try") // a scope is left by closing it
final class RnnKernel extends RecurrentKernel {
  private final Activation activation;
  private final int lag;
  private final Tensor carried = buffer();
  private final Step[] steps;

  /** A step's views. */
  private record Step(
      Tensor all, Tensor hiddenBefore, Tensor hiddenBefore2, Tensor hidden, Tensor gradient) {}

  RnnKernel(
      CellKind cell,
      Activation activation,
      int timeSteps,
      int batch,
      int hidden,
      TensorOptions options) {
    super(timeSteps, batch, hidden, 1, cell.states(), options);
    this.activation = activation;
    lag = cell.states();
    steps = new Step[timeSteps];
    for (int t = 0; t < timeSteps; t++) {
      steps[t] =
          new Step(
              step(gates, t),
              hiddenAt(t - 1),
              lag > 1 ? hiddenAt(t - 2) : null,
              hiddenAt(t),
              step(gateGradients, t));
    }
  }

  @Override
  List<Tensor> states() {
    return lag > 1
        ? List.of(steps[0].hiddenBefore, steps[0].hiddenBefore2)
        : List.of(steps[0].hiddenBefore);
  }

  @Override
  void forward(Tensor weightHh, Tensor weightHh2) {
    for (Step step : steps) {
      step.all.addmm_(weightHh, step.hiddenBefore);
      if (lag > 1) {
        step.all.addmm_(weightHh2, step.hiddenBefore2);
      }
      apply(step);
    }
  }

  private void apply(Step step) {
    switch (activation.kind()) {
      case TANH -> torch.tanh_out(step.hidden, step.all);
      case SIGMOID -> torch.sigmoid_out(step.hidden, step.all);
      case RELU -> torch.relu_out(step.hidden, step.all);
      case IDENTITY -> step.hidden.copy_(step.all);
      case STEP -> {
        try (PointerScope scope = new PointerScope()) {
          Scalar threshold = new Scalar(activation.threshold());
          step.hidden.copy_(
              activation.at() == Activation.AtThreshold.ONE
                  ? step.all.ge(threshold)
                  : step.all.gt(threshold));
        }
      }
    }
  }

  @Override
  Tensor backward(Tensor outputGradients, Tensor weightHh, Tensor weightHh2) {
    try (PointerScope scope = new PointerScope()) {
      Tensor transposed = weightHh.t().contiguous();
      Tensor transposed2 = lag > 1 ? weightHh2.t().contiguous() : null;
      Tensor[] fromAbove = outputGradients.unbind(0).get();
      Scalar zero = new Scalar(0.0);
      for (int t = timeSteps - 1; t >= 0; t--) {
        Step step = steps[t];
        Tensor h = fromAbove[t];
        if (t < timeSteps - 1) {
          torch.mm_out(carried, transposed, steps[t + 1].gradient);
          if (lag > 1 && t < timeSteps - 2) {
            carried.addmm_(transposed2, steps[t + 2].gradient);
          }
          h = carried.add_(h);
        }
        switch (activation.kind()) {
          case TANH -> torch.tanh_backward_out(step.gradient, h, step.hidden);
          case SIGMOID -> torch.sigmoid_backward_out(step.gradient, h, step.hidden);
          case RELU -> torch.threshold_backward_out(step.gradient, h, step.hidden, zero);
          case IDENTITY -> step.gradient.copy_(h);
          case STEP -> throw new IllegalStateException("a step has no gradient");
        }
      }
    }
    return gateGradients;
  }

  @Override
  void weightGradients(Tensor weightHh, Tensor weightHh2) {
    super.weightGradients(weightHh, weightHh2);
    if (lag > 1) {
      sumOfProducts(weightHh2, gateGradients, hiddensBefore(2));
    }
  }
}
