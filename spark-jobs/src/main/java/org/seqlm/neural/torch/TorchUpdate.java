package org.seqlm.neural.torch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.learner.InnerOptimizer;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.layers.TorchParameters;

/** {@link InnerOptimizer}'s clipping and update, in place on flat tensors (P). */
public final class TorchUpdate {
  private static final double BETA_1 = 0.9;
  private static final double BETA_2 = 0.999;
  private static final double ADAM_EPSILON = 1e-8;
  private static final double ADAGRAD_EPSILON = 1e-6;

  private final InnerOptimizer optimizer;
  private final Tensor flat;
  private final Tensor gradient;
  private final Tensor moments; // (moments a parameter, P)
  private final Tensor work;
  private final TorchParameters parameters; // null of any tensors

  /**
   * On any tensors; native memory belongs to the {@code PointerScope} in which this is made.
   *
   * @param flat parameters, (P)
   * @param gradient of them, (P); clipping changes it
   * @param moments (moments a parameter, P); null where the optimiser has none
   */
  public TorchUpdate(InnerOptimizer optimizer, Tensor flat, Tensor gradient, Tensor moments) {
    this.optimizer = optimizer;
    this.flat = flat;
    this.gradient = gradient;
    this.moments = moments;
    parameters = null;
    work = optimizer.kind().moments() == 0 ? null : torch.empty_like(flat);
  }

  /** Moments begin as {@code values} says, (moments a parameter, P); empty means zero. */
  TorchUpdate(
      InnerOptimizer optimizer, TorchParameters parameters, TorchDevice device, float[] values) {
    this.optimizer = optimizer;
    this.parameters = parameters;
    flat = parameters.flat();
    gradient = parameters.flatGradient();
    int kinds = optimizer.kind().moments();
    moments =
        values.length == 0
            ? device.zeros(parameters.wide(), kinds, flat.numel())
            : device.of(parameters.wide(), values, kinds, flat.numel());
    work = kinds == 0 ? null : device.empty(parameters.wide(), flat.numel());
  }

  /** (moments a parameter, P), row-major. */
  float[] moments() {
    try (PointerScope scope = new PointerScope()) {
      return TorchDevice.floats(moments);
    }
  }

  /**
   * Clips the gradient and applies it.
   *
   * @param rate the learning rate α
   * @param update t, from 1
   */
  public void apply(double rate, long update) {
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      if (touchedOnly(rate)) {
        return;
      }
      clip();
      switch (optimizer.kind()) {
        case ADAM -> {
          Tensor m = moments.select(0, 0);
          Tensor v = moments.select(0, 1);
          m.mul_(new Scalar(BETA_1)).add_(gradient, new Scalar(1 - BETA_1));
          v.mul_(new Scalar(BETA_2)).addcmul_(gradient, gradient, new Scalar(1 - BETA_2));
          double rateNow =
              rate * Math.sqrt(1 - Math.pow(BETA_2, update)) / (1 - Math.pow(BETA_1, update));
          torch.sqrt_out(work, v).add_(new Scalar(ADAM_EPSILON));
          flat.addcdiv_(m, work, new Scalar(-rateNow));
        }
        case ADAGRAD -> {
          Tensor sum = moments.select(0, 0);
          sum.addcmul_(gradient, gradient);
          torch.sqrt_out(work, sum).add_(new Scalar(ADAGRAD_EPSILON));
          flat.addcdiv_(gradient, work, new Scalar(-rate));
        }
        case SGD -> flat.add_(gradient, new Scalar(-rate));
      }
    }
  }

  /**
   * The same where nothing changes but what has a gradient, without a pass over the rest: of a
   * large vocabulary a window reads few words.
   */
  private boolean touchedOnly(double rate) {
    TorchParameters.Touched touched =
        parameters == null || optimizer.kind() != InnerOptimizer.Kind.SGD
            ? null
            : parameters.touched();
    if (touched == null) {
      return false;
    }
    List<Tensor> gradients = new ArrayList<>(touched.gradients());
    gradients.add(touched.rowGradients());
    clip(gradients);
    for (int i = 0; i < touched.values().size(); i++) {
      touched.values().get(i).add_(gradients.get(i), new Scalar(-rate));
    }
    touched.embedding().index_add_(0, touched.rows(), touched.rowGradients(), new Scalar(-rate));
    parameters.forget(touched);
    return true;
  }

  private void clip() {
    clip(List.of(gradient));
  }

  /** Clips a gradient that lies in parts. */
  private void clip(List<Tensor> parts) {
    if (optimizer.clipValue() > 0) {
      for (Tensor part : parts) {
        part.clamp_(
            new ScalarOptional(new Scalar(-optimizer.clipValue())),
            new ScalarOptional(new Scalar(optimizer.clipValue())));
      }
    }
    if (optimizer.clipNorm() > 0) {
      double norm = norm(parts);
      if (norm > optimizer.clipNorm()) {
        for (Tensor part : parts) {
          part.mul_(new Scalar(optimizer.clipNorm() / norm));
        }
      }
    }
  }

  private static double norm(List<Tensor> parts) {
    if (parts.size() == 1) {
      return parts.get(0).norm().item_double();
    }
    double squares = 0;
    for (Tensor part : parts) {
      double norm = part.norm().item_double();
      squares += norm * norm;
    }
    return Math.sqrt(squares);
  }
}
