package org.seqlm.neural.torch.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.metrics.DiagnosisMetrics;
import org.seqlm.metrics.DiagnosisMetrics.Layer;
import org.seqlm.metrics.DiagnosisMetrics.MemoryTerms;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.Normalisation;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.ParameterLayout;
import org.seqlm.neural.torch.device.TorchDevice;

class ModelDiagnosisTest {
  private static final TorchDevice CPU = TorchDevice.cpu();

  private static LanguageNetwork spec(CellKind cell, int layers, int hidden, int vocabulary) {
    return new LanguageNetwork(InputKind.ONE_HOT, 0, cell, layers, hidden, vocabulary, 0, 0);
  }

  private static void set(LanguageNetwork spec, float[] parameters, String name, double... values) {
    ParameterLayout.Tensor tensor = spec.layout().tensor(name);
    assertThat(values).hasSize(tensor.size());
    for (int i = 0; i < values.length; i++) {
      parameters[tensor.offset() + i] = (float) values[i];
    }
  }

  private static ModelDiagnosis.Window window(int vocabulary, int timeSteps) {
    int[] text =
        IntStream.range(0, (int) ModelDiagnosis.Window.tokens(timeSteps))
            .map(i -> (i * 7 + i / 3) % vocabulary)
            .toArray();
    return ModelDiagnosis.Window.cut(text, timeSteps);
  }

  private static Layer only(LanguageNetwork spec, float[] parameters, int timeSteps) {
    return ModelDiagnosis.of(spec, parameters, window(spec.vocabulary(), timeSteps), 3)
        .layers()
        .get(0);
  }

  @Test
  void aWindowIsCutFromConsecutiveTokens() {
    int[] text = IntStream.range(0, 100).toArray();
    ModelDiagnosis.Window window = ModelDiagnosis.Window.cut(text, 3);
    assertThat(window.batch()).isEqualTo(4);
    assertThat(window.inputs()).containsExactly(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14);
    assertThat(window.targets()).containsExactly(3, 7, 11, 15);
    ModelDiagnosis.Window little = ModelDiagnosis.Window.cut(new int[] {5, 6, 7}, 32);
    assertThat(little.timeSteps()).isEqualTo(2);
    assertThat(little.targets()).containsExactly(7);
    assertThat(ModelDiagnosis.Window.cut(new int[] {5}, 32)).isNull();
  }

  /** h' = w h + …, so each step back multiplies the gradient by w; the bound is the sigmoid's. */
  @Test
  void aLinearScalarRecurrencePassesGradientsBackByItsWeight() {
    LanguageNetwork linear = spec(CellKind.RNN, 1, 1, 3).with(Activation.IDENTITY);
    float[] parameters = InitialParameters.create(linear, 1);
    set(linear, parameters, "rnn.weight_hh_l0", -0.5);
    Layer layer = only(linear, parameters, 6);
    assertThat(layer.gradients()).hasSize(6);
    for (int j = 1; j < 6; j++) {
      assertThat(layer.gradients().get(j) / layer.gradients().get(j - 1))
          .isEqualTo(0.5, within(1e-6));
    }
    assertThat(layer.memoryGradients()).isEmpty();
    assertThat(layer.terms()).isNull();
    assertThat(layer.matrices()).hasSize(1);
    assertThat(layer.matrices().get(0).norm()).isEqualTo(0.5, within(1e-7));
    assertThat(layer.matrices().get(0).radius()).isEqualTo(0.5, within(1e-7));
    assertThat(layer.matrices().get(0).bound()).isNull();

    LanguageNetwork sigmoid = linear.with(Activation.SIGMOID);
    set(sigmoid, parameters, "rnn.weight_hh_l0", 2);
    Layer bounded = only(sigmoid, parameters, 6);
    double bound = bounded.matrices().get(0).bound();
    assertThat(bound).isEqualTo(0.5, within(1e-7));
    for (int j = 1; j < 6; j++) {
      assertThat(bounded.gradients().get(j))
          .isLessThanOrEqualTo(bounded.gradients().get(0) * Math.pow(bound, j) * (1 + 1e-9));
    }
  }

