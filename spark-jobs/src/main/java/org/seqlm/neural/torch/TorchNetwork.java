package org.seqlm.neural.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.DropoutMasks;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.NetworkSpec;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.ParameterLayout;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.layers.TorchLayer;
import org.seqlm.neural.torch.layers.TorchOutput;
import org.seqlm.neural.torch.layers.TorchParameters;

/**
 * A network on a device: its parameters, the state it carries, loss and gradient of a window. With
 * {@link Precision#BF16} everything up to the scores is bfloat16, as autocast would have it, and
 * parameters, gradient, loss and update are float32.
 *
 * <p>Its native memory belongs to the {@code PointerScope} in which it was made; what a step needs
 * beside is freed when the step is over.
 */
public final class TorchNetwork {
  private final NetworkSpec spec;
  private final TorchDevice device;
  private final int batch;
  private final int time;
  private final torch.ScalarType computing;
  private final TorchParameters parameters;
  private final List<TorchLayer> layers = new ArrayList<>();
  private final List<List<Tensor>> state = new ArrayList<>();
  private final TorchOutput output;
  private final Tensor dh; // (T B, H)

  /**
   * A network with the state zero.
   *
   * @param values flat parameters in {@link ParameterLayout}'s order
   * @param batch B of every window
   * @param timeSteps T of every window
   */
  public TorchNetwork(
      NetworkSpec spec,
      float[] values,
      int batch,
      int timeSteps,
      TorchDevice device,
      Precision precision) {
    this(spec, values, batch, timeSteps, device, precision, torch.ScalarType.Float);
  }

  TorchNetwork(
      NetworkSpec spec,
      float[] values,
      int batch,
      int timeSteps,
      TorchDevice device,
      Precision precision,
      torch.ScalarType wide) {
    this(spec, values, batch, timeSteps, device, precision, wide, null);
  }

  TorchNetwork(
      NetworkSpec spec,
      float[] values,
      int batch,
      int timeSteps,
      TorchDevice device,
      Precision precision,
      torch.ScalarType wide,
      TorchLayer.Kernels forced) {
    this(
        spec,
        trained(spec, values, device, wide, computing(precision, wide)),
        batch,
        timeSteps,
        device,
        computing(precision, wide),
        forced);
  }

  private TorchNetwork(
      NetworkSpec spec,
      TorchParameters parameters,
      int batch,
      int timeSteps,
      TorchDevice device,
      torch.ScalarType computing,
      TorchLayer.Kernels forced) {
    this.spec = spec;
    this.device = device;
    this.batch = batch;
    time = timeSteps;
    this.computing = computing;
    this.parameters = parameters;
    for (int k = 0; k < spec.layers(); k++) {
      TorchLayer.Kernels kernels =
          forced != null
              ? forced
              : parameters.train()
                  ? TorchLayer.fastest(spec, k, device, computing)
                  : TorchLayer.fastestToRead(spec, k, device);
      layers.add(TorchLayer.of(kernels, spec, k, timeSteps, batch, device, computing, parameters));
      List<Tensor> own = new ArrayList<>();
      for (int i = 0; i < spec.cell().states(); i++) {
        own.add(device.zeros(computing, batch, spec.hidden()));
      }
      state.add(own);
    }
    output = new TorchOutput(spec, device, parameters);
    dh = device.empty(computing, (long) timeSteps * batch, spec.hidden());
  }

  /**
   * A network of float32 with the state zero that reads and does not train.
   *
   * @param values flat parameters in {@link ParameterLayout}'s order
   * @param batch B of every window
   * @param timeSteps T of every window
   */
  static TorchNetwork toRead(
      NetworkSpec spec, float[] values, int batch, int timeSteps, TorchDevice device) {
    return toRead(spec, values, batch, timeSteps, device, null);
  }

  static TorchNetwork toRead(
      NetworkSpec spec,
      float[] values,
      int batch,
      int timeSteps,
      TorchDevice device,
      TorchLayer.Kernels forced) {
    return new TorchNetwork(
        spec,
        TorchParameters.toRead(ParameterLayout.of(spec), values, device),
        batch,
        timeSteps,
        device,
        torch.ScalarType.Float,
        forced);
  }

  private static torch.ScalarType computing(Precision precision, torch.ScalarType wide) {
    return precision == Precision.BF16 ? torch.ScalarType.BFloat16 : wide;
  }

  private static TorchParameters trained(
      NetworkSpec spec,
      float[] values,
      TorchDevice device,
      torch.ScalarType wide,
      torch.ScalarType computing) {
    return new TorchParameters(ParameterLayout.of(spec), values, device, wide, computing);
  }

  TorchParameters parameters() {
    return parameters;
  }

  /** Zeroes the carried state. */
  void clearState() {
    state.forEach(layer -> layer.forEach(Tensor::zero_));
  }

