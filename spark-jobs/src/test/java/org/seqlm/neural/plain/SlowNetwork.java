package org.seqlm.neural.plain;

import java.util.Arrays;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.ParameterLayout;

/**
 * A network straight from {@link CellKind}'s equations, in float64, one number after the other: the
 * oracle for every faster one.
 */
public final class SlowNetwork {
  private final LanguageNetwork spec;
  private final ParameterLayout layout;
  private final float[] parameters;
  private final double[][] h; // (layers, H)
  private final double[][] second; // (layers, H): c, or the h before

  public SlowNetwork(LanguageNetwork spec, float[] parameters) {
    this.spec = spec;
    this.parameters = parameters;
    layout = spec.layout();
    h = new double[spec.layers()][spec.hidden()];
    second = new double[spec.layers()][spec.hidden()];
  }

  private double at(String tensor, int row, int column) {
    ParameterLayout.Tensor t = layout.tensor(tensor);
    int columns = t.shape().size() == 1 ? 1 : t.shape().get(1);
    return parameters[t.offset() + row * columns + column];
  }

  private double dot(String tensor, int row, double[] x) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += at(tensor, row, i) * x[i];
    }
    return sum;
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  private double phi(double z) {
    Activation a = spec.activation();
    return switch (a.kind()) {
      case TANH -> Math.tanh(z);
      case SIGMOID -> sigmoid(z);
      case RELU -> z > 0 ? z : 0;
      case IDENTITY -> z;
      case STEP ->
          z == a.threshold()
              ? a.at() == Activation.AtThreshold.ONE ? 1 : 0
              : z > a.threshold() ? 1 : 0;
    };
  }

  /** Reads a token. */
  public void read(int token) {
    double[] x = new double[spec.inputWidth(0)];
    for (int i = 0; i < x.length; i++) {
      x[i] =
          spec.input() == InputKind.ONE_HOT ? i == token ? 1 : 0 : at("embedding.weight", token, i);
    }
    for (int k = 0; k < spec.layers(); k++) {
      layer(k, x);
      x = passedOn(k);
    }
  }

  private void layer(int k, double[] x) {
    int n = spec.hidden();
    double[] old = h[k].clone();
    for (int i = 0; i < n; i++) {
      switch (spec.cell()) {
        case RNN -> h[k][i] = phi(input(k, i, x) + recurrent(k, i, old));
        case RNN_LAG_2 -> {
          double lag = dot("rnn.weight_hh2_l" + k, i, second[k]);
          h[k][i] = phi(input(k, i, x) + recurrent(k, i, old) + lag);
        }
        case GRU_SIMPLIFIED -> {
          double u = sigmoid(input(k, i, x) + recurrent(k, i, old));
          double fresh = Math.tanh(input(k, n + i, x) + recurrent(k, n + i, old));
          h[k][i] = u * fresh + (1 - u) * old[i];
        }
        case GRU -> {
          double[] reset = new double[n];
          for (int j = 0; j < n; j++) {
            reset[j] = sigmoid(input(k, j, x) + recurrent(k, j, old)) * old[j];
          }
          double u = sigmoid(input(k, n + i, x) + recurrent(k, n + i, old));
          double fresh = Math.tanh(input(k, 2 * n + i, x) + recurrent(k, 2 * n + i, reset));
          h[k][i] = u * fresh + (1 - u) * old[i];
        }
        case GRU_RESET_AFTER -> {
          double r = sigmoid(input(k, i, x) + recurrent(k, i, old));
          double z = sigmoid(input(k, n + i, x) + recurrent(k, n + i, old));
          double fresh = Math.tanh(input(k, 2 * n + i, x) + r * recurrent(k, 2 * n + i, old));
          h[k][i] = (1 - z) * fresh + z * old[i];
        }
        case LSTM -> {
          double in = sigmoid(input(k, i, x) + recurrent(k, i, old));
          double forget = sigmoid(input(k, n + i, x) + recurrent(k, n + i, old));
          double fresh = Math.tanh(input(k, 2 * n + i, x) + recurrent(k, 2 * n + i, old));
          double out = sigmoid(input(k, 3 * n + i, x) + recurrent(k, 3 * n + i, old));
          second[k][i] = forget * second[k][i] + in * fresh;
          h[k][i] = out * Math.tanh(second[k][i]);
        }
      }
    }
    if (spec.cell() == CellKind.RNN_LAG_2) {
      second[k] = old;
    }
  }

  private double[] passedOn(int k) {
    if (!spec.normalises()) {
      return h[k];
    }
    double mean = Arrays.stream(h[k]).average().orElseThrow();
    double variance = Arrays.stream(h[k]).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
    double[] y = new double[h[k].length];
    for (int i = 0; i < y.length; i++) {
      double standard = (h[k][i] - mean) / Math.sqrt(variance + 1e-5);
      y[i] = standard * at("norm." + k + ".weight", i, 0) + at("norm." + k + ".bias", i, 0);
    }
    return y;
  }

  private double input(int k, int row, double[] x) {
    return dot("rnn.weight_ih_l" + k, row, x) + at("rnn.bias_ih_l" + k, row, 0);
  }

  private double recurrent(int k, int row, double[] old) {
    return dot("rnn.weight_hh_l" + k, row, old);
  }

  /** ln p of every token. */
  public double[] logProbabilities() {
    double[] top = passedOn(spec.layers() - 1);
    int v = spec.vocabulary();
    if (spec.output() != OutputKind.ADAPTIVE) {
      String weights = spec.output() == OutputKind.TIED ? "embedding.weight" : "out.weight";
      double[] logits = new double[v];
      for (int i = 0; i < v; i++) {
        logits[i] = dot(weights, i, top) + at("out.bias", i, 0);
      }
      return logSoftmax(logits);
    }
    int shortList = spec.cutoffs().get(0);
    double[] head = new double[shortList + spec.cutoffs().size()];
    for (int i = 0; i < head.length; i++) {
      head[i] = dot("out.head.weight", i, top);
    }
    head = logSoftmax(head);
    double[] result = Arrays.copyOf(head, v);
    for (int c = 0; c < spec.cutoffs().size(); c++) {
      double[] narrow = new double[spec.clusterWidth(c)];
      for (int i = 0; i < narrow.length; i++) {
        narrow[i] = dot("out.tail." + c + ".0.weight", i, top);
      }
      double[] tail = new double[spec.clusterTokens(c)];
      for (int i = 0; i < tail.length; i++) {
        tail[i] = dot("out.tail." + c + ".1.weight", i, narrow);
      }
      tail = logSoftmax(tail);
      for (int i = 0; i < tail.length; i++) {
        result[spec.cutoffs().get(c) + i] = head[shortList + c] + tail[i];
      }
    }
    return result;
  }

  private static double[] logSoftmax(double[] logits) {
    double normaliser = Math.log(Arrays.stream(logits).map(Math::exp).sum());
    return Arrays.stream(logits).map(logit -> logit - normaliser).toArray();
  }
}