  @ParameterizedTest
  @EnumSource(CellKind.class)
  void everyCellIsLookedInto(CellKind cell) {
    LanguageNetwork spec =
        new LanguageNetwork(
            InputKind.EMBEDDING,
            3,
            cell,
            Activation.TANH,
            2,
            5,
            11,
            0,
            0,
            0,
            OutputKind.ADAPTIVE,
            List.of(4, 8));
    DiagnosisMetrics diagnosis =
        ModelDiagnosis.of(spec, InitialParameters.create(spec, 2), window(11, 7), 3);
    assertThat(diagnosis.timeSteps()).isEqualTo(7);
    assertThat(diagnosis.layers()).hasSize(2);
    for (Layer layer : diagnosis.layers()) {
      assertThat(layer.gradients()).hasSize(7).allMatch(norm -> norm > 0 && norm < 10);
      assertThat(layer.memoryGradients()).hasSize(cell == CellKind.LSTM ? 7 : 0);
      assertThat(layer.gates()).hasSize(cell.gates());
      assertThat(layer.gates()).allMatch(gate -> gate.dead() <= gate.saturated());
      assertThat(layer.matrices()).hasSize(cell.gates() + cell.lags() - 1);
      assertThat(layer.matrices()).allMatch(m -> m.radius() <= m.norm() * (1 + 1e-6));
    }
  }

  /** h1' = v h1 + …, h2' = w h2 + a h1' + …: a sum over where the gradient goes down. */
  @Test
  void aLayerBelowIsReachedThroughEveryStep() {
    LanguageNetwork linear = spec(CellKind.RNN, 2, 1, 3).with(Activation.IDENTITY);
    float[] parameters = InitialParameters.create(linear, 1);
    set(linear, parameters, "rnn.weight_hh_l0", 0.75);
    set(linear, parameters, "rnn.weight_ih_l1", 0.25);
    set(linear, parameters, "rnn.weight_hh_l1", -0.5);
    List<Layer> layers = ModelDiagnosis.of(linear, parameters, window(3, 5), 0).layers();
    double last = layers.get(1).gradients().get(0);
    for (int j = 0; j < 5; j++) {
      double sum = 0;
      for (int i = 0; i <= j; i++) {
        sum += Math.pow(-0.5, i) * Math.pow(0.75, j - i);
      }
      assertThat(layers.get(0).gradients().get(j))
          .isEqualTo(last * 0.25 * Math.abs(sum), within(1e-9));
    }
  }

  /** Central differences of the loss, in plain loops, by what each layer carried at each step. */
  @Test
  void whatIsPassedOnIsNormalisedAndWhatIsCarriedIsNot() {
    LanguageNetwork spec =
        spec(CellKind.RNN, 2, 3, 4).with(Activation.IDENTITY).with(Normalisation.LAYER);
    float[] p = new float[spec.layout().size()];
    KeyedRandom random = KeyedRandom.of(4, "spread");
    for (int i = 0; i < p.length; i++) {
      p[i] = (float) (0.7 * random.normal(i));
    }
    Normalised network = new Normalised(spec, p);
    ModelDiagnosis.Window window = ModelDiagnosis.Window.cut(new int[] {2, 0, 3}, 2);
    List<Layer> layers = ModelDiagnosis.of(spec, p, window, 0).layers();
    for (int k = 0; k < 2; k++) {
      for (int back = 0; back < 2; back++) {
        double square = 0;
        for (int i = 0; i < 3; i++) {
          double up = network.loss(window, k, 1 - back, i, 1e-5);
          double down = network.loss(window, k, 1 - back, i, -1e-5);
          square += Math.pow((up - down) / 2e-5, 2);
        }
        double norm = Math.sqrt(square);
        assertThat(norm).isGreaterThan(1e-3);
        assertThat(layers.get(k).gradients().get(back))
            .as("layer %d, %d back", k, back)
            .isEqualTo(norm, within(1e-5 * norm));
      }
    }
  }

  /** Linear layers of three units, normalised, with one-hot input. */
  private record Normalised(LanguageNetwork spec, float[] p) {
    private float at(String name, int i) {
      return p[spec.layout().tensor(name).offset() + i];
    }

