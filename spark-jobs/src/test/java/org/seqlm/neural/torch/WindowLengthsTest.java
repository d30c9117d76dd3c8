package org.seqlm.neural.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.seqlm.neural.Activation;
import org.seqlm.neural.CellKind;
import org.seqlm.neural.DropoutMasks;
import org.seqlm.neural.InputKind;
import org.seqlm.neural.OutputKind;
import org.seqlm.neural.learner.Precision;
import org.seqlm.neural.network.InitialParameters;
import org.seqlm.neural.network.LanguageNetwork;
import org.seqlm.neural.torch.device.TorchDevice;
import org.seqlm.neural.torch.device.TorchThreads;
import org.seqlm.neural.torch.layers.TorchLayer;

/** A network reads windows of any length as one that is made for just that length, bit for bit. */
class WindowLengthsTest {
  private static final int VOCABULARY = 9;
  private static final int BATCH = 2;
  private static final int[] LENGTHS = {3, 5, 1, 4, 5, 2};

  static Stream<Arguments> layers() {
    return Arrays.stream(CellKind.values())
        .flatMap(
            cell ->
                Stream.of(TorchLayer.Kernels.values())
                    .filter(k -> k != TorchLayer.Kernels.ONE_DNN || cell == CellKind.LSTM)
                    .flatMap(
                        kernels ->
                            Stream.of(InputKind.values())
                                .map(input -> Arguments.of(cell, kernels, input))));
  }

  private static TorchNetwork network(LanguageNetwork spec, int time, TorchLayer.Kernels kernels) {
    return new TorchNetwork(
        spec,
        InitialParameters.create(spec, 5),
        BATCH,
        time,
        TorchDevice.cpu(),
        Precision.FLOAT32,
        torch.ScalarType.Float,
        kernels);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void gradientsAreThoseOfTheLength(CellKind cell, TorchLayer.Kernels kernels, InputKind input) {
    TorchThreads.one();
    double drop = input == InputKind.EMBEDDING ? 0.3 : 0;
    LanguageNetwork spec =
        new LanguageNetwork(
            input,
            3,
            cell,
            Activation.TANH,
            2,
            3,
            VOCABULARY,
            drop,
            0.3,
            1,
            input == InputKind.EMBEDDING ? OutputKind.ADAPTIVE : OutputKind.FULL,
            input == InputKind.EMBEDDING ? List.of(3, 6) : List.of());
    try (PointerScope scope = new PointerScope()) {
      TorchNetwork any = network(spec, 5, kernels);
      float[] state = any.state();
      for (int w = 0; w < LENGTHS.length; w++) {
        int[][] tokens = Windows.tokens(VOCABULARY, BATCH, LENGTHS[w], w);
        TorchWindow window = new TorchWindow(BATCH, LENGTHS[w], tokens[0], tokens[1]);
        DropoutMasks masks = new DropoutMasks(3, 1, w);
        TorchNetwork just = network(spec, LENGTHS[w], kernels);
        just.setState(state);
        assertThat(any.gradient(window, masks)).isEqualTo(just.gradient(window, masks));
        assertThat(TorchDevice.floats(any.parameters().flatGradient()))
            .containsExactly(TorchDevice.floats(just.parameters().flatGradient()));
        state = just.state();
        assertThat(any.state()).containsExactly(state);
      }
    }
  }

  @Test
  void longerOnesAreRefused() {
    LanguageNetwork spec =
        new LanguageNetwork(InputKind.ONE_HOT, 0, CellKind.RNN, 1, 3, VOCABULARY, 0, 0);
    int[][] tokens = Windows.tokens(VOCABULARY, BATCH, 6, 0);
    try (PointerScope scope = new PointerScope()) {
      TorchNetwork network = network(spec, 5, TorchLayer.Kernels.OWN);
      assertThatThrownBy(
              () -> network.gradient(new TorchWindow(BATCH, 6, tokens[0], tokens[1]), null))
          .hasMessageContaining("a window is (2, 6), the network's (2, 5) at most");
    }
  }
}
