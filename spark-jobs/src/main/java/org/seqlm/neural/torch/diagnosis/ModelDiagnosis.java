package org.seqlm.neural.torch.diagnosis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.seqlm.metrics.DiagnosisMetrics;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.CellKind.Gate;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.Normalisation;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.ParameterLayout;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.device.TorchThreads;
import org.seqlm.neural.torch.layers.TorchCells;

/**
 * Looks into a network with one window of text, whatever engine trained it: in float64 up to the
 * last layer, for gradients that vanish are what is looked for, and in float32 behind it, where a
 * vocabulary may be large. The last step's loss alone is differentiated.
 */
public final class ModelDiagnosis {
  /** Sequences of a window at most: more tell no more. */
  private static final int MOST_SEQUENCES = 4;

  /** Time steps of a window at most; what fades has faded by then. */
  private static final int MOST_STEPS = 256;

  /** Parameters at most: the layers stand in the driver's memory in float64. */
  private static final int MOST_PARAMETERS = 1 << 25;

  private final LanguageNetwork spec;
  private final float[] parameters;
  private final ParameterLayout layout;
  private final Window window;

  /**
   * Text side by side.
   *
   * @param timeSteps T
   * @param batch B
   * @param inputs token ids, (T, B)
   * @param targets what follows each sequence's last, (B)
   */
  public record Window(int timeSteps, int batch, long[] inputs, long[] targets) {

    /** The tokens of a text that a window is cut from. */
    public static long tokens(int timeSteps) {
      return (long) MOST_SEQUENCES * (Math.min(timeSteps, MOST_STEPS) + 1);
    }

    /**
     * Cuts one from consecutive tokens: as many sequences as there are tokens for, at most 4, of
     * {@code timeSteps}, at most 256, or of what there is.
     *
     * @return null if there are less than two tokens
     */
    public static Window cut(int[] text, int timeSteps) {
      if (text.length < 2) {
        return null;
      }
      int time = Math.min(Math.min(timeSteps, MOST_STEPS), text.length - 1);
      int batch = Math.min(MOST_SEQUENCES, text.length / (time + 1));
      long[] inputs = new long[time * batch];
      long[] targets = new long[batch];
      for (int b = 0; b < batch; b++) {
        for (int t = 0; t < time; t++) {
          inputs[t * batch + b] = text[b * (time + 1) + t];
        }
        targets[b] = text[b * (time + 1) + time];
      }
      return new Window(time, batch, inputs, targets);
    }
  }

  /** What one layer did. */
  private record Pass(Tensor product, Tensor u, Tensor m, List<Tensor> h, List<Tensor> c) {}

  private ModelDiagnosis(LanguageNetwork spec, float[] parameters, Window window) {
    this.spec = spec;
    this.parameters = parameters;
    this.layout = spec.layout();
    this.window = window;
  }

  /** Whether a network is small enough to be looked into on the driver. */
  public static boolean fits(LanguageNetwork spec) {
    return spec.layout().size() <= MOST_PARAMETERS;
  }

  /**
   * Each layer's figures.
   *
   * @param parameters flat, in {@link ParameterLayout}'s order
   * @param round of the model
   */
  public static DiagnosisMetrics of(
      LanguageNetwork spec, float[] parameters, Window window, int round) {
    long began = System.nanoTime();
    TorchDevice.library();
    TorchThreads.one();
    List<DiagnosisMetrics.Layer> layers = new ModelDiagnosis(spec, parameters, window).layers();
    double seconds = (System.nanoTime() - began) * 1e-9;
    return new DiagnosisMetrics(round, window.timeSteps(), window.batch(), seconds, layers);
  }

  private List<DiagnosisMetrics.Layer> layers() {
    try (PointerScope scope = new PointerScope();
        AutoGradMode on = new AutoGradMode(true)) {
      List<Pass> passes = new ArrayList<>();
      Tensor x = null;
      for (int k = 0; k < spec.layers(); k++) {
        Pass pass = pass(k, x);
        passes.add(pass);
        x = normalised(k, stack(pass.h()));
      }
      List<List<Double>> gradients = gradients(passes);
      List<DiagnosisMetrics.Layer> layers = new ArrayList<>();
      try (AutoGradMode off = new AutoGradMode(false)) {
        for (int k = 0; k < passes.size(); k++) {
          layers.add(layer(k, passes.get(k), gradients.get(2 * k), gradients.get(2 * k + 1)));
        }
      }
      return layers;
    }
  }

  private static Tensor stack(List<Tensor> steps) {
    return torch.stack(new TensorVector(steps.toArray(Tensor[]::new)));
  }

