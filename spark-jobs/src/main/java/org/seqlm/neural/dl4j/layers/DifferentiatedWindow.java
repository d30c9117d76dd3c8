package org.seqlm.neural.dl4j.layers;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.seqlm.neural.dl4j.layers.RecurrentPass.Weights;
import org.seqlm.neural.torch.layers.TorchCells;

/**
 * A window of a {@link TorchRecurrentLayer} that libtorch differentiates: with steps that are
 * masked, or with gradients that stop within it.
 *
 * @param layer what it is of
 * @param mask (B, T) or a shape of as many values, zero where a step is masked; null without
 */
record DifferentiatedWindow(TorchRecurrentLayer layer, INDArray mask) {

  private boolean readsIds() {
    return layer.reads() == TorchRecurrentLayer.Reads.IDS;
  }

  /**
   * Runs the window.
   *
   * @param x (T, B, in), or ids (T, B)
   * @param began the state before it
   * @param training whether gradients will be asked for
   * @param cut gradients go back to this step and no farther
   */
  @SuppressWarnings("try") // the scope is left by closing it
  TorchCells.Window forward(
      Tensor x, List<Tensor> began, Weights weights, boolean training, int cut) {
    if (training) {
      weights.all().forEach(weight -> weight.set_requires_grad(true));
      if (!readsIds()) {
        x.set_requires_grad(true);
      }
    }
    List<Tensor> state = began;
    List<Tensor> outputs = new ArrayList<>();
    if (cut > 0) {
      TorchCells.Window before = part(x.detach().narrow(0, 0, cut), 0, state, weights);
      outputs.add(before.outputs());
      state = before.state();
    }
    try (AutoGradMode differentiable = new AutoGradMode(training)) {
      TorchCells.Window window = part(x.narrow(0, cut, x.size(0) - cut), cut, state, weights);
      outputs.add(window.outputs());
      return new TorchCells.Window(joined(outputs), window.state());
    }
  }

  /**
   * The gradients of a window that was run for training: of its parameters in the order of {@link
   * Weights#all}, and then of x unless the layer reads ids.
   *
   * @param error the gradient of its outputs, (T, B, H)
   */
  TensorVector backward(Tensor error, RecurrentPass pass) {
    List<Tensor> leaves = new ArrayList<>(pass.weights().all());
    if (!readsIds()) {
      leaves.add(pass.x());
    }
    return torch.grad(
        new TensorVector(pass.out()),
        new TensorVector(leaves.toArray(Tensor[]::new)),
        new TensorVector(Memory.as(error, pass.out().scalar_type())),
        new BoolOptional(false),
        false,
        false);
  }

  private static Tensor joined(List<Tensor> outputs) {
    return outputs.size() == 1
        ? outputs.get(0)
        : torch.cat(new TensorVector(outputs.toArray(Tensor[]::new)), 0);
  }

  /**
   * Runs a part of the window.
   *
   * <p>A masked step's output is zero and so is the state after it, as in Deeplearning4j's LSTM.
   * The state matters only where a step that is not masked follows, so only there is the window
   * cut; padding at the end costs one product.
   *
   * @param x (T, B, in), or ids (T, B)
   * @param first the time of its first step
   */
  private TorchCells.Window part(Tensor x, int first, List<Tensor> state, Weights weights) {
    int steps = (int) x.size(0);
    if (mask == null) {
      return cells(x, state, weights);
    }
    Tensor kept =
        Memory.as(Memory.tensor(mask), weights.b().scalar_type())
            .reshape(mask.size(0), mask.length() / mask.size(0))
            .narrow(1, first, steps);
    List<Tensor> outputs = new ArrayList<>();
    int from = 0;
    for (int t = 0; t < steps; t++) {
      boolean last = t == steps - 1;
      if (!last && !begins(first + t + 1)) {
        continue;
      }
      TorchCells.Window run = cells(x.narrow(0, from, t + 1L - from), state, weights);
      outputs.add(run.outputs());
      Tensor here = kept.narrow(1, t, 1);
      state = run.state().stream().map(value -> value.mul(here)).toList();
      from = t + 1;
    }
    return new TorchCells.Window(joined(outputs).mul(kept.t().unsqueeze(2)), state);
  }

  /** Whether an example goes on at a step after a masked one. */
  private boolean begins(int step) {
    for (long b = 0; b < mask.size(0); b++) {
      if (mask.getDouble(b, step) != 0 && mask.getDouble(b, step - 1) == 0) {
        return true;
      }
    }
    return false;
  }

  private TorchCells.Window cells(Tensor x, List<Tensor> state, Weights weights) {
    if (readsIds()) {
      Tensor products =
          torch.add(torch.embedding(weights.w().t(), x), weights.b()); // can be differentiated
      return TorchCells.recur(
          layer.cell(), layer.activation(), products, state, weights.u(), weights.m());
    }
    return TorchCells.forward(
        layer.cell(),
        layer.activation(),
        x,
        state,
        weights.w(),
        weights.u(),
        weights.m(),
        weights.b());
  }
}
