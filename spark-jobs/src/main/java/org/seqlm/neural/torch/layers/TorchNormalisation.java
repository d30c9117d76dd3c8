package org.seqlm.neural.torch.layers;

import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.Normalisation;

/**
 * {@link Normalisation#LAYER} of what a layer passes on, and back, by libtorch's operators. It is
 * computed in the parameters' type, gain and bias unrounded, as autocast would have it.
 */
public final class TorchNormalisation {
  private final TorchParameters parameters;
  private final String gain;
  private final String bias;

  /** What the way back needs of {@link #forward}: the scope of a step owns it. */
  private Tensor read;

  private Tensor mean;
  private Tensor deviation; // 1 / √(σ² + ε)
  private Tensor gainSlope; // until it is written
  private Tensor biasSlope;

  /**
   * @param k the layer, from 0
   */
  public TorchNormalisation(int k, TorchParameters parameters) {
    this.parameters = parameters;
    gain = "norm." + k + ".weight";
    bias = "norm." + k + ".bias";
  }

  /**
   * Normalises.
   *
   * @param h (T B, H), not changed
   * @return (T B, H), of the type of h
   */
  public Tensor forward(Tensor h) {
    read = h.to(parameters.wide());
    T_TensorTensorTensor_T result =
        torch.native_layer_norm(
            read, new long[] {h.size(1)}, wide(gain), wide(bias), Normalisation.EPSILON);
    mean = result.get1();
    deviation = result.get2();
    return result.get0().to(h.scalar_type());
  }

  /**
   * Goes back.
   *
   * @param d (T B, H): the gradient of what {@link #forward} returned
   * @return the gradient of what it read, (T B, H)
   */
  public Tensor backward(Tensor d) {
    try (BoolPointer all = new BoolPointer(3)) {
      all.put(0, true).put(1, true).put(2, true);
      T_TensorTensorTensor_T slopes =
          torch.native_layer_norm_backward(
              d.to(parameters.wide()),
              read,
              new long[] {d.size(1)},
              mean,
              deviation,
              wide(gain),
              wide(bias),
              all);
      gainSlope = slopes.get1();
      biasSlope = slopes.get2();
      return slopes.get0().to(d.scalar_type());
    }
  }

  /** Writes the gradients of gain and bias, after {@link TorchParameters#widen}. */
  public void writeGradients() {
    parameters.wideGradient(gain).copy_(gainSlope);
    parameters.wideGradient(bias).copy_(biasSlope);
  }

  private TensorOptional wide(String name) {
    return new TensorOptional(parameters.wideWeight(name));
  }
}
