package org.seqlm.neural.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.layers.TorchLayer;
import org.seqlm.neural.torch.layers.TorchNormalisation;
import org.seqlm.neural.torch.layers.TorchParameters;

/**
 * The recurrent layers of a network, one above the other, with what normalises what each passes on,
 * and the state that they carry from window to window. Gradients must be off.
 */
final class TorchLayers {
  private final LanguageNetwork spec;
  private final TorchDevice device;
  private final int batch;
  private final List<TorchLayer> layers;
  private final List<TorchNormalisation> normalisations = new ArrayList<>(); // empty without
  private final List<List<Tensor>> state = new ArrayList<>(); // by layer, (B, H) each

  /**
   * Layers with the state zero.
   *
   * @param timeSteps T of the longest window
   * @param computing the type of what they read and pass on
   * @param forced what runs each; null is the fastest
   */
  TorchLayers(
      LanguageNetwork spec,
      TorchParameters parameters,
      int batch,
      int timeSteps,
      TorchDevice device,
      torch.ScalarType computing,
      TorchLayer.Kernels forced) {
    this.spec = spec;
    this.device = device;
    this.batch = batch;
    List<TorchLayer.Kernels> kernels = new ArrayList<>();
    for (int k = 0; k < spec.layers(); k++) {
      kernels.add(
          forced != null
              ? forced
              : parameters.train()
                  ? TorchLayer.fastest(spec, k, device, computing)
                  : TorchLayer.fastestToRead(spec, k, device));
      List<Tensor> own = new ArrayList<>();
      for (int i = 0; i < spec.cell().states(); i++) {
        own.add(device.zeros(computing, batch, spec.hidden()));
      }
      state.add(own);
      if (spec.normalises()) {
        normalisations.add(new TorchNormalisation(k, parameters));
      }
    }
    boolean masks = parameters.train() && spec.dropout() > 0;
    TorchLayer.Between between =
        masks || spec.normalises() ? TorchLayer.Between.SOMETHING : TorchLayer.Between.NOTHING;
    layers =
        TorchLayer.all(kernels, between, spec, timeSteps, batch, device, computing, parameters);
  }

  /** Zeroes the carried state. */
  void clearState() {
    state.forEach(layer -> layer.forEach(Tensor::zero_));
  }

  /** The carried state, (layers, states, B, H). */
  float[] state() {
    int width = batch * spec.hidden();
    float[] all = new float[spec.layers() * spec.cell().states() * width];
    int at = 0;
    try (PointerScope scope = new PointerScope()) {
      for (List<Tensor> layer : state) {
        for (Tensor tensor : layer) {
          TorchDevice.read(tensor, all, at);
          at += width;
        }
      }
    }
    return all;
  }

  /** Takes over a carried state as {@link #state} returned it. */
  void setState(float[] all) {
    int width = batch * spec.hidden();
    if (all.length != spec.layers() * spec.cell().states() * width) {
      throw new IllegalArgumentException(
          "a carried state of " + all.length + " values is not of batch " + batch);
    }
    int at = 0;
    try (PointerScope scope = new PointerScope()) {
      for (List<Tensor> layer : state) {
        for (Tensor tensor : layer) {
          float[] part = Arrays.copyOfRange(all, at, at + width);
          tensor.copy_(device.of(torch.ScalarType.Float, part, batch, spec.hidden()));
          at += width;
        }
      }
    }
  }

  /** Before reading: parameters have changed since. */
  void takeOver() {
    layers.forEach(TorchLayer::takeOver);
  }

  /** Takes over the state of other layers of the same network. */
  void begin(TorchLayers other) {
    for (int k = 0; k < state.size(); k++) {
      for (int i = 0; i < state.get(k).size(); i++) {
        state.get(k).get(i).copy_(other.state.get(k).get(i));
      }
    }
  }

  /**
   * Reads a window without training. The state goes on.
   *
   * @param x what the first layer reads, (T B, m); null for one-hot input
   * @param tokens (T B)
   * @return what the last passes on, (T B, H)
   */
  Tensor read(Tensor x, Tensor tokens) {
    Tensor h = x;
    for (int k = 0; k < spec.layers(); k++) {
      h = normalised(k, layers.get(k).read(h, tokens, state.get(k)));
    }
    keepState();
    return h;
  }

  /**
   * Reads a window to train. The state goes on.
   *
   * @param x what the first layer reads, (T B, m); null for one-hot input
   * @param tokens (T B)
   * @param masks drop of what each layer passes on
   * @return what each layer reads, and what the last passes on, as rows (T B, width)
   */
  Tensor[] forward(Tensor x, Tensor tokens, Masks masks) {
    Tensor[] read = new Tensor[spec.layers() + 1];
    read[0] = x;
    for (int k = 0; k < spec.layers(); k++) {
      Tensor h = layers.get(k).forward(read[k], tokens, state.get(k));
      read[k + 1] = masks.ofLayer(k, normalised(k, h));
    }
    keepState();
    return read;
  }

  private Tensor normalised(int k, Tensor h) {
    return normalisations.isEmpty() ? h : normalisations.get(k).forward(h);
  }

  private void keepState() {
    for (int k = 0; k < state.size(); k++) {
      List<Tensor> after = layers.get(k).state();
      for (int i = 0; i < after.size(); i++) {
        state.get(k).get(i).copy_(after.get(i));
      }
    }
  }

  /**
   * Goes back through the window that was read last, and writes the layers' gradients, but for
   * those of {@link #writeNormalisations}.
   *
   * @param dOutput the gradient of what the last layer passed on, (T B, H), changed
   * @param read what {@link #forward} returned
   * @param passed as {@link TorchNetwork#gradient(TorchWindow, org.seqlm.neural.DropoutMasks,
   *     double[])} has it
   * @return the gradient of what the first layer read, (T B, m); of one-hot input nothing of use
   */
  Tensor backward(Tensor dOutput, Tensor[] read, Tensor tokens, Masks masks, double[] passed) {
    Tensor d = dOutput;
    for (int k = spec.layers() - 1; k >= 0; k--) {
      masks.backOfLayer(k, d);
      if (!normalisations.isEmpty()) {
        d = normalisations.get(k).backward(d);
      }
      d = layers.get(k).backward(d, read[k], tokens, passed);
    }
    return d;
  }

  /** Writes what {@link #backward} found in the parameters' type, after the others are widened. */
  void writeNormalisations() {
    normalisations.forEach(TorchNormalisation::writeGradients);
  }
}