  /** Runs a layer step by step, so that each step's state can be differentiated by. */
  private Pass pass(int k, Tensor x) {
    Tensor product =
        k == 0
            ? firstProduct()
            : torch.linear(
                x, weight("rnn.weight_ih_l" + k), new TensorOptional(weight("rnn.bias_ih_l" + k)));
    Tensor u = weight("rnn.weight_hh_l" + k);
    Tensor m = spec.cell().lags() == 2 ? weight("rnn.weight_hh2_l" + k) : null;
    List<Tensor> state = new ArrayList<>();
    for (int i = 0; i < spec.cell().states(); i++) {
      state.add(TorchDevice.cpu().zeros(torch.ScalarType.Double, window.batch(), spec.hidden()));
    }
    List<Tensor> h = new ArrayList<>();
    List<Tensor> c = new ArrayList<>();
    for (int t = 0; t < window.timeSteps(); t++) {
      state =
          TorchCells.recur(spec.cell(), spec.activation(), product.narrow(0, t, 1), state, u, m)
              .state();
      h.add(state.get(0));
      if (spec.cell() == CellKind.LSTM) {
        c.add(state.get(1));
      }
    }
    return new Pass(product, u, m, h, c);
  }

  /** What a layer passes on; what it carries to its next step stays as it is. */
  private Tensor normalised(int k, Tensor h) {
    if (!spec.normalises()) {
      return h;
    }
    return torch.layer_norm(
        h,
        new long[] {spec.hidden()},
        new TensorOptional(weight("norm." + k + ".weight")),
        new TensorOptional(weight("norm." + k + ".bias")),
        Normalisation.EPSILON,
        false);
  }

  private Tensor weight(String name) {
    ParameterLayout.Tensor tensor = layout.tensor(name);
    long[] shape = tensor.shape().stream().mapToLong(Integer::longValue).toArray();
    return TorchDevice.cpu().of(torch.ScalarType.Double, layout.copy(name, parameters), shape);
  }

  /** W x + b of the lowest layer, (T, B, G H), of which everything is a function. */
  private Tensor firstProduct() {
    int time = window.timeSteps();
    int batch = window.batch();
    Tensor product =
        spec.input() == InputKind.EMBEDDING
            ? torch.linear(
                TorchDevice.cpu()
                    .of(
                        torch.ScalarType.Double,
                        rows("embedding.weight", window.inputs()),
                        time,
                        batch,
                        spec.embedding()),
                weight("rnn.weight_ih_l0"),
                new TensorOptional(weight("rnn.bias_ih_l0")))
            : TorchDevice.cpu()
                .of(torch.ScalarType.Double, oneHotProduct(), time, batch, gatesWide());
    return product.detach().requires_grad_(true);
  }

  private int gatesWide() {
    return spec.cell().gates() * spec.hidden();
  }

  private float[] rows(String name, long[] which) {
    ParameterLayout.Tensor tensor = layout.tensor(name);
    int width = tensor.size() / tensor.shape().get(0);
    float[] rows = new float[which.length * width];
    for (int i = 0; i < which.length; i++) {
      int from = tensor.offset() + (int) which[i] * width;
      System.arraycopy(parameters, from, rows, i * width, width);
    }
    return rows;
  }

  private float[] oneHotProduct() {
    int wide = gatesWide();
    int w = layout.tensor("rnn.weight_ih_l0").offset();
    int bias = layout.tensor("rnn.bias_ih_l0").offset();
    float[] product = new float[window.inputs().length * wide];
    for (int i = 0; i < window.inputs().length; i++) {
      for (int g = 0; g < wide; g++) {
        product[i * wide + g] =
            parameters[w + g * spec.vocabulary() + (int) window.inputs()[i]] + parameters[bias + g];
      }
    }
    return product;
  }

  /** By layer twice: of h, then of c, each by steps back. */
  private List<List<Double>> gradients(List<Pass> passes) {
    Pass top = passes.get(passes.size() - 1);
    Tensor last =
        normalised(spec.layers() - 1, top.h().get(window.timeSteps() - 1))
            .to(torch.ScalarType.Float);
    TensorVector wanted = new TensorVector();
    for (Pass pass : passes) {
      pass.h().forEach(wanted::push_back);
      pass.c().forEach(wanted::push_back);
    }
    TensorVector found =
        torch.grad(
            new TensorVector(loss(last)),
            wanted,
            new TensorVector(),
            new BoolOptional(false),
            false,
            true);
    List<List<Double>> gradients = new ArrayList<>();
    int at = 0;
    for (Pass pass : passes) {
      for (List<Tensor> of : List.of(pass.h(), pass.c())) {
        Double[] norms = new Double[of.size()];
        for (int t = 0; t < norms.length; t++) {
          Tensor gradient = found.get(at++);
          // A sequence's gradient is of its own loss.
          norms[norms.length - 1 - t] =
              gradient.defined()
                  ? torch.mul(gradient, gradient).sum(1).sqrt().mean().item_double()
                  : 0;
        }
        gradients.add(Arrays.asList(norms));
      }
    }
    return gradients;
  }