    /** With one unit of a layer moved at a step. */
    double loss(ModelDiagnosis.Window window, int layer, int step, int unit, double by) {
      double[][] h = new double[2][3];
      double[] y = null;
      for (int t = 0; t < 2; t++) {
        for (int k = 0; k < 2; k++) {
          double[] next = new double[3];
          for (int i = 0; i < 3; i++) {
            next[i] = at("rnn.bias_ih_l" + k, i);
            if (k == 0) {
              next[i] += at("rnn.weight_ih_l0", i * 4 + (int) window.inputs()[t]);
            }
            for (int j = 0; j < 3; j++) {
              next[i] += at("rnn.weight_hh_l" + k, i * 3 + j) * h[k][j];
              next[i] += k == 0 ? 0 : at("rnn.weight_ih_l1", i * 3 + j) * y[j];
            }
          }
          next[unit] += k == layer && t == step ? by : 0;
          h[k] = next;
          y = normalised(k, next);
        }
      }
      double[] scores = new double[4];
      double sum = 0;
      for (int v = 0; v < 4; v++) {
        scores[v] = at("out.bias", v);
        for (int j = 0; j < 3; j++) {
          scores[v] += at("out.weight", v * 3 + j) * y[j];
        }
        sum += Math.exp(scores[v]);
      }
      return Math.log(sum) - scores[(int) window.targets()[0]];
    }

    private double[] normalised(int k, double[] h) {
      double mean = Arrays.stream(h).sum() / 3;
      double variance = Arrays.stream(h).map(v -> (v - mean) * (v - mean)).sum() / 3;
      double[] y = new double[3];
      for (int i = 0; i < 3; i++) {
        y[i] = (h[i] - mean) / Math.sqrt(variance + 1e-5) * at("norm." + k + ".weight", i);
        y[i] += at("norm." + k + ".bias", i);
      }
      return y;
    }
  }

  @Test
  void spectraAreThoseOfWorkedMatrices() {
    try (PointerScope scope = new PointerScope()) {
      // Spec C: singular values above 1 alone are a transient; E8: eigenvalues 0.4 and 0.9.
      Tensor both =
          CPU.of(
              torch.ScalarType.Double,
              new float[] {0.5f, 10, 0, 0.5f, 0.58f, 0.24f, 0.24f, 0.72f},
              2,
              2,
              2);
      double[] norms = Spectra.norms(both);
      double[] radii = Spectra.radii(both);
      assertThat(norms[0]).isEqualTo(10.025, within(1e-3));
      assertThat(radii[0]).isEqualTo(0.5, within(1e-6));
      assertThat(norms[1]).isEqualTo(0.9, within(1e-6));
      assertThat(radii[1]).isEqualTo(0.9, within(1e-6));
      assertThat(Spectra.norms(CPU.zeros(torch.ScalarType.Double, 1, 3, 3))).containsExactly(0);
      assertThat(Spectra.radii(CPU.zeros(torch.ScalarType.Double, 1, 3, 3))).containsExactly(0);
    }
  }

