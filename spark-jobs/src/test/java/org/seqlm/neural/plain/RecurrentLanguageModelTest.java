package org.seqlm.neural.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.lm.LanguageModel;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.KeyedRandom;
import org.seqlm.neural.Normalisation;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.network.ParameterLayout;

public class RecurrentLanguageModelTest {

  /** One unit, two tokens, all by hand. */
  @Test
  void oneUnitByHand() {
    LanguageNetwork spec = new LanguageNetwork(InputKind.ONE_HOT, 0, CellKind.LSTM, 1, 1, 2, 0, 0);
    ParameterLayout layout = spec.layout();
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

  public static Stream<LanguageNetwork> networks() {
    List<Activation> activations =
        List.of(
            Activation.SIGMOID,
            Activation.RELU,
            Activation.IDENTITY,
            Activation.step(0.1, Activation.AtThreshold.ONE));
    Stream<LanguageNetwork> cells =
        Arrays.stream(CellKind.values())
            .flatMap(
                cell ->
                    Arrays.stream(InputKind.values())
                        .map(input -> new LanguageNetwork(input, 6, cell, 2, 11, 13, 0, 1)));
    Stream<LanguageNetwork> simple =
        Stream.of(CellKind.RNN, CellKind.RNN_LAG_2)
            .map(cell -> new LanguageNetwork(InputKind.EMBEDDING, 6, cell, 1, 11, 13, 0, 0))
            .flatMap(spec -> activations.stream().map(spec::with));
    LanguageNetwork wide =
        new LanguageNetwork(InputKind.EMBEDDING, 11, CellKind.GRU, 3, 11, 13, 0, 0);
    Stream<LanguageNetwork> outputs =
        Stream.of(
            wide.with(OutputKind.TIED, List.of()),
            wide.with(OutputKind.ADAPTIVE, List.of()),
            wide.with(OutputKind.ADAPTIVE, List.of(4, 5, 12)),
            wide.with(Normalisation.LAYER),
            wide.with(OutputKind.ADAPTIVE, List.of(4, 5, 12)).with(Normalisation.LAYER),
            new LanguageNetwork(InputKind.ONE_HOT, 0, CellKind.LSTM, 2, 11, 13, 0, 1)
                .with(Normalisation.LAYER));
    return Stream.of(cells, simple, outputs).flatMap(all -> all);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void agreesWithASlowOracleAndSumsToOne(LanguageNetwork spec) {
    float[] p = InitialParameters.create(spec, 3);
    RecurrentLanguageModel model = new RecurrentLanguageModel(spec, p, Letters.vocabulary(13));
    LanguageModel.Reading reading = model.blank();
    SlowNetwork slow = new SlowNetwork(spec, p);
    KeyedRandom random = KeyedRandom.of(1, "text");
    float[] all = new float[13];
    for (int t = 0; t < 50; t++) {
      int token = (int) (random.uniform(t) * 13);
      reading.read(token);
      slow.read(token);
      double[] expected = slow.logProbabilities();
      // Rare tokens first, so that nothing rests on the order they are asked for.
      for (int v = 12; v >= 0; v--) {
        assertThat(reading.logProbability(v)).isCloseTo(expected[v], within(2e-5));
      }
      reading.logProbabilities(all);
      double total = 0;
      for (int v = 0; v < 13; v++) {
        assertThat(all[v]).isEqualTo((float) reading.logProbability(v));
        total += Math.exp(all[v]);
      }
      assertThat(total).isCloseTo(1, within(1e-5));
    }
    double before = reading.logProbability(2);
    LanguageModel.Reading copy = reading.copy();
    copy.read(1);
    copy.read(7);
    assertThat(copy.logProbability(2)).isNotEqualTo(before);
    assertThat(reading.logProbability(2)).isEqualTo(before);

    // Another model of this shape goes on from here; the same one as if nothing had happened.
    RecurrentLanguageModel same =
        new RecurrentLanguageModel(spec, p.clone(), Letters.vocabulary(13));
    LanguageModel.Reading continued = same.continuing(reading);
    continued.read(1);
    reading.read(1);
    reading.logProbabilities(all);
    float[] again = new float[13];
    continued.logProbabilities(again);
    assertThat(again).containsExactly(all);
  }
}
