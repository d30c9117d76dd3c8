package org.seqlm.neural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.seqlm.lm.LanguageModel;

class RecurrentLanguageModelTest {

  /** One unit, two tokens, all by hand. */
  @Test
  void oneUnitByHand() {
    NetworkSpec spec = new NetworkSpec(InputKind.ONE_HOT, 0, CellKind.LSTM, 1, 1, 2, 0, 0);
    ParameterLayout layout = ParameterLayout.of(spec);
    float[] p = new float[layout.size()];
    put(p, layout, "rnn.weight_ih_l0", 1, 0, 0, 2, -1, 1, 0.5, 0); // i, f, g, o by token
    put(p, layout, "rnn.weight_hh_l0", 1, -2, 3, 0.5);
    put(p, layout, "rnn.bias_ih_l0", 0, 1, 0.5, -0.5);
    put(p, layout, "out.weight", 2, -1);
    put(p, layout, "out.bias", 0.25, 0);

    LanguageModel.Reading reading =
        new RecurrentLanguageModel(spec, p, Letters.vocabulary(2)).blank();
    double h = 0;
    double c = 0;
    int[] tokens = {0, 1, 1, 0};
    double[][] input = {{1, 0}, {0, 2}, {-1, 1}, {0.5, 0}};
    double[] recurrent = {1, -2, 3, 0.5};
    double[] bias = {0, 1, 0.5, -0.5};
    for (int token : tokens) {
      reading.read(token);
      double[] z = new double[4];
      for (int gate = 0; gate < 4; gate++) {
        z[gate] = input[gate][token] + recurrent[gate] * h + bias[gate];
      }
      c = sigmoid(z[1]) * c + sigmoid(z[0]) * Math.tanh(z[2]);
      h = sigmoid(z[3]) * Math.tanh(c);
      double a = 2 * h + 0.25;
      double b = -h;
      assertThat(reading.logProbability(0))
          .isCloseTo(a - Math.log(Math.exp(a) + Math.exp(b)), within(1e-6));
    }
    // After one token: c = σ(1)·tanh(-0.5), h = σ(0)·tanh(c).
    reading = new RecurrentLanguageModel(spec, p, Letters.vocabulary(2)).blank();
    reading.read(0);
    assertThat(reading.logProbability(0)).isCloseTo(-0.819387, within(1e-5));
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  private static void put(float[] p, ParameterLayout layout, String name, double... values) {
    ParameterLayout.Tensor tensor = layout.tensor(name);
    assertThat(values).hasSize(tensor.size());
    for (int i = 0; i < values.length; i++) {
      p[tensor.offset() + i] = (float) values[i];
    }
  }

  /** A slow model of several layers in double precision, straight from the equations. */
  @ParameterizedTest
  @EnumSource(InputKind.class)
  void agreesWithASlowOracleAndSumsToOne(InputKind input) {
    NetworkSpec spec = new NetworkSpec(input, 6, CellKind.LSTM, 2, 11, 13, 0, 1);
    ParameterLayout layout = ParameterLayout.of(spec);
    float[] p = InitialParameters.create(spec, 3);
    RecurrentLanguageModel model = new RecurrentLanguageModel(spec, p, Letters.vocabulary(13));
    LanguageModel.Reading reading = model.blank();
    double[][] h = new double[2][11];
    double[][] c = new double[2][11];
    KeyedRandom random = KeyedRandom.of(1, "text");
    float[] all = new float[13];
    for (int t = 0; t < 50; t++) {
      int token = (int) (random.uniform(t) * 13);
      reading.read(token);
      double[] x = new double[spec.inputWidth(0)];
      for (int i = 0; i < x.length; i++) {
        x[i] =
            input == InputKind.ONE_HOT
                ? i == token ? 1 : 0
                : p[layout.tensor("embedding.weight").offset() + token * 6 + i];
      }
      for (int k = 0; k < 2; k++) {
        double[] z = new double[44];
        for (int r = 0; r < 44; r++) {
          z[r] = p[layout.tensor("rnn.bias_ih_l" + k).offset() + r];
          for (int i = 0; i < x.length; i++) {
            z[r] += p[layout.tensor("rnn.weight_ih_l" + k).offset() + r * x.length + i] * x[i];
          }
          for (int i = 0; i < 11; i++) {
            z[r] += p[layout.tensor("rnn.weight_hh_l" + k).offset() + r * 11 + i] * h[k][i];
          }
        }
        for (int i = 0; i < 11; i++) {
          c[k][i] = sigmoid(z[11 + i]) * c[k][i] + sigmoid(z[i]) * Math.tanh(z[22 + i]);
          h[k][i] = sigmoid(z[33 + i]) * Math.tanh(c[k][i]);
        }
        x = h[k];
      }
      double[] logits = new double[13];
      double sum = 0;
      for (int v = 0; v < 13; v++) {
        logits[v] = p[layout.tensor("out.bias").offset() + v];
        for (int i = 0; i < 11; i++) {
          logits[v] += p[layout.tensor("out.weight").offset() + v * 11 + i] * x[i];
        }
        sum += Math.exp(logits[v]);
      }
      double total = 0;
      reading.logProbabilities(all);
      for (int v = 0; v < 13; v++) {
        assertThat(reading.logProbability(v)).isCloseTo(logits[v] - Math.log(sum), within(1e-5));
        total += Math.exp(all[v]);
      }
      assertThat(total).isCloseTo(1, within(1e-5));
    }
    LanguageModel.Reading copy = reading.copy();
    copy.read(1);
    assertThat(copy.logProbability(2)).isNotEqualTo(reading.logProbability(2));
  }
}