  @Test
  void aWideMatrixHasAnEstimateThatIsClose() {
    int width = Spectra.EXACT_WIDTH + 20;
    KeyedRandom random = KeyedRandom.of(3, "matrix");
    float[] values = new float[width * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.normal(i) / Math.sqrt(width));
    }
    for (int i = 0; i < width; i++) {
      values[i * width + i] += i == 7 ? -1.5f : 0; // one stands out of the disc
    }
    try (PointerScope scope = new PointerScope()) {
      Tensor matrix = CPU.of(torch.ScalarType.Double, values, 1, width, width);
      double exact =
          Arrays.stream(TorchDevice.doubles(torch.linalg_eigvals(matrix).abs()))
              .max()
              .orElseThrow();
      assertThat(Spectra.radii(matrix)[0]).isEqualTo(exact, within(0.02 * exact));
      double norm = torch.linalg_svdvals(matrix).max().item_double();
      assertThat(Spectra.norms(matrix)[0]).isEqualTo(norm, within(0.01 * norm));
    }
  }

  /** c' as a function of c before, with o before held, by central differences, path by path. */
  @Test
  void theTermsOfTheMemoryAreThoseOfFiniteDifferences() {
    LanguageNetwork spec = spec(CellKind.LSTM, 1, 2, 3);
    float[] p = InitialParameters.create(spec, 5);
    for (int i = 0; i < p.length; i++) {
      p[i] *= 3; // far from linear
    }
    ModelDiagnosis.Window window = ModelDiagnosis.Window.cut(new int[] {0, 2, 1, 1, 2}, 4);
    MemoryTerms terms = ModelDiagnosis.of(spec, p, window, 0).layers().get(0).terms();
    Cell cell = new Cell(spec, p);
    double[] h = new double[2];
    double[] c = new double[2];
    double[] o = new double[2];
    double[] means = new double[5];
    for (int t = 0; t < 4; t++) {
      int token = (int) window.inputs()[t];
      if (t > 0) {
        for (int path = 0; path < 5; path++) {
          double square = 0;
          for (int j = 0; j < 2; j++) {
            double[] up = c.clone();
            double[] down = c.clone();
            up[j] += 1e-5;
            down[j] -= 1e-5;
            double[] high = cell.memory(token, c, up, o, path);
            double[] low = cell.memory(token, c, down, o, path);
            for (int i = 0; i < 2; i++) {
              square += Math.pow((high[i] - low[i]) / 2e-5, 2);
            }
          }
          means[path] += Math.sqrt(square / 2) / 3;
        }
      }
      double[] gates = cell.gates(token, h);
      for (int i = 0; i < 2; i++) {
        c[i] = gates[2 + i] * c[i] + gates[i] * gates[4 + i];
        o[i] = gates[6 + i];
        h[i] = o[i] * Math.tanh(c[i]);
      }
    }
    assertThat(terms.a()).isEqualTo(means[0], within(1e-7));
    assertThat(terms.b()).isEqualTo(means[1], within(1e-7));
    assertThat(terms.c()).isEqualTo(means[2], within(1e-7));
    assertThat(terms.d()).isEqualTo(means[3], within(1e-7));
    assertThat(terms.sum()).isEqualTo(means[4], within(1e-7));
  }

  /** An LSTM of two units and one-hot input, in plain loops. */
  private record Cell(LanguageNetwork spec, float[] p) {
    private float at(String name, int i) {
      return p[spec.layout().tensor(name).offset() + i];
    }

    /** i, f, g, o, two units each. */
    double[] gates(int token, double[] h) {
      double[] gates = new double[8];
      for (int g = 0; g < 8; g++) {
        double z = at("rnn.bias_ih_l0", g) + at("rnn.weight_ih_l0", g * 3 + token);
        for (int j = 0; j < 2; j++) {
          z += at("rnn.weight_hh_l0", g * 2 + j) * h[j];
        }
        gates[g] = g / 2 == 2 ? Math.tanh(z) : 1 / (1 + Math.exp(-z));
      }
      return gates;
    }

    /** c' where one path alone sees the moved c: through f, straight, i, g; or all of them. */
    double[] memory(int token, double[] c, double[] moved, double[] o, int path) {
      double[] still = gates(token, hidden(c, o));
      double[] live = gates(token, hidden(moved, o));
      double[] f = path == 0 || path == 4 ? live : still;
      double[] i = path == 2 || path == 4 ? live : still;
      double[] g = path == 3 || path == 4 ? live : still;
      double[] before = path == 1 || path == 4 ? moved : c;
      double[] next = new double[2];
      for (int unit = 0; unit < 2; unit++) {
        next[unit] = f[2 + unit] * before[unit] + i[unit] * g[4 + unit];
      }
      return next;
    }

    private static double[] hidden(double[] c, double[] o) {
      return new double[] {o[0] * Math.tanh(c[0]), o[1] * Math.tanh(c[1])};
    }
  }

  @Test
  void deadAndSaturatedUnitsAreCounted() {
    LanguageNetwork lstm = spec(CellKind.LSTM, 1, 2, 3);
    float[] parameters = new float[lstm.layout().size()];
    // i half open, f shut, g of one unit at its end, o always open in one unit.
    set(lstm, parameters, "rnn.bias_ih_l0", 0, 0, -20, -20, 0, 5, 5, 0);
    List<DiagnosisMetrics.Gate> gates = only(lstm, parameters, 5).gates();
    assertThat(gates)
        .containsExactly(
            new DiagnosisMetrics.Gate("i", 0, 0),
            new DiagnosisMetrics.Gate("f", 1, 1),
            new DiagnosisMetrics.Gate("g", 0.5, 0.5),
            new DiagnosisMetrics.Gate("o", 0.5, 0.5));
    LanguageNetwork relu = spec(CellKind.RNN, 1, 2, 3).with(Activation.RELU);
    float[] of = new float[relu.layout().size()];
    set(relu, of, "rnn.bias_ih_l0", -1, 0);
    set(relu, of, "rnn.weight_ih_l0", 0, 0, 0, 1, -1, 1);
    assertThat(only(relu, of, 5).gates().get(0).dead()).isEqualTo(0.5);
    assertThat(only(relu, of, 5).gates().get(0).saturated()).isStrictlyBetween(0.5, 1.0);
  }
}
