package org.seqlm.neural.torch;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.neural.DropoutMasks;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.Truncation;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.learner.Recipe;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.ParameterLayout;
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
  private final LanguageNetwork spec;
  private final TorchDevice device;
  private final int batch;
  private final int longest;
  private int time; // T of the window that is read
  private final torch.ScalarType computing;
  private final TorchParameters parameters;
  private final TorchLayers layers;
  private final TorchOutput output;
  private final Tensor dh; // (T B, H), T being the longest

  /**
   * A network with the state zero.
   *
   * @param values flat parameters in {@link ParameterLayout}'s order
   * @param batch B of every window
   * @param timeSteps T of the longest window
   */
  public TorchNetwork(
      LanguageNetwork spec,
      float[] values,
      int batch,
      int timeSteps,
      TorchDevice device,
      Precision precision) {
    this(spec, values, batch, timeSteps, device, precision, torch.ScalarType.Float);
  }

  TorchNetwork(
      LanguageNetwork spec,
      float[] values,
      int batch,
      int timeSteps,
      TorchDevice device,
      Precision precision,
      torch.ScalarType wide) {
    this(spec, values, batch, timeSteps, device, precision, wide, null);
  }

  TorchNetwork(
      LanguageNetwork spec,
      float[] values,
      int batch,
      int timeSteps,
      TorchDevice device,
      Precision precision,
      torch.ScalarType wide,
      TorchLayer.Kernels forced) {
    this(spec, values, batch, timeSteps, device, precision, wide, forced, 0);
  }

  TorchNetwork(
      LanguageNetwork spec,
      float[] values,
      int batch,
      int timeSteps,
      TorchDevice device,
      Precision precision,
      torch.ScalarType wide,
      TorchLayer.Kernels forced,
      double smoothing) {
    this(
        spec,
        trained(spec, values, device, wide, computing(precision, wide)),
        batch,
        timeSteps,
        device,
        computing(precision, wide),
        forced,
        smoothing);
  }

  /** A network that trains by a recipe, with the state zero. */
  static TorchNetwork toTrain(
      LanguageNetwork spec,
      Recipe recipe,
      float[] values,
      int batch,
      int timeSteps,
      TorchDevice device,
      Precision precision) {
    // No other kernels cut gradients on their way.
    boolean cuts = recipe.truncation().kind() == Truncation.Kind.RANDOMISED;
    return new TorchNetwork(
        spec,
        values,
        batch,
        timeSteps,
        device,
        precision,
        torch.ScalarType.Float,
        cuts ? TorchLayer.Kernels.OWN : null,
        recipe.labelSmoothing());
  }

  /** This network, with its own state, which is zero, over windows of one step: to read with. */
  TorchNetwork ofOneStep() {
    return new TorchNetwork(spec, parameters, batch, 1, device, computing, null, 0);
  }

  private TorchNetwork(
      LanguageNetwork spec,
      TorchParameters parameters,
      int batch,
      int timeSteps,
      TorchDevice device,
      torch.ScalarType computing,
      TorchLayer.Kernels forced,
      double smoothing) {
    this.spec = spec;
    this.device = device;
    this.batch = batch;
    longest = timeSteps;
    time = timeSteps;
    this.computing = computing;
    this.parameters = parameters;
    layers = new TorchLayers(spec, parameters, batch, timeSteps, device, computing, forced);
    output = new TorchOutput(spec, device, parameters, smoothing);
    dh = device.empty(computing, (long) timeSteps * batch, spec.hidden());
  }

  /**
   * A network of float32 with the state zero that reads and does not train.
   *
   * @param values flat parameters in {@link ParameterLayout}'s order
   * @param batch B of every window
   * @param timeSteps T of the longest window
   */
  static TorchNetwork toRead(
      LanguageNetwork spec, float[] values, int batch, int timeSteps, TorchDevice device) {
    return toRead(spec, values, batch, timeSteps, device, null);
  }

  static TorchNetwork toRead(
      LanguageNetwork spec,
      float[] values,
      int batch,
      int timeSteps,
      TorchDevice device,
      TorchLayer.Kernels forced) {
    return new TorchNetwork(
        spec,
        TorchParameters.toRead(spec.layout(), values, device),
        batch,
        timeSteps,
        device,
        torch.ScalarType.Float,
        forced,
        0);
  }

  private static torch.ScalarType computing(Precision precision, torch.ScalarType wide) {
    return precision == Precision.BF16 ? torch.ScalarType.BFloat16 : wide;
  }

  private static TorchParameters trained(
      LanguageNetwork spec,
      float[] values,
      TorchDevice device,
      torch.ScalarType wide,
      torch.ScalarType computing) {
    return new TorchParameters(spec.layout(), values, device, wide, computing);
  }

  TorchParameters parameters() {
    return parameters;
  }

  /** Zeroes the carried state. */
  void clearState() {
    layers.clearState();
  }

  /** The carried state, (layers, states, B, H). */
  public float[] state() {
    return layers.state();
  }

  /** Takes over a carried state as {@link #state} returned it. */
  void setState(float[] all) {
    layers.setState(all);
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
      takeOver();
      Tensor h = read(inputs);
      if (rows.length == 0) {
        return new double[0];
      }
      Tensor asked =
          rows.length == inputs.length ? h : h.index_select(0, device.of(rows, rows.length));
      return TorchDevice.doubles(output.losses(asked, targets, null));
    }
  }

  /**
   * Reads a window with the weights as they are. The state goes on; gradients must be off.
   *
   * @param inputs (T, B)
   * @return what the output reads, (T B, H)
   */
  private Tensor read(long[] inputs) {
    Tensor tokens = device.of(inputs, inputs.length);
    Tensor h =
        spec.input() == InputKind.EMBEDDING
            ? parameters.weight("embedding.weight").index_select(0, tokens)
            : null;
    return layers.read(h, tokens);
  }

  /** Takes over the state, and the last update, of the network whose parameters these are. */
  void begin(TorchNetwork other) {
    takeOver();
    layers.begin(other.layers);
  }

  /** Sees to it that what reads, reads with the parameters as they are now. */
  private void takeOver() {
    if (parameters.train()) {
      parameters.narrow();
      layers.takeOver();
    }
  }

  /**
   * Reads a step and draws the next tokens of some sequences. The state goes on.
   *
   * @param inputs (B), of a network over windows of one step
   * @param rows sequences, each once, rising
   * @param uniform a number in [0, 1) for each of these
   * @return a token for each of them
   */
  long[] drawn(long[] inputs, long[] rows, double[] uniform) {
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      Tensor h = read(inputs);
      return rows.length == 0
          ? new long[0]
          : output.drawn(h.index_select(0, device.of(rows, rows.length)), uniform);
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
    return gradient(window, dropout, (double[]) null);
  }

  /**
   * {@link #gradient} by randomised truncation.
   *
   * @param passed (T): what multiplies the gradient that passes from a step to the one before, as
   *     {@link org.seqlm.neural.Truncation#factors} has it; null passes it on as it is
   */
  double gradient(TorchWindow window, DropoutMasks dropout, double[] passed) {
    try (PointerScope scope = new PointerScope()) {
      Tensor loss = device.empty(parameters.wide(), 1);
      gradient(window, dropout, passed, loss);
      return loss.item_double();
    }
  }

  /**
   * The same, but nobody waits for it.
   *
   * @param loss receives the mean loss in nats a token, one value
   */
  void gradient(TorchWindow window, DropoutMasks dropout, double[] passed, Tensor loss) {
    check(window.batch(), window.timeSteps());
    try (PointerScope scope = new PointerScope();
        AutoGradMode off = new AutoGradMode(false)) {
      parameters.narrow();
      Masks masks = new Masks(spec, device, computing, dropout, window.timeSteps(), batch);
      masks.dropWeights(parameters);
      try {
        Tensor tokens = device.of(window.inputs(), window.inputs().length);
        Tensor[] read = forward(tokens, masks);
        Tensor d = time == longest ? dh : dh.narrow(0, 0, (long) time * batch);
        Tensor losses = output.losses(read[spec.layers()], window.targets(), d);
        backward(window, tokens, d, read, masks, passed);
        loss.copy_(losses.mean());
      } finally {
        masks.restoreWeights(parameters);
      }
    }
  }

  /**
   * @param tokens (T B)
   * @return what each layer reads, and the output, as rows (T B, width); null for one-hot input
   */
  private Tensor[] forward(Tensor tokens, Masks masks) {
    Tensor vectors = null;
    if (spec.input() == InputKind.EMBEDDING) {
      vectors =
          masks.ofEmbedding(parameters.weight("embedding.weight").index_select(0, tokens), tokens);
    }
    return layers.forward(vectors, tokens, masks);
  }

  private void check(int windowBatch, int windowTime) {
    if (windowBatch != batch || windowTime < 1 || windowTime > longest) {
      throw new IllegalArgumentException(
          "a window is ("
              + windowBatch
              + ", "
              + windowTime
              + "), the network's ("
              + batch
              + ", "
              + longest
              + ") at most");
    }
    time = windowTime;
  }

  private void backward(
      TorchWindow window,
      Tensor tokens,
      Tensor dOutput,
      Tensor[] read,
      Masks masks,
      double[] passed) {
    Tensor d = layers.backward(dOutput, read, tokens, masks, passed);
    parameters.widen();
    layers.writeNormalisations();
    masks.backOfWeights(parameters);
    if (spec.input() == InputKind.ONE_HOT) {
      return;
    }
    masks.backOfEmbedding(d);
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
  static boolean trainable(LanguageNetwork spec) {
    return !(spec.cell().hasActivation()
        && spec.activation().kind() == org.seqlm.neural.Activation.Kind.STEP);
  }
}