  /** The carried state, (layers, states, B, H). */
  public float[] state() {
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

  /**
   * Reads a window without training: the natural logarithm of each target's probability. The state
   * goes on.
   *
   * @return (T, B)
   */
  public double[] logProbabilities(TorchWindow window) {
    check(window.batch(), window.timeSteps());
    long[] all = LongStream.range(0, window.targets().length).toArray();
    double[] nats = nats(window.inputs(), all, window.targets());
    return Arrays.stream(nats).map(loss -> -loss).toArray();
  }

  /**
   * Reads a window without training, and asks for some of its outputs. The state goes on.
   *
   * @param inputs (T, B)
   * @param rows of (T, B), each once, rising
   * @param targets the token after each of these rows
   * @return −ln p of each target
   */
  double[] nats(long[] inputs, long[] rows, long[] targets) {
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      parameters.narrow();
      Tensor tokens = device.of(inputs, inputs.length);
      Tensor h =
          spec.input() == InputKind.EMBEDDING
              ? parameters.weight("embedding.weight").index_select(0, tokens)
              : null;
      for (int k = 0; k < spec.layers(); k++) {
        h = layers.get(k).read(h, tokens, state.get(k));
      }
      keepState();
      if (rows.length == 0) {
        return new double[0];
      }
      Tensor asked =
          rows.length == inputs.length ? h : h.index_select(0, device.of(rows, rows.length));
      return TorchDevice.doubles(output.losses(asked, targets, null));
    }
  }

  /**
   * Loss of a window and its gradient, which is then {@code parameters().flatGradient()}. The state
   * goes on.
   *
   * @param dropout null drops nothing
   * @return mean loss in nats a token
   */
  double gradient(TorchWindow window, DropoutMasks dropout) {
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      parameters.narrow();
      Tensor[] read = new Tensor[spec.layers() + 1];
      Tensor[] masks = forward(window, dropout, read);
      keepState();
      Tensor losses = output.losses(read[spec.layers()], window.targets(), dh);
      backward(window, read, masks);
      return losses.mean().item_double();
    }
  }

  /**
   * @param read receives what each layer reads, and the output, as rows (T B, width); null for
   *     one-hot input
   * @return the mask of each of these, null without
   */
  private Tensor[] forward(TorchWindow window, DropoutMasks dropout, Tensor[] read) {
    check(window.batch(), window.timeSteps());
    Tensor[] masks = new Tensor[read.length];
    Tensor tokens = device.of(window.inputs(), window.inputs().length);
    if (spec.input() == InputKind.EMBEDDING) {
      masks[0] = mask(dropout, -1, spec.embeddingDropout(), spec.embedding());
      read[0] = masked(parameters.weight("embedding.weight").index_select(0, tokens), masks[0]);
    }
    for (int k = 0; k < spec.layers(); k++) {
      Tensor h = layers.get(k).forward(read[k], tokens, state.get(k));
      masks[k + 1] = mask(dropout, k + 1, spec.dropout(), spec.hidden());
      read[k + 1] = masked(h, masks[k + 1]);
    }
    return masks;
  }

  private void check(int windowBatch, int windowTime) {
    if (windowBatch != batch || windowTime != time) {
      throw new IllegalArgumentException(
          "a window is ("
              + windowBatch
              + ", "
              + windowTime
              + "), the network's ("
              + batch
              + ", "
              + time
              + ")");
    }
  }

  private static Tensor masked(Tensor tensor, Tensor mask) {
    return mask == null ? tensor : torch.mul(tensor, mask);
  }

  private Tensor mask(DropoutMasks dropout, int layer, double rate, int width) {
    return dropout == null || rate == 0
        ? null
        : device.of(
            computing,
            dropout.timeFirst(
                layer,
                rate,
                time,
                batch,
                width,
                layer == spec.layers()
                    ? DropoutMasks.Numbering.WIDTH_LAST
                    : DropoutMasks.Numbering.TIME_LAST),
            (long) time * batch,
            width);
  }

  private void keepState() {
    for (int k = 0; k < state.size(); k++) {
      List<Tensor> after = layers.get(k).state();
      for (int i = 0; i < after.size(); i++) {
        state.get(k).get(i).copy_(after.get(i));
      }
    }
  }

  private void backward(TorchWindow window, Tensor[] read, Tensor[] masks) {
    Tensor d = dh;
    Tensor tokens = device.of(window.inputs(), window.inputs().length);
    for (int k = spec.layers() - 1; k >= 0; k--) {
      if (masks[k + 1] != null) {
        d.mul_(masks[k + 1]);
      }
      d = layers.get(k).backward(d, read[k], tokens);
    }
    parameters.widen();
    if (spec.input() == InputKind.ONE_HOT) {
      return;
    }
    if (masks[0] != null) {
      d.mul_(masks[0]);
    }
    Tensor embedding = parameters.wideGradient("embedding.weight");
    boolean tied = spec.output() == OutputKind.TIED;
    Tensor rows = d.to(parameters.wide());
    if (device.isGpu()) {
      // Adding rows to rows has no fixed order there; this has.
      Tensor sums = torch.embedding_dense_backward(rows, tokens, spec.vocabulary(), -1, false);
      embedding.copy_(tied ? sums.add_(embedding) : sums);
    } else if (tied) {
      embedding.index_add_(0, tokens, rows);
    } else {
      parameters.setEmbeddingGradient(window.inputs(), tokens, rows);
    }
  }

  /** Whether the cell can be trained: a step has no gradient. */
  static boolean trainable(NetworkSpec spec) {
    return !(spec.cell().hasActivation()
        && spec.activation().kind() == org.seqlm.neural.Activation.Kind.STEP);
  }
}
