package org.seqlm.neural.torch.layers;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.torch.device.TorchDevice;

/** A layer of a network with its parameters, whatever computes it. */
public interface TorchLayer {
  /** What computes. */
  enum Kernels {
    /** {@link TorchRecurrence}: the fastest on a CPU, but for what oneDNN has. */
    OWN,
    /** {@link TorchCells} and automatic differentiation: cuDNN runs a window in a few launches. */
    BUILT_IN,
    /**
     * oneDNN's layer, which fuses a step: an LSTM on a CPU in bf16, while it is small, or to read.
     */
    ONE_DNN
  }

  /** Widest one-hot input that is spelt out for kernels that multiply it themselves, on a GPU. */
  int SPELT_OUT = 4096;

  /** The same on a CPU, where looking rows up costs nothing. */
  int SPELT_OUT_ON_CPU = 256;

  /** From this width on products take so long that fusing the rest gains nothing. */
  int WIDE = 512;

  /**
   * Runs a window, of any length up to the layer's.
   *
   * @param x (T B, in), null for one-hot input
   * @param tokens (T B), for that
   * @param state before the first step, not changed
   * @return h of every step, (T B, H)
   */
  Tensor forward(Tensor x, Tensor tokens, List<Tensor> state);

  /**
   * {@link #forward} without what the way back needs.
   *
   * @return h of every step, (T B, H)
   */
  default Tensor read(Tensor x, Tensor tokens, List<Tensor> state) {
    return forward(x, tokens, state);
  }

  /** After the last step. */
  List<Tensor> state();

  /**
   * Writes the gradients of the layer's parameters.
   *
   * @param dh (T B, H), overwritten
   * @param x as before
   * @param tokens as before
   * @return the gradient of x, (T B, in); null for one-hot input
   */
  Tensor backward(Tensor dh, Tensor x, Tensor tokens);

  /**
   * {@link #backward(Tensor, Tensor, Tensor)} by randomised truncation, which {@link Kernels#OWN}
   * alone has.
   *
   * @param passed (T): what multiplies the gradient that passes from a step to the one before; null
   *     passes it on as it is
   */
  default Tensor backward(Tensor dh, Tensor x, Tensor tokens, double[] passed) {
    if (passed != null) {
      throw new IllegalStateException(getClass().getSimpleName() + " cuts no gradient");
    }
    return backward(dh, x, tokens);
  }

  /** The kernels that are the fastest for a layer. */
  static Kernels fastest(NetworkSpec spec, int k, TorchDevice device, torch.ScalarType type) {
    if (device.isGpu()) {
      return Kernels.BUILT_IN;
    }
    return type == torch.ScalarType.BFloat16 && spec.hidden() < WIDE && oneDnnReads(spec, k)
        ? Kernels.ONE_DNN
        : Kernels.OWN;
  }

  /**
   * The kernels that are the fastest for a layer of float32 that only reads. Few sequences are read
   * side by side, and oneDNN packs the recurrent weights once a window where others do so at each
   * step: of 4 sequences 512 wide it takes a third of {@link Kernels#OWN}'s time.
   */
  static Kernels fastestToRead(NetworkSpec spec, int k, TorchDevice device) {
    if (device.isGpu()) {
      return Kernels.BUILT_IN;
    }
    return oneDnnReads(spec, k) ? Kernels.ONE_DNN : Kernels.OWN;
  }

  private static boolean oneDnnReads(NetworkSpec spec, int k) {
    return spec.cell() == CellKind.LSTM
        && (!oneHot(spec, k) || spec.vocabulary() <= SPELT_OUT_ON_CPU);
  }

  /**
   * A layer of a network.
   *
   * @param time T of the longest window
   */
  static TorchLayer of(
      Kernels kernels,
      NetworkSpec spec,
      int k,
      int time,
      int batch,
      TorchDevice device,
      torch.ScalarType type,
      TorchParameters parameters) {
    return switch (kernels) {
      case OWN -> new OwnLayer(spec, k, time, batch, device, type, parameters);
      case BUILT_IN -> new BuiltInLayer(spec, k, batch, parameters);
      case ONE_DNN -> new OneDnnLayer(spec, k, batch, parameters);
    };
  }

  /** Whether a layer reads tokens. */
  static boolean oneHot(NetworkSpec spec, int k) {
    return k == 0 && spec.input() == InputKind.ONE_HOT;
  }

  /** The one-hot vectors of tokens, (T B, V). */
  static Tensor spellOut(Tensor tokens, Tensor w) {
    return torch
        .zeros(new long[] {tokens.numel(), w.size(1)}, w.options())
        .scatter_(1, tokens.unsqueeze(1), new Scalar(1));
  }
}
