package org.seqlm.neural.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.DropoutRules;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.Normalisation;
import org.seqlm.neural.OutputKind;

class LanguageNetworkTest {
  private static LanguageNetwork spec(
      InputKind input,
      int embedding,
      CellKind cell,
      int layers,
      int hidden,
      OutputKind output,
      List<Integer> cutoffs,
      double dropout) {
    return new LanguageNetwork(
        input,
        embedding,
        cell,
        Activation.TANH,
        layers,
        hidden,
        60,
        0,
        dropout,
        0,
        output,
        cutoffs);
  }

  private static LanguageNetwork lstm(int embedding, OutputKind output) {
    return spec(InputKind.EMBEDDING, embedding, CellKind.LSTM, 1, 64, output, List.of(), 0);
  }

  @Test
  void differencesNameEachKeyWithBothValues() {
    LanguageNetwork here = lstm(32, OutputKind.FULL);
    assertThat(here.differences(lstm(64, OutputKind.FULL)))
        .containsExactly("network.embedding is 64 there and 32 here");
    assertThat(lstm(64, OutputKind.TIED).differences(lstm(64, OutputKind.FULL)))
        .containsExactly("network.output is full there and tied here");
    LanguageNetwork gru =
        spec(
            InputKind.ONE_HOT,
            0,
            CellKind.GRU_RESET_AFTER,
            2,
            48,
            OutputKind.ADAPTIVE,
            List.of(4, 8),
            0.5);
    assertThat(here.differences(gru))
        .containsExactly(
            "network.input is one-hot there and embedding here",
            "network.cell is gru-reset-after there and lstm here",
            "network.layers is 2 there and 1 here",
            "network.hidden is 48 there and 64 here",
            "network.output is adaptive there and full here");
    assertThat(here.differences(here.with(Normalisation.LAYER)))
        .containsExactly("network.layer-norm is true there and false here");
    assertThat(
            here.differences(here.with(new DropoutRules(DropoutRules.Kind.VARIATIONAL, 0.1, 0.5))))
        .isEmpty();
    // What only training knows keeps no parameters out, and default clusters are clusters.
    LanguageNetwork dropping =
        spec(InputKind.EMBEDDING, 32, CellKind.LSTM, 1, 64, OutputKind.FULL, List.of(), 0.5);
    assertThat(here.differences(dropping)).isEmpty();
    assertThat(
            lstm(64, OutputKind.ADAPTIVE)
                .differences(
                    spec(
                        InputKind.EMBEDDING,
                        64,
                        CellKind.LSTM,
                        1,
                        64,
                        OutputKind.ADAPTIVE,
                        LanguageNetwork.defaultCutoffs(60),
                        0)))
        .isEmpty();
  }

  /** The slow oracle: the tensors themselves, and what a cell does with them. */
  @Test
  void networksWithoutDifferencesHaveTheSameTensors() {
    List<LanguageNetwork> specs = new ArrayList<>();
    for (InputKind input : InputKind.values()) {
      for (int embedding : new int[] {16, 24}) {
        for (CellKind cell : new CellKind[] {CellKind.LSTM, CellKind.GRU, CellKind.RNN}) {
          for (int layers = 1; layers <= 2; layers++) {
            for (OutputKind output : OutputKind.values()) {
              if (output != OutputKind.TIED || (input == InputKind.EMBEDDING && embedding == 16)) {
                specs.add(spec(input, embedding, cell, layers, 16, output, List.of(), 0));
              }
            }
          }
        }
      }
    }
    specs.add(lstm(32, OutputKind.FULL).with(Normalisation.LAYER));
    for (LanguageNetwork a : specs) {
      for (LanguageNetwork b : specs) {
        boolean fit = a.cell() == b.cell() && a.layout().tensors().equals(b.layout().tensors());
        assertThat(a.differences(b).isEmpty()).as(a + " and " + b).isEqualTo(fit);
      }
    }
  }

  @Test
  void clustersBeginAtTheCutoffs() {
    LanguageNetwork spec =
        new LanguageNetwork(InputKind.ONE_HOT, 0, CellKind.GRU, 1, 4, 9, 0, 1)
            .with(OutputKind.ADAPTIVE, List.of(3, 6));
    assertThat(IntStream.range(0, 9).map(spec::cluster))
        .containsExactly(-1, -1, -1, 0, 0, 0, 1, 1, 1);
    assertThat(spec.with(OutputKind.FULL, List.of()).cluster(8)).isEqualTo(-1);
  }
}