  /** Σ over sequences of −ln p of what follows, in float32. */
  private Tensor loss(Tensor h) {
    return switch (spec.output()) {
      case FULL -> nats(h, "out.weight", "out.bias", window.targets());
      case TIED -> nats(h, "embedding.weight", "out.bias", window.targets());
      case ADAPTIVE -> adaptive(h);
    };
  }

  private Tensor adaptive(Tensor h) {
    int first = spec.cutoffs().get(0);
    long[] head = window.targets().clone();
    Tensor tails = null;
    for (int b = 0; b < head.length; b++) {
      int cluster = spec.cluster(window.targets()[b]);
      if (cluster >= 0) {
        head[b] = (long) first + cluster;
        Tensor projected =
            torch.mm(h.narrow(0, b, 1), single("out.tail." + cluster + ".0.weight").t());
        long within = window.targets()[b] - spec.cutoffs().get(cluster);
        Tensor nats =
            nats(projected, "out.tail." + cluster + ".1.weight", null, new long[] {within});
        tails = tails == null ? nats : torch.add(tails, nats);
      }
    }
    Tensor nats = nats(h, "out.head.weight", null, head);
    return tails == null ? nats : torch.add(nats, tails);
  }

  private Tensor single(String name) {
    long[] shape = layout.tensor(name).shape().stream().mapToLong(Integer::longValue).toArray();
    return TorchDevice.cpu().of(torch.ScalarType.Float, layout.copy(name, parameters), shape);
  }

  private Tensor nats(Tensor h, String weight, String bias, long[] targets) {
    Tensor scores = torch.mm(h, single(weight).t());
    if (bias != null) {
      scores = torch.add(scores, single(bias));
    }
    Tensor of = TorchDevice.cpu().of(targets, targets.length, 1);
    return torch.log_softmax(scores, 1).gather(1, of).sum().neg();
  }

  private DiagnosisMetrics.Layer layer(
      int k, Pass pass, List<Double> gradients, List<Double> memoryGradients) {
    Tensor outputs = stack(pass.h()).detach();
    Tensor zero =
        TorchDevice.cpu().zeros(torch.ScalarType.Double, 1, window.batch(), spec.hidden());
    Tensor before =
        torch.cat(new TensorVector(zero, outputs.narrow(0, 0, window.timeSteps() - 1)), 0);
    Gates gates =
        new Gates(
            spec.cell(), spec.activation(), pass.product().detach(), before, pass.u(), outputs);
    return new DiagnosisMetrics.Layer(
        k,
        gradients,
        memoryGradients,
        matrices(pass),
        pass.c().isEmpty() ? null : MemoryTermNorms.of(gates, stack(pass.c()).detach(), pass.u()),
        gates.shares());
  }

  private List<DiagnosisMetrics.Matrix> matrices(Pass pass) {
    CellKind kind = spec.cell();
    int width = spec.hidden();
    Tensor all = pass.u().view(kind.gates(), width, width);
    List<String> names = new ArrayList<>();
    for (Gate gate : kind.order()) {
      names.add(kind.hasActivation() ? "U" : "U_" + gate.name().toLowerCase(Locale.ROOT));
    }
    if (pass.m() != null) {
      all = torch.cat(new TensorVector(all, pass.m().unsqueeze(0)), 0);
      names.add("M");
    }
    double[] norms = Spectra.norms(all);
    double[] radii = Spectra.radii(all);
    boolean scalar =
        kind == CellKind.RNN && width == 1 && spec.activation().kind() == Activation.Kind.SIGMOID;
    List<DiagnosisMetrics.Matrix> matrices = new ArrayList<>();
    for (int i = 0; i < norms.length; i++) {
      matrices.add(
          new DiagnosisMetrics.Matrix(
              names.get(i),
              norms[i],
              radii[i],
              width <= Spectra.EXACT_WIDTH
                  ? DiagnosisMetrics.Radius.EXACT
                  : DiagnosisMetrics.Radius.ESTIMATE,
              scalar ? norms[i] / 4 : null));
    }
    return matrices;
  }
}
