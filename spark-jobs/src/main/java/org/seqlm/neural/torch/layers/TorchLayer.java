package org.seqlm.neural.torch.layers;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.torch.device.TorchDevice;

/** A layer of a network with its parameters, whatever computes it. */
public interface TorchLayer {
  /** What computes. */
  enum Kernels {
    /** {@link TorchRecurrence}: the fastest on a CPU, but for what oneDNN has. */
    OWN,
    /**
     * libtorch's calls for whole windows where it has the cell, which cuDNN takes on a GPU in a few
     * launches; else {@link TorchCells} and automatic differentiation.
     */
    BUILT_IN,
    /**
     * oneDNN's layer, which fuses a step: an LSTM on a CPU in bf16, while it is small, or to read.
     */
    ONE_DNN
  }

  /** What lies between the layers of a network. */
  enum Between {
    /** What a layer gives is what the next one reads. */
    NOTHING,
    /** Masks, for instance. */
    SOMETHING
  }

  /**
   * Widest one-hot input that is spelt out for {@link Kernels#BUILT_IN}, wherever they compute:
   * libtorch's calls for whole windows multiply it themselves.
   */
  int SPELT_OUT = 4096;

  /** The same for {@link Kernels#ONE_DNN}: on a CPU looking rows up costs nothing. */
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

  /** The parameters have changed since {@link #read} read with them last. */
  default void takeOver() {}

  /**
   * {@link #forward} without what the way back needs, with the parameters as of the first call or
   * of the one after {@link #takeOver} or {@link #forward}, if the layer keeps a copy.
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
  static Kernels fastest(LanguageNetwork spec, int k, TorchDevice device, torch.ScalarType type) {
    if (device.isGpu()) {
      return onGpu(spec, k);
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
  static Kernels fastestToRead(LanguageNetwork spec, int k, TorchDevice device) {
    if (device.isGpu()) {
      return onGpu(spec, k);
    }
    return oneDnnReads(spec, k) ? Kernels.ONE_DNN : Kernels.OWN;
  }

  /** What cuDNN has not is launched step by step; then without automatic differentiation. */
  private static Kernels onGpu(LanguageNetwork spec, int k) {
    return WholeWindowLayer.has(spec, k) ? Kernels.BUILT_IN : Kernels.OWN;
  }

  private static boolean oneDnnReads(LanguageNetwork spec, int k) {
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
      LanguageNetwork spec,
      int k,
      int time,
      int batch,
      TorchDevice device,
      torch.ScalarType type,
      TorchParameters parameters) {
    return switch (kernels) {
      case OWN -> new OwnLayer(spec, k, time, batch, device, type, parameters);
      case BUILT_IN ->
          WholeWindowLayer.has(spec, k)
              ? WholeWindowLayer.of(spec, k, k, batch, device.recurrentCalls(), parameters).get(0)
              : new BuiltInLayer(spec, k, batch, parameters);
      case ONE_DNN -> new OneDnnLayer(spec, k, batch, parameters);
    };
  }

  /**
   * All layers of a network. On a GPU neighbours that cuDNN can run in one call are, where there is
   * nothing between them.
   *
   * @param kernels of each layer
   */
  static List<TorchLayer> all(
      List<Kernels> kernels,
      Between between,
      LanguageNetwork spec,
      int time,
      int batch,
      TorchDevice device,
      torch.ScalarType type,
      TorchParameters parameters) {
    List<TorchLayer> layers = new ArrayList<>();
    while (layers.size() < kernels.size()) {
      int k = layers.size();
      int last = k;
      while (device.isGpu()
          && between == Between.NOTHING
          && last + 1 < kernels.size()
          && joins(kernels, spec, last)
          && joins(kernels, spec, last + 1)) {
        last++;
      }
      if (last > k) {
        layers.addAll(
            WholeWindowLayer.of(spec, k, last, batch, device.recurrentCalls(), parameters));
      } else {
        layers.add(of(kernels.get(k), spec, k, time, batch, device, type, parameters));
      }
    }
    return layers;
  }

  private static boolean joins(List<Kernels> kernels, LanguageNetwork spec, int k) {
    return kernels.get(k) == Kernels.BUILT_IN && WholeWindowLayer.has(spec, k);
  }

  /** Whether a layer reads tokens. */
  static boolean oneHot(LanguageNetwork spec, int k) {
    return k == 0 && spec.input() == InputKind.ONE_HOT;
  }

  /** The one-hot vectors of tokens, (T B, V). */
  static Tensor spellOut(Tensor tokens, Tensor w) {
    return torch
        .zeros(new long[] {tokens.numel(), w.size(1)}, w.options())
        .scatter_(1, tokens.unsqueeze(1), new Scalar(1));
  }
}
